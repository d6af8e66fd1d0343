// @ts-check
/** Counts of 256 levels of gray → where to part them in two. The function's threshold.py in JavaScript. */

const PLATEAU = 1 - 1e-9; // of the best: levels that part as well, because none lies between them

/**
 * @typedef {{ readonly values: Uint8Array, readonly height: number, readonly width: number }} Levels  row by row
 */

/**
 * One channel of a picture of gray on opaque paper.
 *
 * @param {{ readonly data: Uint8ClampedArray, readonly height: number, readonly width: number }} pixels RGBA, as a
 *   canvas gives them
 * @returns {Levels}
 */
export function levelsOf({ data, height, width }) {
  const values = new Uint8Array(height * width);
  for (let i = 0; i < values.length; i++) values[i] = /** @type {number} */ (data[4 * i]);
  return { values, height, width };
}

/** @param {Uint8Array} values */
export function count(values) {
  const counts = new Float64Array(256);
  for (let i = 0; i < values.length; i++) {
    const level = /** @type {number} */ (values[i]);
    counts[level] = /** @type {number} */ (counts[level]) + 1;
  }
  return counts;
}

/**
 * The level that parts a histogram best in two: the classes are up to it and above it.
 *
 * Source: Otsu, "A threshold selection method from gray-level histograms" (1979).
 *
 * @param {Float64Array} counts
 */
export function split(counts) {
  const total = counts.reduce((sum, each) => sum + each, 0);
  const whole = counts.reduce((sum, each, level) => sum + each * level, 0);
  let [below, moment] = [0, 0];
  const spread = counts.map((each, level) => {
    below += each;
    moment += each * level;
    return (whole * below - total * moment) ** 2 / Math.max(below * (total - below), 1);
  });
  const least = Math.max(...spread) * PLATEAU;
  const best = [...spread.keys()].filter((level) => /** @type {number} */ (spread[level]) >= least);
  return (/** @type {number} */ (best[0]) + /** @type {number} */ (best[best.length - 1])) / 2;
}

/**
 * The lowest level up to which `share` of all pixels are.
 *
 * @param {Float64Array} counts
 * @param {number} share
 */
export function levelAt(counts, share) {
  const wanted = share * counts.reduce((sum, each) => sum + each, 0);
  let sum = 0;
  return counts.findIndex((each) => (sum += each) >= wanted);
}
