// @ts-check
/** Whether a digit, 28 × 28, stands in one piece of ordinary width: then the function looks no closer. */

import { FRAME } from "./normalize.js";

const INKED = 0.25; // of the darkest ink: fainter is the blur between neighbors
const ORDINARY = 0.95; // width, in heights, of what may be one digit without a closer look
const SLANTS = [0, 0.2, 0.4, 0.6]; // columns that a row is moved aside, for each row above or below it

/** @param {Float32Array} digit */
export function isOnePiece(digit) {
  const places = Array.from({ length: FRAME }, (_, place) => place);
  const rows = places.map((row) => places.filter((column) => (digit[row * FRAME + column] ?? 0) > INKED));
  const inked = rows.flatMap((row, index) => (row.length > 0 ? [index] : []));
  const height = /** @type {number} */ (inked[inked.length - 1]) - /** @type {number} */ (inked[0]) + 1;
  if (inked.length < height) return false;
  /** @type {((row: number) => number)[]} */
  const moves = [
    ...SLANTS.map((slant) => (/** @type {number} */ row) => rint(slant * row)),
    (row) => rint(0.2 * (FRAME - 1 - row)),
  ];
  return moves.every((move, index) => {
    const lit = new Set(rows.flatMap((row, y) => row.map((column) => column + move(y))));
    const width = Math.max(...lit) - Math.min(...lit) + 1;
    // Without a free column between two others, there are as many as from the first to the last.
    return lit.size === width && (index > 0 || width <= ORDINARY * height);
  });
}

/**
 * Rounded, halves to even, as NumPy does.
 *
 * @param {number} value
 */
function rint(value) {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest < 0.5 || (rest === 0.5 && whole % 2 === 0) ? whole : whole + 1;
}
