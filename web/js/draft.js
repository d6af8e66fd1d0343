// @ts-check
/** The drawing that outlives its page: kept while the page is left, there again when one comes back or reloads. */

import { decode, encode } from "./share.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

const KEY = "digits-drawing";

/**
 * In the tab's own storage, which ends with the tab. A browser that keeps nothing throws; then nothing is kept.
 *
 * @param {() => Storage} storage
 * @param {readonly Stroke[]} strokes
 */
export function keepDraft(storage, strokes) {
  try {
    storage().setItem(KEY, encode(strokes));
  } catch {
    // a courtesy: the page is whole without
  }
}

/**
 * The strokes that were kept, or null.
 *
 * @param {() => Storage} storage
 * @returns {Stroke[] | null}
 */
export function keptDraft(storage) {
  try {
    return decode(storage().getItem(KEY) ?? "");
  } catch {
    return null;
  }
}
