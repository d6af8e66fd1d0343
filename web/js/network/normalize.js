// @ts-check
/** Ink → digit, in MNIST's frame. The function's normalize.py in JavaScript; it tells where its numbers are from. */

import { components, hasMoreRuns } from "./components.js";

/** @typedef {import("./ink.js").Ink} Ink @typedef {import("./components.js").Box} Box */
/**
 * @typedef {{ readonly peak: number, readonly down: number, readonly across: number }} Frame  by what the pixels of a
 *   drawing are divided, and the first row and column that they take
 */

export const FRAME = 28; // pixels along the side of a digit
const BOX = 20; // pixels along the longest side of what is drawn
const CENTER = 14; // pixel index of the center of mass
const ROUNDING = 1e-6; // of a pixel: less is no ink
const STRAY_SIDE = 1.6; // pen widths that a speck is long at most
const STRAY_MASS = 0.1; // of all ink that a speck has at most
const MAX_RUNS = 20_000; // horizontal runs of ink: more are looked at only as a whole
const FAINT = 0.35; // of the darkest ink: a component nowhere darker is noise
const SKIRT = 0.2; // of the darkest ink: where the edge of a blurred stroke is seen to end

/**
 * Where something is drawn, stray specks left out; null where nothing is.
 *
 * @param {Ink} ink
 * @returns {Box | null}
 */
export function extentOf(ink) {
  const { values, width } = ink;
  let mask = above(values, 0);
  let found = boxOf(mask, width);
  if (found === null) return null;
  const side = Math.max(found.box.bottom - found.box.top, found.box.right - found.box.left);
  const peak = highest(values);
  if (side > BOX) {
    const least = Math.fround(SKIRT * Math.min(1, side / BOX - 1) * peak);
    mask = above(values, least);
    found = boxOf(mask, width) ?? found;
  }
  if (!found.gaps || hasMoreRuns(mask, width, MAX_RUNS)) return found.box;
  const parts = components(ink, mask);
  const mass = parts.reduce((sum, part) => sum + part.mass, 0);
  const longest = STRAY_SIDE * penWidth(mask, width);
  const kept = parts.filter((part) => {
    const long = Math.max(part.bottom - part.top, part.right - part.left);
    return !(long <= longest && part.mass <= STRAY_MASS * mass) && part.peak >= FAINT * peak;
  });
  if (kept.length === 0) return found.box; // dots alone: somebody's dotted digit, not dust
  return {
    top: Math.min(...kept.map((part) => part.top)),
    bottom: Math.max(...kept.map((part) => part.bottom)),
    left: Math.min(...kept.map((part) => part.left)),
    right: Math.max(...kept.map((part) => part.right)),
  };
}

/**
 * The digit that is drawn within `extent`, where something is: 28 × 28, row by row, its maximum 1.
 *
 * @param {Ink} ink
 * @param {Box} extent
 */
export function framed(ink, extent) {
  const small = resampled(ink, extent);
  const frame = {
    peak: highest(small.box),
    down: offset(sumsOf(small, true)),
    across: offset(sumsOf(small, false)),
  };
  return { digit: placed(small, frame), frame };
}

/**
 * The same of a part of a drawing, in the frame of the whole; it may be empty.
 *
 * @param {Ink} ink
 * @param {Box} extent of the whole
 * @param {Frame} frame of the whole
 */
export function framedAlike(ink, extent, frame) {
  return placed(resampled(ink, extent), frame);
}

/** @typedef {{ readonly box: Float32Array, readonly rows: number, readonly columns: number }} Small */

/**
 * @param {Small} small
 * @param {Frame} frame
 */
function placed({ box, rows, columns }, { peak, down, across }) {
  const digit = new Float32Array(FRAME * FRAME);
  for (let row = 0; row < rows; row++) {
    const line = box.subarray(row * columns, (row + 1) * columns).map((value) => value / peak);
    digit.set(line, (down + row) * FRAME + across);
  }
  return digit;
}

/**
 * What is within `extent`, its longer side BOX pixels long.
 *
 * @param {Ink} ink
 * @param {Box} extent
 * @returns {Small}
 */
function resampled({ values, width }, { top, bottom, left, right }) {
  const [high, wide] = [bottom - top, right - left];
  const side = Math.max(high, wide);
  const [down, across] = [weights(high, side), weights(wide, side)];
  const [rows, columns] = [down.length, across.length];
  const box = new Float32Array(rows * columns);
  const line = new Float64Array(wide);
  down.forEach(({ first, shares }, row) => {
    line.fill(0);
    for (let y = 0; y < shares.length; y++) {
      const share = /** @type {number} */ (shares[y]);
      const from = (top + first + y) * width + left;
      for (let x = 0; x < wide; x++) {
        line[x] = /** @type {number} */ (line[x]) + share * /** @type {number} */ (values[from + x]);
      }
    }
    across.forEach((column, x) => {
      let sum = 0;
      for (let i = 0; i < column.shares.length; i++) {
        sum += /** @type {number} */ (column.shares[i]) * /** @type {number} */ (line[column.first + i]);
      }
      box[row * columns + x] = Math.max(0, sum);
    });
  });
  return { box, rows, columns };
}

