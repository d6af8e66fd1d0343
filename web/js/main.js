// @ts-check
/**
 * Starts the page, unless another one shows it in a frame: a correction could be clicked there without being seen.
 * Hosts that can send headers forbid frames themselves; a bucket can't.
 */

import { firstSpeech, languageOf, picked } from "./language.js";

if (window.top === window.self) {
  const words = firstSpeech(languageOf(picked(() => localStorage), navigator.languages));
  // Not awaited: Safari before 15 knows no await outside of functions.
  void Promise.all([import("./app.js"), words]).then(([{ start }, speech]) => start(speech));
} else {
  const link = document.createElement("a");
  link.href = location.href;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "This page works only by itself: open it.";
  document.body.replaceChildren(link);
}
