// @ts-check
/** Faint strokes that hang on dark ones. The function's hairlines.py in JavaScript. */

import { hasMoreRuns } from "./components.js";

const FAINTEST = 0.06; // of the darkest ink: fainter is no hairline
const MAX_RUNS = 20_000; // noise that has more is looked at as a whole

/**
 * Where what is no darker than `border` is joined to darker ink by a way that is never fainter than FAINTEST.
 *
 * @param {Uint8Array} depths how far each pixel is from the paper
 * @param {number} width
 * @param {number} border
 * @param {number} top the darkest ink's depth
 */
export function hangingOn(depths, width, border, top) {
  const mask = new Uint8Array(depths.length);
  for (let i = 0; i < mask.length; i++) mask[i] = Number(/** @type {number} */ (depths[i]) > FAINTEST * top);
  const hanging = new Uint8Array(depths.length);
  if (hasMoreRuns(mask, width, MAX_RUNS)) return hanging;
  const waiting = [...mask.keys()].filter((i) => mask[i] && /** @type {number} */ (depths[i]) > border);
  for (const start of waiting) hanging[start] = 1;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const column = at % width;
    for (const other of [-width, 0, width]) {
      for (let side = column > 0 ? -1 : 0; side <= (column < width - 1 ? 1 : 0); side++) {
        const next = at + other + side;
        if (!mask[next] || hanging[next]) continue;
        hanging[next] = 1;
        waiting.push(next);
      }
    }
  }
  return hanging;
}
