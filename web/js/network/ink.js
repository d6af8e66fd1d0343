// @ts-check
/** Levels → ink, on paper of one exact level as the pad's is. What the function's find.py does with such pictures. */

import { hangingOn } from "./hairlines.js";
import { count, levelAt, split } from "./levels.js";

/**
 * @typedef {import("./levels.js").Levels} Levels
 * @typedef {{ readonly values: Float32Array, readonly height: number, readonly width: number }} Ink  0 = paper, 1 = ink
 */

const MIN_CONTRAST = 12; // levels: fainter than this, people don't see a drawing either
const HOT_PIXELS = 4; // dark pixels that the function takes for a camera's fault
const NOISE_MARGIN = 1.5; // ink begins this far above what 99.5 % of the paper shows
const MAX_NOISE = 0.5; // … but no later than halfway to the ink
const NOISE_SHARE = 0.995;

/**
 * What is drawn; "none" where nothing is, and null where the paper isn't plain: there only the function finds ink.
 *
 * @param {Levels} picture
 * @returns {Ink | "none" | null}
 */
export function findInk(picture) {
  const { values, height, width } = picture;
  const counts = count(values);
  const seen = [...counts.keys()].filter((level) => counts[level] !== 0);
  if (last(seen) - /** @type {number} */ (seen[0]) < MIN_CONTRAST) return "none";
  const firstLight = Math.floor(split(counts)) + 1;
  const isLight = isLightPaper(picture, firstLight);
  const paper = isLight ? counts.subarray(firstLight) : counts.subarray(0, firstLight);
  const level = levelAt(paper, 0.5) + (isLight ? firstLight : 0);
  if (2 * /** @type {number} */ (counts[level]) < sum(paper)) return null;
  const depths = new Uint8Array(values.length); // by loops here, as a callback for each pixel takes thirty times as long
  for (let i = 0; i < depths.length; i++) {
    const each = /** @type {number} */ (values[i]);
    depths[i] = Math.max(0, isLight ? level - each : each - level);
  }
  const own = count(depths);
  if (sum(own.subarray(MIN_CONTRAST)) <= HOT_PIXELS) return "none";
  return { values: cleared(depths, own, height, width), height, width };
}

/**
 * Ink without what an eraser's soft edge or a blur left far from every stroke; its darkest at 1.
 *
 * @param {Uint8Array} depths how far each pixel is from the paper
 * @param {Float64Array} counts of them
 * @param {number} height
 * @param {number} width
 */
function cleared(depths, counts, height, width) {
  const border = split(counts);
  const top = last([...counts.keys()].filter((level) => counts[level] !== 0));
  const near = grown(depths, border, height, width, Math.max(2, Math.floor(Math.max(height, width) / 64)));
  const outside = new Float64Array(256);
  /** @type {Uint8Array | null} */
  let hanging = null; // made where something is far from dark ink, which is seldom
  for (let i = 0; i < depths.length; i++) {
    if (near[i]) continue;
    let depth = /** @type {number} */ (depths[i]);
    if (depth > 0) {
      hanging ??= hangingOn(depths, width, border, top);
      if (hanging[i]) depth = 0;
    }
    outside[depth] = /** @type {number} */ (outside[depth]) + 1;
  }
  const isClean = sum(outside) === outside[0];
  const floor = isClean ? 0 : Math.min(NOISE_MARGIN * levelAt(outside, NOISE_SHARE), MAX_NOISE * top);
  const ink = new Float32Array(depths.length);
  for (let i = 0; i < ink.length; i++) {
    const depth = /** @type {number} */ (depths[i]);
    if (depth > floor) ink[i] = Math.min(1, (depth - floor) / (top - floor));
  }
  return ink;
}

/**
 * Where a depth is above `border`, and as far around as blur may extend a stroke: a square of `radius` on every side.
 *
 * @param {Uint8Array} depths
 * @param {number} border
 * @param {number} height
 * @param {number} width
 * @param {number} radius
 */
function grown(depths, border, height, width, radius) {
  const across = new Uint8Array(depths.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!(/** @type {number} */ (depths[row * width + column]) > border)) continue;
      across.fill(1, row * width + Math.max(0, column - radius), row * width + Math.min(width, column + radius + 1));
    }
  }
  const both = new Uint8Array(depths.length);
  const lowest = new Int32Array(width).fill(-3 * radius); // the last row with ink in each column
  for (let row = 0; row < height + radius; row++) {
    for (let column = 0; column < width; column++) {
      if (row < height && across[row * width + column]) lowest[column] = row;
      const target = row - radius;
      if (target >= 0 && /** @type {number} */ (lowest[column]) >= target - radius) both[target * width + column] = 1;
    }
  }
  return both;
}

/**
 * Whether the paper is the lighter of two tones: it has most of the edges and of the area, together.
 *
 * @param {Levels} picture
 * @param {number} firstLight level
 */
function isLightPaper({ values, height, width }, firstLight) {
  let [edges, area] = [0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (/** @type {number} */ (values[row * width + column]) < firstLight) continue;
      area += 1;
      edges += Number(row === 0) + Number(row === height - 1) + Number(column === 0) + Number(column === width - 1);
    }
  }
  return edges / (2 * (height + width)) + area / values.length > 1;
}

/** @param {Float64Array} numbers */
function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}

/** @param {readonly number[]} numbers */
function last(numbers) {
  return /** @type {number} */ (numbers[numbers.length - 1]);
}
