// @ts-check
/** What the page shows, onto its elements; only what differs from what is there. Nothing here asks or decides. */

import { createParts } from "./parts.js";

/** @typedef {import("./look.js").Look} Look */

const NO_PIXELS = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="; // one transparent pixel

/** Which piece of the page shows what. @type {readonly ["answer" | "parts" | "bars" | "lines" | "tools", readonly (keyof Look)[]][]} */
const PIECES = [
  ["answer", ["phase", "kind", "busy", "digit", "letters", "runner", "verdict", "seen", "facts", "details"]],
  ["parts", ["boxes", "strip", "place"]],
  ["bars", ["bars", "percents", "best", "line"]],
  ["lines", ["line"]],
  ["tools", ["tools", "used", "share", "shareTitle"]],
];

/** @param {(id: string) => HTMLElement | null} find an element, or null where this page has none of that name */
export function createView(find) {
  const answer = /** @type {HTMLElement} */ (find("answer"));
  const seen = /** @type {HTMLImageElement} */ (find("seen"));
  const parts = createParts(/** @type {HTMLElement} */ (find("boxes")), /** @type {HTMLElement} */ (find("strip")));
  const rows = /** @type {HTMLElement[]} */ ([...(find("bars")?.children ?? [])]);
  /** @type {Partial<Look>} */
  let before = {};

  /**
   * @param {string} id
   * @param {string} text
   */
  function write(id, text) {
    const element = find(id);
    // Only when it changes: a live region must not be read out again because a second has passed.
    if (element !== null && element.textContent !== text) element.textContent = text;
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  function showLine(id, text) {
    write(id, text);
    const element = find(id);
    if (element !== null) element.hidden = text === "";
  }

  /** @param {Look} look */
  function showBars({ bars, percents, best, line }) {
    for (const [digit, row] of rows.entries()) {
      row.style.setProperty("--share", String(bars?.[digit] ?? 0));
      row.classList.toggle("best", bars !== null && digit === best);
      const percent = row.querySelector(".percent");
      if (percent !== null) percent.textContent = percents[digit] ?? "";
      const button = row.querySelector("button");
      if (button !== null) button.hidden = !line.choices.includes(String(digit));
    }
  }

  /** @param {Look} look */
  function showAnswer(look) {
    Object.assign(answer.dataset, { state: look.phase, kind: look.kind });
    answer.ariaBusy = String(look.busy);
    write("digit", look.digit);
    find("digit")?.style.setProperty("--letters", String(look.letters));
    write("runner", look.runner);
    write("verdict", look.verdict);
    if (seen.src !== (look.seen ?? NO_PIXELS)) seen.src = look.seen ?? NO_PIXELS;
    const details = find("details");
    if (details !== null) details.hidden = look.facts === "";
    write("facts", look.facts);
    write("more", look.details);
  }

  /** @param {Look} look */
  function showParts({ boxes, strip, place }) {
    parts.show(boxes, strip, place);
  }

  /** @param {Look} look */
  function showLines({ line }) {
    const status = find("status");
    if (status !== null) {
      status.dataset.kind = line.kind;
      status.hidden = line.kind === "quiet";
    }
    answer.dataset.wait = line.kind;
    write("sentence", line.sentence);
    write("seconds", line.seconds);
    const retry = find("retry");
    if (retry !== null) retry.hidden = !line.retry;
    showLine("note", line.note);
    showLine("wrong", line.wrong);
    showLine("consent", line.consent);
    showLine("stored", line.stored);
    answer.toggleAttribute("data-choosing", line.choosing);
    for (const id of ["none", "cancel"]) {
      const button = find(id);
      if (button !== null) button.hidden = !line.choosing;
    }
  }

  /** Not `disabled`: a button that can't be focused any more would send the keyboard back to the top. @param {Look} look */
  function showTools({ tools, used, share, shareTitle }) {
    for (const [id, can] of Object.entries(tools)) {
      const button = find(id);
      if (button !== null) button.ariaDisabled = String(!can);
    }
    find("pad")?.classList.toggle("used", used);
    const button = find("share");
    if (button !== null) button.title = shareTitle;
    write("share-label", share);
  }

  const show = { answer: showAnswer, parts: showParts, bars: showBars, lines: showLines, tools: showTools };

  return {
    /** @param {Look} look */
    show(look) {
      for (const [piece, keys] of PIECES) {
        if (keys.some((key) => !isSame(look[key], before[key]))) show[piece](look);
      }
      write("spoken", look.said);
      before = look;
    },
  };
}

/**
 * Whether two pieces of a look show the same.
 *
 * @param {unknown} one
 * @param {unknown} other
 */
function isSame(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
