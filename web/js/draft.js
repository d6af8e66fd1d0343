// @ts-check
/** The drawing that outlives its page: kept while the page is left, there again when one comes back or reloads. */

import { decode, encode } from "./share.js";

/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {{ strokes: Stroke[], picture: string }} Draft */

const KEY = "digits-drawing";
const PICTURE = "digits-picture";

/**
 * In the tab's own storage, which ends with the tab. A browser that keeps nothing throws; then nothing is kept.
 *
 * @param {() => Storage} storage
 * @param {readonly Stroke[]} strokes
 * @param {string} picture data URL of an upload, or empty
 */
export function keepDraft(storage, strokes, picture) {
  try {
    storage().setItem(KEY, encode(strokes));
    storage().setItem(PICTURE, picture);
  } catch {
    // a courtesy: the page is whole without
  }
}

/**
 * What was kept, or null.
 *
 * @param {() => Storage} storage
 * @returns {Draft | null}
 */
export function keptDraft(storage) {
  try {
    const strokes = decode(storage().getItem(KEY) ?? "");
    return strokes && { strokes, picture: storage().getItem(PICTURE) ?? "" };
  } catch {
    return null;
  }
}
