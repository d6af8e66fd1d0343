// @ts-check
/** Which stroke decided: what each did to the digit that was read, measured by leaving it out; and a fact to tell. */

import { extentOf, framed, framedAlike } from "./normalize.js";
import { read } from "./read.js";
import { sharesOf } from "./shares.js";

/**
 * @typedef {import("./network.js").Network} Network @typedef {import("./read.js").Reading} Reading
 * @typedef {{ readonly tool: "pen" | "eraser", readonly alpha: Uint8Array }} Layer  one stroke alone on a square
 *   canvas: how much of each pixel it covers, 0..255
 *
 * @typedef {{
 *   readonly digit: number,
 *   readonly rival: number,
 *   readonly shares: readonly number[],
 *   readonly first: number,
 * }} Why  `shares` has one number for each layer, an eraser's 0: above 0 it spoke for `digit`, below for `rival`, the
 *   digit that it would most likely be without one of them. They sum to the difference of both probabilities. `first`
 *   is the index of the largest
 */

export const MOST_STROKES = 5; // 32 sets, each of which is read: more would take longer than a person waits
const EVEN = /** @type {readonly number[]} */ (Array(10).fill(0.1)); // where nothing is left, it speaks for none

/**
 * What each stroke did to the digit that a network reads, or null where that can't be told: there are fewer than two
 * strokes, or more than MOST_STROKES, or no ink, or no single digit. What is left is seen in the frame of the whole:
 * else it would move and grow when a stroke is left out, and that would be measured, too.
 *
 * @param {readonly Layer[]} layers in the order of drawing
 * @param {number} side of the canvas, in pixels
 * @param {Network} network
 * @returns {Why | null}
 */
export function whyOf(layers, side, network) {
  const pens = layers.flatMap(({ tool }, index) => (tool === "pen" ? [index] : []));
  if (pens.length < 2 || pens.length > MOST_STROKES) return null;
  const alpha = painted(layers);
  const peak = most(alpha);
  const box = peak > 0 ? extentOf(inkOf(alpha, side, peak)) : null;
  if (box === null) return null;
  const { digit: whole, frame } = framed(inkOf(alpha, side, peak), box);
  const all = network.outputs(whole);
  if (all.known * Math.max(...all.probabilities) < network.threshold) return null;
  const found = new Map([[pens.map(() => true).join(), all.probabilities]]);
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const cut = layers.map(({ tool, alpha: own }) => ({ tool, alpha: cropped(own, side, box) }));
  const within = { top: 0, bottom: height, left: 0, right: width };

  /** @param {readonly boolean[]} present one for each stroke of the pen */
  const probabilitiesOf = (present) => {
    const name = present.join();
    const before = found.get(name);
    if (before !== undefined) return before;
    const rest = painted(cut.filter(({ tool }, index) => tool === "eraser" || present[pens.indexOf(index)]));
    const seen = most(rest) > 0 ? framedAlike(inkOf(rest, width, peak), within, frame) : null;
    const probabilities = seen === null ? EVEN : network.outputs(seen).probabilities;
    found.set(name, probabilities);
    return probabilities;
  };

  const digit = highest(all.probabilities, -1);
  const without = pens.map((_, one) => probabilitiesOf(pens.map((__, other) => other !== one)));
  const likeliest = all.probabilities.map((_, value) => Math.max(...without.map((each) => at(each, value))));
  const rival = highest(likeliest, digit);
  for (let count = 0; count < 2 ** pens.length; count++) {
    const set = count ^ (count >> 1); // Gray's code: from one to the next a stroke comes or goes, which is computed sooner
    probabilitiesOf(pens.map((_, one) => ((set >> one) & 1) === 1));
  }
  const shares = sharesOf(pens.length, (present) => {
    const probabilities = probabilitiesOf(present);
    return at(probabilities, digit) - at(probabilities, rival);
  });
  const told = layers.map((_, index) => shares[pens.indexOf(index)] ?? 0);
  return { digit, rival, shares: told, first: pens[highest(shares, -1)] ?? 0 };
}

/**
 * The rest of a drawing without one stroke, read anew and alone, as if it had never been drawn.
 *
 * @param {readonly Layer[]} layers
 * @param {number} side
 * @param {number} index of the layer to leave out
 * @param {Network} network
 * @returns {Reading}
 */
export function readWithout(layers, side, index, network) {
  const values = painted(layers.filter((_, other) => other !== index)).map((alpha) => 255 - alpha);
  return read({ values, height: side, width: side }, network);
}

/**
 * Layers painted over each other, as a canvas does.
 *
 * @param {readonly Layer[]} layers
 */
function painted(layers) {
  const alpha = new Uint8Array(layers[0]?.alpha.length ?? 0);
  for (const { tool, alpha: own } of layers) {
    for (let i = 0; i < alpha.length; i++) {
      const stroke = /** @type {number} */ (own[i]);
      if (stroke === 0) continue;
      const before = /** @type {number} */ (alpha[i]);
      const covered = Math.round((before * (255 - stroke)) / 255);
      alpha[i] = tool === "pen" ? stroke + covered : covered;
    }
  }
  return alpha;
}

/**
 * @param {Uint8Array} alpha
 * @param {number} width
 * @param {number} peak of the whole drawing
 */
function inkOf(alpha, width, peak) {
  const values = new Float32Array(alpha.length);
  for (let i = 0; i < values.length; i++) values[i] = /** @type {number} */ (alpha[i]) / peak;
  return { values, height: values.length / width, width };
}

/** @param {Uint8Array} alpha */
function most(alpha) {
  let highest = 0;
  for (let i = 0; i < alpha.length; i++) highest = Math.max(highest, /** @type {number} */ (alpha[i]));
  return highest;
}

/**
 * @param {Uint8Array} alpha of a square canvas
 * @param {number} side
 * @param {import("./components.js").Box} box
 */
function cropped(alpha, side, { top, bottom, left, right }) {
  const crop = new Uint8Array((bottom - top) * (right - left));
  for (let row = top; row < bottom; row++) {
    crop.set(alpha.subarray(row * side + left, row * side + right), (row - top) * (right - left));
  }
  return crop;
}

/**
 * The index of the highest number, another than `but`.
 *
 * @param {readonly number[]} numbers
 * @param {number} but
 */
function highest(numbers, but) {
  /** @param {number} best @param {number} each @param {number} index */
  const better = (best, each, index) => (index !== but && (best < 0 || each > at(numbers, best)) ? index : best);
  return numbers.reduce(better, -1);
}

/**
 * @param {readonly number[]} numbers
 * @param {number} index
 */
function at(numbers, index) {
  return /** @type {number} */ (numbers[index]);
}
