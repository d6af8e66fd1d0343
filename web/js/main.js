// @ts-check
/**
 * Starts the page, unless another one shows it in a frame: a correction could be clicked there without being seen.
 * Hosts that can send headers forbid frames themselves; a bucket can't.
 */

if (window.top === window.self) {
  void import("./app.js"); // not awaited: Safari before 15 knows no await outside of functions
} else {
  const link = document.createElement("a");
  link.href = location.href;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "This page works only by itself: open it.";
  document.body.replaceChildren(link);
}

export {};
