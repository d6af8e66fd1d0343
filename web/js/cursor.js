// @ts-check
/** The keyboard's pen: a cell on the pad that moves with the arrow keys and draws while it is down. */

import { PAD } from "./strokes.js";

/** @typedef {{ readonly column: number, readonly row: number, readonly down: boolean }} Cursor */

export const CELLS = 16; // a side: a digit takes about thirty key presses, and a cell is about as wide as the pen

/** @type {Cursor} */
export const MIDDLE = { column: CELLS / 2, row: CELLS / 4, down: false }; // where most digits begin

/** @type {ReadonlyMap<string, readonly [number, number]>} */
const STEPS = new Map([
  ["ArrowLeft", [-1, 0]],
  ["ArrowRight", [1, 0]],
  ["ArrowUp", [0, -1]],
  ["ArrowDown", [0, 1]],
  ["Home", [-1, -1]],
  ["PageUp", [1, -1]],
  ["End", [-1, 1]],
  ["PageDown", [1, 1]],
]);

/**
 * The cursor after a key, or null when the key doesn't move it. The keys around the arrows go diagonally.
 *
 * @param {Cursor} cursor
 * @param {string} key as in KeyboardEvent.key
 * @returns {Cursor | null}
 */
export function moved(cursor, key) {
  const step = STEPS.get(key);
  if (step === undefined) return null;
  return { ...cursor, column: held(cursor.column + step[0]), row: held(cursor.row + step[1]) };
}

/**
 * The middle of the cursor's cell, in pad units.
 *
 * @param {Cursor} cursor
 * @returns {import("./strokes.js").Point}
 */
export function center({ column, row }) {
  return [Math.round(((column + 0.5) * PAD) / CELLS), Math.round(((row + 0.5) * PAD) / CELLS), 50];
}

/** @param {number} cell */
function held(cell) {
  return Math.min(CELLS - 1, Math.max(0, cell));
}
