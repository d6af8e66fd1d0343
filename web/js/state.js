// @ts-check
/** All that the page knows at a moment, as one value. What it shows follows from it, in look.js. */

import { begin } from "./timeline.js";
import { BLANK } from "./strokes.js";
import { verdictOf } from "./verdict.js";

/** @typedef {import("./strokes.js").Drawing} Drawing @typedef {import("./reader.js").Reading} Reading */
/** @typedef {import("./reader.js").Status} Status @typedef {import("./sentences.js").Words} Words */
/** @typedef {import("./sentences.js").Language} Language @typedef {keyof Words["nothing"]} Nothing */

/**
 * @typedef {{
 *   language: Language,
 *   words: Words,
 *   timeline: import("./timeline.js").Timeline<Drawing>,
 *   revision: number,
 *   line: boolean,
 *   resting: boolean,
 *   reading: Reading | null,
 *   reads: boolean,
 *   left: import("./own.js").Left | null,
 *   nothing: Nothing | null,
 *   status: Status,
 *   now: number,
 *   takesFeedback: boolean,
 *   choosing: boolean,
 *   stored: string | null,
 *   note: keyof Words["notes"] | null,
 *   said: string,
 * }} State
 *
 * - `words` of that language
 * - `revision` counts the changes of the drawing, a growing line's included; `line` while one is drawn
 * - `resting` once the pen has been up for a moment: what is read is final
 * - `reading` the latest, of whatever revision; `nothing` why this revision has none, null until that is known
 * - `reads` whether the page can read by itself; `left` what it left to the function last
 * - `now` on the clock, ms, as of the last tick
 * - `choosing` while the right digit is picked; `stored` the label under which this drawing is stored
 * - `note` what is said in passing; `said` what is said to the ear
 */

/** @type {readonly import("./reader.js").By[]} who knows better stands later */
const RANKS = ["guess", "page", "function"];

/**
 * @param {import("./sentences.js").Speech} speech
 * @param {number} now
 * @returns {State}
 */
export function atFirst(speech, now) {
  return {
    ...speech,
    timeline: begin(BLANK),
    revision: 0,
    line: false,
    resting: true,
    reading: null,
    reads: false,
    left: null,
    nothing: "blank",
    status: { kind: "ready", since: now, trouble: null, retryAt: null },
    now,
    takesFeedback: false,
    choosing: false,
    stored: null,
    note: null,
    said: "",
  };
}

/**
 * Whether what is read is the last word on what is drawn.
 *
 * @param {State} state
 */
export function isSettled({ reading, revision, line, resting }) {
  return reading !== null && reading.revision === revision && !reading.live && !line && resting;
}

/**
 * What was read of the drawing as it is, for good; or null.
 *
 * @param {State} state
 */
export function settled(state) {
  return isSettled(state) ? state.reading : null;
}

/**
 * Whether a reading counts more than another: of a later drawing, then final, then by who knows better.
 *
 * @param {Reading} one
 * @param {Reading | null} other
 */
export function outranks(one, other) {
  if (other === null || one.revision !== other.revision) return other === null || one.revision > other.revision;
  return one.live === other.live ? RANKS.indexOf(one.by) >= RANKS.indexOf(other.by) : other.live;
}

/**
 * What was read for good, where that is news: the function mostly says what the page has said before.
 *
 * @param {State} state
 * @param {State} before
 */
export function news(state, before) {
  const [now, then] = [settled(state), settled(before)];
  if (now === null || then === null || now.revision !== then.revision) return now === then ? null : now;
  const [one, other] = [verdictOf(now.answer), verdictOf(then.answer)];
  return one.kind === other.kind && one.text === other.text ? null : now;
}

/** Whether the function doesn't answer now. @param {State} state */
export function isAway({ status: { kind, trouble } }) {
  return (kind === "waking" || kind === "trouble") && trouble?.kind !== "rejected";
}

/** Whether what is drawn waits for the function. @param {State} state */
export function isLeft({ left, reading, revision }) {
  return left?.revision === revision && reading?.revision !== revision;
}

/** Whether there is anything on the pad. @param {State} state */
export function isUsed({ line, timeline: { present } }) {
  return line || present.upload !== null || present.strokes.length > 0;
}
