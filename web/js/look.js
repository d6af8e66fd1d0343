// @ts-check
/** What the page knows → what it shows, as plain data. Nothing here touches an element. */

import { isAway, isLeft, isUsed, settled } from "./state.js";
import { isBlank, placeOf } from "./strokes.js";
import { hasRival, percent, told, verdictOf } from "./verdict.js";

/** @typedef {import("./state.js").State} State @typedef {import("./answer.js").Box} Box */
/** @typedef {import("./sentences.js").Words} Words @typedef {ReturnType<typeof lookOf>} Look */

const PATIENCE = 1200; // ms: a reading that takes longer deserves a word
/** @type {ReadonlySet<string>} troubles that no wait mends */
const MISTAKES = new Set(["foreign", "garbled"]);
const TOLD_FROM = 0.005; // what the percents round to zero, the bars leave out
const SHORT = 7; // letters of a version: enough to tell two apart

/** @param {State} state */
export function lookOf(state) {
  const { words } = state;
  const tools = toolsOf(state);
  return {
    used: isUsed(state),
    ...answerOf(state, words),
    tools,
    share: state.note === "copied" ? words.copied : words.share,
    shareTitle: tools.save && !tools.share ? words.shareUnable : words.shareTitle,
    line: lineOf(state, words),
    said: state.said,
  };
}

/**
 * @param {State} state
 * @param {Words} words
 */
function answerOf(state, words) {
  const { reading } = state;
  const used = isUsed(state);
  const final = settled(state);
  const busy = state.line || (used && final === null && state.nothing === null);
  if (reading === null || state.nothing !== null) {
    return { ...NOTHING, busy, verdict: state.nothing !== null ? words.nothing[state.nothing] : waitsForFunction(state) ? words.waits : "" };
  }
  const { answer } = reading;
  const verdict = verdictOf(answer);
  const { kind, text, runnerUp, doubtful } = verdict;
  const parts = answer.written?.parts ?? [];
  const seen = (parts.length === 1 ? parts[0]?.seen : null) ?? answer.seen;
  const several = parts.length > 1 ? parts : [];
  const shown = { kind, busy, letters: text.length, seen, strip: several.flatMap((part) => part.seen ?? []) };
  const bars = kind === "number" ? null : answer.probabilities.map((share) => (share < TOLD_FROM ? 0 : share));
  const best = answer.probabilities.indexOf(Math.max(...answer.probabilities));
  const percents = answer.probabilities.map((share) => (kind === "digit" && share >= TOLD_FROM ? words.percent(percent(share)) : ""));
  if (final === null) { // in pencil: nothing that the next moment may take back
    const isOld = reading.revision !== state.revision && (!state.reads || isLeft(state));
    const stale = state.status.trouble !== null && isOld;
    return {
      ...NOTHING,
      ...shown,
      phase: stale ? "stale" : "pencil",
      digit: text,
      bars,
      best,
      verdict: waitsForFunction(state) ? words.waits : stale ? words.stale : "",
    };
  }
  return {
    ...shown,
    phase: kind === "unknown" ? "unknown" : doubtful ? "doubtful" : "sure",
    digit: text + (doubtful && text !== "" ? "?" : ""),
    letters: text.length + Number(doubtful),
    runner: hasRival(verdict) ? words.runner(runnerUp, doubtful) : "",
    verdict: told(verdict, words),
    boxes: several.map(({ box }) => box),
    place: placeOf(state.timeline.present),
    bars,
    percents,
    best,
    facts: [words.took[final.by](words.duration(final.took)), answer.version && words.version(answer.version.slice(0, SHORT))]
      .filter(Boolean)
      .join(", "),
    details: [
      answer.milliseconds === null ? "" : words.inside(words.duration(answer.milliseconds)),
      answer.architecture,
      answer.version && words.version(answer.version),
    ]
      .filter(Boolean)
      .join(" · "),
  };
}

/** Whether it is told that what is drawn waits for the function. @param {State} state */
function waitsForFunction(state) {
  return isLeft(state) && isAway(state);
}

