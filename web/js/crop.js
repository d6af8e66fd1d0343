// @ts-check
/** Which part of a photograph is to be read: a first guess, and frames that are moved. No element is touched here. */

/** @typedef {import("./answer.js").Box} Box  in fractions of the photograph */

export const GUESS_SIDE = 96; // pixels of the longer side in which the guess looks: a digit in a corner is some five wide
const AROUND = 8; // pixels: ink is darker than what lies as far around it
const DARKER = 0.85; // of that: pencil is, a shadow's slow edge isn't
const LIKE = 0.25; // of the largest mark: what is smaller is grain
const MARGIN = 0.2; // of a frame's longer side, left free around the ink
const LEAST = 0.05; // of the photograph: a smaller frame is a slip of the hand

/** @type {Box} */
const MIDDLE = [0.2, 0.2, 0.6, 0.6];

/**
 * A frame around what is most probably written: dark marks that run into no edge. The middle where there are none.
 *
 * @param {Uint8Array} gray 0 = black
 * @param {number} width
 * @returns {Box}
 */
export function guess(gray, width) {
  const height = gray.length / width;
  const marks = marksIn(darkIn(gray, width, height), width, height);
  const most = Math.max(0, ...marks.map(({ size }) => size));
  const [left, top, right, bottom] = marks
    .filter(({ size }) => size >= LIKE * most)
    .reduce(([a, b, c, d], { box }) => [Math.min(a, box[0]), Math.min(b, box[1]), Math.max(c, box[2]), Math.max(d, box[3])], [width, height, 0, 0]);
  if (right <= left || bottom <= top) return MIDDLE;
  const margin = MARGIN * Math.max(right - left, bottom - top);
  return between([(left - margin) / width, (top - margin) / height], [(right + margin) / width, (bottom + margin) / height]);
}

/**
 * The frame between two corners, held inside the photograph.
 *
 * @param {readonly [number, number]} one
 * @param {readonly [number, number]} other
 * @returns {Box}
 */
export function between(one, other) {
  const [left, right] = [one[0], other[0]].map(held).sort((a, b) => a - b);
  const [top, bottom] = [one[1], other[1]].map(held).sort((a, b) => a - b);
  return sized([left ?? 0, top ?? 0, (right ?? 1) - (left ?? 0), (bottom ?? 1) - (top ?? 0)], 0, 0);
}

/**
 * @param {Box} box
 * @param {number} dx
 * @param {number} dy
 * @returns {Box}
 */
export function moved([left, top, width, height], dx, dy) {
  return [Math.min(1 - width, held(left + dx)), Math.min(1 - height, held(top + dy)), width, height];
}

/**
 * @param {Box} box
 * @param {number} dx more width
 * @param {number} dy more height
 * @returns {Box}
 */
export function sized([left, top, width, height], dx, dy) {
  const size = (/** @type {number} */ side) => Math.min(1, Math.max(LEAST, side));
  return moved([left, top, size(width + dx), size(height + dy)], 0, 0);
}

/** @param {number} share */
function held(share) {
  return Math.min(1, Math.max(0, share));
}

/**
 * @param {Uint8Array} gray
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array} 1 where it is darker than its surroundings
 */
function darkIn(gray, width, height) {
  const sums = new Float64Array((width + 1) * (height + 1));
  const at = (/** @type {number} */ x, /** @type {number} */ y) => sums[y * (width + 1) + x] ?? 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sums[(y + 1) * (width + 1) + x + 1] = (gray[y * width + x] ?? 0) + at(x, y + 1) + at(x + 1, y) - at(x, y);
    }
  }
  return gray.map((level, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    const [left, right] = [Math.max(0, x - AROUND), Math.min(width, x + AROUND + 1)];
    const [top, bottom] = [Math.max(0, y - AROUND), Math.min(height, y + AROUND + 1)];
    const mean = (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) / ((right - left) * (bottom - top));
    return Number(level < DARKER * mean);
  });
}

/**
 * @param {Uint8Array} dark its marks are erased
 * @param {number} width
 * @param {number} height
 */
function marksIn(dark, width, height) {
  /** @type {{ size: number, box: [number, number, number, number] }[]} left, top, right, bottom */
  const marks = [];
  for (let start = 0; start < dark.length; start++) {
    if (dark[start] !== 1) continue;
    const open = [start];
    dark[start] = 0;
    let [size, left, top, right, bottom] = [0, width, height, 0, 0];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const [x, y] = [index % width, Math.floor(index / width)];
      [size, left, top] = [size + 1, Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
      for (const [i, j] of [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]]) {
        const next = Number(j) * width + Number(i);
        if (Number(i) < 0 || Number(i) >= width || dark[next] !== 1) continue;
        dark[next] = 0;
        open.push(next);
      }
    }
    if (left > 0 && top > 0 && right < width && bottom < height) marks.push({ size, box: [left, top, right, bottom] });
  }
  return marks;
}
