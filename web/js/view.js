// @ts-check
/** What the page knows → what it shows. Elements come in by name; nothing here asks or remembers. */

import { createParts } from "./parts.js";
import { hasRival, percent, spoken, told, verdictOf } from "./verdict.js";

/** @typedef {import("./reader.js").Reading} Reading @typedef {import("./reader.js").Status} Status */
/** @typedef {import("./answer.js").Box} Box @typedef {import("./verdict.js").Kind} Kind */

const PATIENCE = 1200; // ms: a reading that takes longer deserves a word
const NO_PIXELS = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="; // one transparent pixel
const INVISIBLE = 0.005; // what the percents round to zero, the bars leave out
const NOTHING = {
  blank: "Draw a digit, or a number.",
  dot: "Draw a digit; a dot is too little.",
  hidden: "Your browser hides your drawing from this page. Let it use canvas image data.",
  unread: "Not read yet.",
  rejected: "No answer for this picture.",
};
const STORED = "A click sends this drawing, your pick and what was read, to be kept and learned from; nothing about you.";
const ONE_DIGIT = "Numbers aren’t kept, but a single digit that was taken for one is. ";

/** @param {(id: string) => HTMLElement} element */
export function createView(element) {
  const seen = /** @type {HTMLImageElement} */ (element("seen"));
  const parts = createParts(element("boxes"), element("strip"));
  const rows = /** @type {HTMLElement[]} */ ([...element("bars").children]);
  const labels = /** @type {HTMLButtonElement[]} */ ([...element("labels").children]);

  /**
   * @param {string} id
   * @param {string} text
   */
  function write(id, text) {
    // Only when it changes: a live region must not be read out again because a second has passed.
    if (element(id).textContent !== text) element(id).textContent = text;
  }

  /** @param {readonly number[] | null} probabilities */
  function showBars(probabilities) {
    const best = probabilities === null ? null : probabilities.indexOf(Math.max(...probabilities));
    for (const [digit, row] of rows.entries()) {
      const probability = probabilities?.[digit] ?? 0;
      row.style.setProperty("--share", String(probability < INVISIBLE ? 0 : probability));
      row.classList.toggle("best", digit === best);
      const label = row.querySelector(".percent");
      if (label !== null) label.textContent = probabilities === null ? "–" : percent(probability);
    }
  }

  /** @param {Kind} kind */
  function showKind(kind) {
    element("answer").dataset.kind = kind;
    write("stored", (kind === "number" ? ONE_DIGIT : "") + STORED);
  }

  return {
    /** @param {keyof typeof NOTHING} reason */
    showNothing(reason) {
      element("answer").dataset.state = "empty";
      showKind("digit");
      parts.show([], [0, 0, 1, 1]);
      for (const id of ["digit", "runner", "facts"]) write(id, "");
      write("verdict", NOTHING[reason]);
      write("spoken", reason === "dot" || reason === "hidden" ? NOTHING[reason] : "");
      seen.src = NO_PIXELS;
      showBars(null);
    },

    /** The answer shown is of an older drawing and stays so for a while. */
    showStale() {
      const { dataset } = element("answer");
      if (dataset.state === "empty") return;
      dataset.state = "stale";
      write("verdict", "Read before your last change.");
      write("spoken", "");
    },

    /**
     * @param {Reading} reading
     * @param {Box} place where its picture lies on the pad
     */
    showReading({ answer, live, took }, place) {
      const verdict = verdictOf(answer);
      const { kind, text, runnerUp, doubtful } = verdict;
      const written = answer.written?.parts ?? [];
      element("answer").dataset.state = kind === "unknown" ? "unknown" : doubtful ? "doubtful" : "sure";
      showKind(kind);
      write("digit", text + (doubtful && text !== "" ? "?" : ""));
      element("digit").style.setProperty("--letters", String(text.length + Number(doubtful)));
      write("runner", hasRival(verdict) ? `${doubtful ? "or" : "then"} ${runnerUp}` : "");
      write("verdict", told(verdict));
      const inside = answer.milliseconds === null ? "" : ` (${duration(answer.milliseconds)} in the function)`;
      const version = answer.version && `version ${answer.version}`;
      write("facts", [duration(took) + inside, answer.architecture, version].filter(Boolean).join(" · "));
      seen.src = (written.length === 1 ? written[0]?.seen : null) ?? answer.seen ?? NO_PIXELS;
      parts.show(written, place);
      showBars(kind === "digit" ? answer.probabilities : null); // they are of all as one digit
      if (!live) write("spoken", spoken(verdict));
    },

    /**
     * @param {Status} status
     * @param {number} now
     */
    showStatus({ kind, since, trouble, retryAt }, now) {
      const quiet = kind === "ready" || (kind === "reading" && now - since < PATIENCE);
      element("status").dataset.kind = quiet ? "quiet" : kind;
      write("sentence", quiet ? "" : sentenceFor(kind, trouble));
      const left = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
      const next = left > 0 ? `Trying again in ${left} s.` : "";
      const elapsed = `${Math.floor((now - since) / 1000)} s`;
      write("seconds", quiet ? "" : kind === "trouble" ? next : elapsed);
      element("retry").hidden = kind !== "trouble" || retryAt === null;
    },

    /** @param {boolean} busy whether the answer shown is of an older drawing */
    showBusy(busy) {
      element("answer").ariaBusy = String(busy);
      element("boxes").hidden = busy;
    },

    /** @param {boolean} used whether there is anything on the pad */
    showUsed(used) {
      element("pad").classList.toggle("used", used);
      if (element("answer").dataset.state === "empty") write("verdict", used ? NOTHING.unread : NOTHING.blank);
    },

    /**
     * Not `disabled`: a button that can't be focused any more would send the keyboard back to the top.
     *
     * @param {Record<string, boolean>} possible by button
     */
    showPossible(possible) {
      for (const [id, can] of Object.entries(possible)) element(id).ariaDisabled = String(!can);
    },

    /** @param {boolean} wanted whether this answer can be corrected */
    showCorrection(wanted) {
      element("correct").hidden = !wanted;
      for (const button of labels) {
        button.ariaDisabled = "false";
        button.ariaPressed = "false";
      }
    },

    /** @param {string} label */
    showCorrected(label) {
      for (const button of labels) {
        button.ariaDisabled = "true";
        button.ariaPressed = String(button.value === label);
      }
    },

    /** A passing word. @param {string} sentence */
    showNote(sentence) {
      const note = element("note");
      note.textContent = sentence;
      note.classList.remove("shown");
      void note.offsetWidth; // restarts the animation
      note.classList.add("shown");
    },
  };
}

/**
 * @param {Status["kind"]} kind
 * @param {Status["trouble"]} trouble
 */
function sentenceFor(kind, trouble) {
  if (kind === "waking") return "The function is waking up; draw meanwhile.";
  if (kind === "reading") return "Reading…";
  return trouble?.message ?? "";
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  if (milliseconds < 1) return "under 1 ms";
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
