// @ts-check
/** Drawings that the tab remembers and nobody else: the last few, and one of the visitor's for each digit. */

import { decode, encode } from "./share.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {{ readonly recent: readonly (readonly Stroke[])[], readonly ten: readonly (readonly Stroke[] | null)[] }} Kept */

const KEY = "digits-kept";
const MOST = 6; // recent ones: as many as there are examples

/** @type {Kept} */
export const NOTHING = { recent: [], ten: Array.from({ length: 10 }, () => null) };

/**
 * With one more recent drawing, the latest first, none twice.
 *
 * @param {Kept} kept
 * @param {readonly Stroke[]} strokes
 * @returns {Kept}
 */
export function withRecent(kept, strokes) {
  const text = encode(strokes);
  const others = kept.recent.filter((one) => encode(one) !== text);
  return { ...kept, recent: [strokes, ...others].slice(0, MOST) };
}

/**
 * With the first drawing of a digit; a later one doesn't replace it.
 *
 * @param {Kept} kept
 * @param {number} digit
 * @param {readonly Stroke[]} strokes
 * @returns {Kept}
 */
export function withDigit(kept, digit, strokes) {
  if (kept.ten[digit] !== null) return kept;
  return { ...kept, ten: kept.ten.map((one, index) => (index === digit ? strokes : one)) };
}

/**
 * @param {() => Storage} storage
 * @param {Kept} kept
 */
export function keep(storage, { recent, ten }) {
  try {
    const text = JSON.stringify({ recent: recent.map(encode), ten: ten.map((one) => one && encode(one)) });
    storage().setItem(KEY, text);
  } catch {
    // a courtesy: the page is whole without
  }
}

/**
 * @param {() => Storage} storage
 * @returns {Kept}
 */
export function kept(storage) {
  try {
    /** @type {{ recent: string[], ten: (string | null)[] }} */
    const { recent, ten } = JSON.parse(storage().getItem(KEY) ?? "");
    return {
      recent: recent.flatMap((text) => [decode(text) ?? []]).filter((strokes) => strokes.length > 0),
      ten: NOTHING.ten.map((_, digit) => decode(ten[digit] ?? "")),
    };
  } catch {
    return NOTHING; // nothing was kept, or the browser keeps nothing
  }
}