const NOTHING = {
  phase: "empty",
  kind: "digit",
  busy: false,
  digit: "",
  letters: 1,
  runner: "",
  verdict: "",
  /** @type {string | null} */
  seen: null,
  /** @type {readonly string[]} */
  strip: [],
  /** @type {readonly Box[]} */
  boxes: [],
  /** @type {Box} */
  place: [0, 0, 1, 1],
  /** @type {readonly number[] | null} */
  bars: null,
  /** @type {readonly string[]} */
  percents: [],
  best: -1,
  facts: "",
  details: "",
};

/** What can be done with what is there. @param {State} state */
function toolsOf(state) {
  const { past, present, future } = state.timeline;
  return {
    undo: past.length > 0 || state.line,
    redo: future.length > 0 && !state.line,
    clear: isUsed(state),
    save: !isBlank(present),
    share: !isBlank(present) && present.upload === null,
  };
}

/**
 * The one line below the verdict, which says one thing at a time: what is wrong, what is waited for, what was done, or
 * that a correction is welcome.
 *
 * @param {State} state
 * @param {Words} words
 */
function lineOf(state, words) {
  const { status, now } = state;
  // While the page reads by itself, the function is missed by what it leaves alone; and by whoever set up its address.
  const alone = state.reads && isAway(state) && !isLeft(state) && !MISTAKES.has(status.trouble?.kind ?? "");
  const quiet = alone || status.kind === "ready" || (status.kind === "reading" && now - status.since < PATIENCE);
  const left = status.retryAt === null ? 0 : Math.ceil((status.retryAt - now) / 1000);
  const waited = Math.floor((now - status.since) / 1000);
  const wait = {
    kind: quiet ? "quiet" : status.kind,
    sentence: quiet ? "" : sentenceOf(status, words),
    seconds: quiet ? "" : status.kind === "trouble" ? (left > 0 ? words.next(left) : "") : waited > 0 ? `${waited} s` : "",
    retry: status.kind === "trouble" && status.retryAt !== null,
  };
  const note = quiet && state.note !== null ? words.notes[state.note] : "";
  return { ...wait, note, ...correctionOf(state, words, quiet && note === "") };
}

/**
 * @param {State} state
 * @param {Words} words
 * @param {boolean} room whether nothing more urgent is said
 */
function correctionOf(state, words, room) {
  const reading = state.takesFeedback ? settled(state) : null;
  if (reading === null) return { wrong: "", consent: "", stored: "", choices: [], none: false, choosing: false };
  const verdict = verdictOf(reading.answer);
  const { kind, text, runnerUp, doubtful } = verdict;
  const rival = doubtful && hasRival(verdict) ? runnerUp : null;
  const choosing = state.choosing && state.stored === null;
  return {
    choosing,
    wrong: choosing || !room || state.stored !== null ? "" : kind === "number" ? words.wrongNumber(text) : words.wrong(text, rival),
    consent: choosing ? (kind === "number" ? words.consentNumber : "") + words.consent : "",
    stored: room && state.stored !== null ? words.stored(state.stored) : "",
    // What was read for sure is no correction of itself.
    choices: choosing ? [..."0123456789"].filter((digit) => doubtful || kind !== "digit" || digit !== text) : [],
    none: choosing,
  };
}

/**
 * @param {State["status"]} status
 * @param {Words} words
 */
export function sentenceOf({ kind, trouble }, words) {
  if (kind === "waking") return words.waking;
  if (kind === "reading") return words.reading;
  if (trouble === null) return "";
  if (trouble.kind !== "rejected") return words.trouble[trouble.kind];
  const { code, detail } = trouble;
  if (isReason(code, words)) return words.rejections[code];
  // The detail is meant for programmers: only where no sentence knows better.
  const sentence = detail && detail.charAt(0).toUpperCase() + detail.slice(1) + (/[.!?…]$/.test(detail) ? "" : ".");
  return [words.trouble.rejected, sentence].filter(Boolean).join(" ");
}

/**
 * @param {string} code
 * @param {Words} words
 * @returns {code is keyof Words["rejections"]}
 */
function isReason(code, words) {
  return Object.hasOwn(words.rejections, code);
}
