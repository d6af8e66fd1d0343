// @ts-check
/** A drawing's picture → what one look of a network says of it, as the function's reading/line.py takes it. */

import { inside } from "./border.js";
import { findInk } from "./ink.js";
import { extentOf, framed } from "./normalize.js";
import { isOnePiece } from "./piece.js";

/** @typedef {import("./levels.js").Levels} Levels @typedef {import("./network.js").Network} Network */

/**
 * "digit" is what the function says, too: it looks no closer at one digit in one piece of ordinary width that it knows.
 * Of "unknown" it does, and in one drawing in a hundred finds a digit beside a mark, or several over each other.
 * "several" is what one look can't tell: a digit in several pieces mostly, or wide; a number; or none. "blank" has no
 * ink; "unplain" is no drawing on the pad's own paper.
 *
 * @typedef {"digit" | "unknown" | "several" | "blank" | "unplain"} Kind
 * @typedef {{
 *   readonly kind: Kind,
 *   readonly text: string,
 *   readonly confidence: number,
 *   readonly nearest: number,
 *   readonly known: number,
 *   readonly probabilities: readonly number[],
 *   readonly digit: Float32Array | null,
 * }} Reading  `text` is a digit's, else empty; `confidence` 0..1 that kind and text are right, 0 where one look can't
 *   tell; `nearest`, `known` and `probabilities` are of all as one digit, none without ink; `digit` is what was seen
 */

/**
 * @param {Levels} picture gray on the pad's paper
 * @param {Network} network
 * @returns {Reading}
 */
export function read(picture, network) {
  const ink = findInk(inside(picture));
  if (ink === null) return nothing("unplain");
  const extent = ink === "none" ? null : extentOf(ink);
  if (ink === "none" || extent === null) return nothing("blank");
  return readDigit(framed(ink, extent).digit, network);
}

/**
 * @param {Float32Array} digit
 * @param {Network} network
 * @returns {Reading}
 */
export function readDigit(digit, network) {
  const { probabilities, known } = network.outputs(digit);
  const share = Math.max(...probabilities);
  const nearest = probabilities.indexOf(share);
  const told = { nearest, known, probabilities, digit };
  if (!isOnePiece(digit)) return { kind: "several", text: "", confidence: 0, ...told };
  if (known * share < network.threshold) return { kind: "unknown", text: "", confidence: 1 - known, ...told };
  return { kind: "digit", text: String(nearest), confidence: known * share, ...told };
}

/**
 * @param {"blank" | "unplain"} kind
 * @returns {Reading}
 */
function nothing(kind) {
  return { kind, text: "", confidence: 0, nearest: 0, known: 0, probabilities: [], digit: null };
}
