// @ts-check
/** A picture with a drawn border → what is inside. The function's border.py in JavaScript. */

/** @typedef {import("./levels.js").Levels} Levels */

const MIN_SIDE = 48; // pixels: on smaller pictures a line along all four sides may as well be a zero
const REACH = 0.12; // of a side: how far inside its edges a border is looked for
const CONTRAST = 40; // levels between a border and what it encloses
const UNBROKEN = 0.97; // of a side's pixels that a border covers; people draw no such lines

/**
 * What a border along all four sides encloses; the same where there is none.
 *
 * @param {Levels} picture
 * @returns {Levels}
 */
export function inside(picture) {
  const { height, width } = picture;
  if (Math.min(height, width) < MIN_SIDE) return picture;
  const sides = [0, 1, 2, 3].map((turns) => turned(picture, turns));
  if (sides.some(isOpen)) return picture;
  const [top = 0, right = 0, bottom = 0, left = 0] = sides.map(end);
  if (!(top && right && bottom && left)) return picture;
  return cropped(picture, top, height - bottom, left, width - right);
}

/**
 * @param {Levels} picture
 * @param {number} top
 * @param {number} bottom exclusive
 * @param {number} left
 * @param {number} right exclusive
 * @returns {Levels}
 */
function cropped({ values, width }, top, bottom, left, right) {
  const crop = new Uint8Array((bottom - top) * (right - left));
  for (let row = top; row < bottom; row++) {
    crop.set(values.subarray(row * width + left, row * width + right), (row - top) * (right - left));
  }
  return { values: crop, height: bottom - top, width: right - left };
}

/**
 * A picture turned to the left, as many times: what was its right side is its top then.
 *
 * @param {Levels} picture
 * @param {number} turns
 */
function turned({ values, height, width }, turns) {
  const [rows, columns] = turns % 2 === 0 ? [height, width] : [width, height];
  /** @type {(row: number, column: number) => number} */
  const place = (row, column) =>
    [
      row * width + column,
      column * width + (width - 1 - row),
      (height - 1 - row) * width + (width - 1 - column),
      (height - 1 - column) * width + row,
    ][turns] ?? 0;
  /** @type {typeof place} */
  const at = (row, column) => values[place(row, column)] ?? 0;
  return { rows, columns, at };
}

/** @typedef {ReturnType<typeof turned>} Side */

/**
 * Whether one can walk in from the middle of the top without crossing anything.
 *
 * @param {Side} side
 */
function isOpen({ rows, columns, at }) {
  const way = Array.from({ length: Math.round(REACH * rows) }, (_, row) => at(row, Math.floor(columns / 2)));
  return Math.max(...way) - Math.min(...way) < CONTRAST;
}

/**
 * The first row below a border along the top, or 0 where there is none.
 *
 * @param {Side} side
 */
function end({ rows, columns, at }) {
  const aside = Math.round(REACH * columns); // the ends, where other borders cross it
  const looked = Math.round(REACH * rows) + 1;
  const length = columns - 2 * aside;
  const row = (/** @type {number} */ y) => Array.from({ length }, (_, x) => at(y, aside + x));
  const inner = median(row(looked - 1));
  const covered = Array.from(
    { length: looked },
    (_, y) => row(y).filter((level) => Math.abs(level - inner) >= CONTRAST).length / length >= UNBROKEN,
  );
  const last = covered.lastIndexOf(true);
  return last < 0 || last === looked - 1 ? 0 : last + 2; // a row more: the border's soft edge
}

/** @param {number[]} numbers */
function median(numbers) {
  const ordered = numbers.sort((a, b) => a - b);
  const middle = (ordered.length - 1) / 2;
  const [below, above] = [Math.floor(middle), Math.ceil(middle)];
  return (/** @type {number} */ (ordered[below]) + /** @type {number} */ (ordered[above])) / 2;
}