/**
 * Which of `length` pixels, of `side`, each of the pixels of BOX is made of: by area when shrinking, by Catmull-Rom's
 * cubic when enlarging.
 *
 * @param {number} length
 * @param {number} side
 * @returns {{ first: number, shares: number[] }[]}
 */
function weights(length, side) {
  const scale = BOX / side;
  const count = Math.ceil(length * scale - ROUNDING);
  const start = (count - length * scale) / 2; // the short axis is centered in the pixels that it needs
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [(i - start) / scale, (i + 1 - start) / scale];
    const middle = (from + to) / 2;
    const reach = scale <= 1 ? [from, to] : [middle - 2, middle + 2];
    const first = Math.max(0, Math.floor(/** @type {number} */ (reach[0])));
    const end = Math.min(length, Math.ceil(/** @type {number} */ (reach[1])));
    const places = Array.from({ length: Math.max(0, end - first) }, (_, place) => first + place);
    if (scale <= 1) {
      const shares = places.map((place) => Math.max(0, Math.min(to, place + 1) - Math.max(from, place)) * scale);
      return { first, shares };
    }
    const cubic = places.map((place) => catmullRom(Math.abs(middle - (place + 0.5))));
    const sum = cubic.reduce((total, each) => total + each, 0);
    return { first, shares: cubic.map((each) => each / sum) };
  });
}

/** @param {number} distance in pixels */
function catmullRom(distance) {
  if (distance < 1) return (1.5 * distance - 2.5) * distance ** 2 + 1;
  return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0;
}

/**
 * @param {Small} small
 * @param {boolean} ofRows else of columns
 */
function sumsOf({ box, rows, columns }, ofRows) {
  const sums = /** @type {number[]} */ (new Array(ofRows ? rows : columns).fill(0));
  box.forEach((value, i) => {
    const place = ofRows ? Math.floor(i / columns) : i % columns;
    sums[place] = /** @type {number} */ (sums[place]) + value;
  });
  return sums;
}

/**
 * First row or column of the frame for rows or columns of that mass.
 *
 * @param {readonly number[]} mass
 */
function offset(mass) {
  const total = mass.reduce((sum, each) => sum + each, 0);
  const center = mass.reduce((sum, each, i) => sum + i * each, 0) / total;
  return Math.min(Math.max(Math.ceil(CENTER - 0.5 - center - ROUNDING), 0), FRAME - mass.length);
}

/**
 * Where a value is above `least`.
 *
 * @param {Float32Array} values
 * @param {number} least
 */
function above(values, least) {
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < mask.length; i++) if (/** @type {number} */ (values[i]) > least) mask[i] = 1;
  return mask;
}

/** @param {Float32Array} values */
function highest(values) {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (/** @type {number} */ (values[i]) > most) most = /** @type {number} */ (values[i]);
  return most;
}

/**
 * The box of what is lit, and whether a row or column between is empty; null where nothing is.
 *
 * @param {Uint8Array} mask
 * @param {number} width
 */
function boxOf(mask, width) {
  const [rows, columns] = [new Uint8Array(mask.length / width), new Uint8Array(width)];
  for (let row = 0, i = 0; row < rows.length; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (mask[i]) rows[row] = columns[column] = 1;
    }
  }
  const [top, left] = [rows.indexOf(1), columns.indexOf(1)];
  if (top < 0) return null;
  const [bottom, right] = [rows.lastIndexOf(1) + 1, columns.lastIndexOf(1) + 1];
  const gaps = rows.subarray(top, bottom).includes(0) || columns.subarray(left, right).includes(0);
  return { box: { top, bottom, left, right }, gaps };
}

/**
 * Mean width of the strokes in `mask`, in pixels: a long stroke's area is half its outline times its width.
 *
 * @param {Uint8Array} mask
 * @param {number} width
 */
function penWidth(mask, width) {
  let [area, steps] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    area += 1;
    steps += Number(i % width === 0 || !mask[i - 1]) + Number(i % width === width - 1 || !mask[i + 1]);
    steps += Number(!mask[i - width]) + Number(!mask[i + width]); // beyond the picture nothing is lit
  }
  return (2 * area) / ((steps * Math.PI) / 4); // Crofton: outlines cross π / 4 as many pixel edges as they are long
}
