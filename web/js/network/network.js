// @ts-check
/** Weights → a network: digits in, probabilities out, as the function's network.py means both. */

import { BadWeights } from "./file.js";
import { chained } from "./layers.js";

/**
 * @typedef {import("./file.js").Weights} Weights
 * @typedef {{ readonly probabilities: readonly number[], readonly known: number }} Outputs  ten, sum 1; `known` 0..1 is
 *   how probably it is a digit at all, 1 from weights that don't tell
 * @typedef {{
 *   readonly version: string,
 *   readonly digest: string,
 *   readonly architecture: string,
 *   readonly threshold: number,
 *   readonly outputs: (digit: Float32Array) => Outputs,
 * }} Network  `threshold` of `known` times the largest probability, from which on it is a digit
 */

const FRAME = 28;
const DIGITS = 10;

/**
 * @param {Weights} weights
 * @returns {Network}
 * @throws {BadWeights} where this page can't compute them
 */
export function createNetwork({ version, digest, architecture, layers, temperature, known }) {
  const { shape, step } = chained(layers, [FRAME, FRAME]);
  const [count = 0, ...more] = shape;
  if (more.length > 0 || (count !== DIGITS && count !== DIGITS + 1)) throw new BadWeights("another number of outputs");
  return {
    version,
    digest,
    architecture,
    threshold: known?.threshold ?? 0,
    outputs(digit) {
      const values = [...step(digit)];
      const logits = values.slice(0, DIGITS);
      const probabilities = softmax(logits.map((logit) => logit / temperature));
      if (known === null) return { probabilities, known: 1 };
      const raw = values[DIGITS] ?? logSum(logits);
      return { probabilities, known: 1 / (1 + Math.exp(-known.slope * raw - known.offset)) };
    },
  };
}

/** @param {readonly number[]} logits */
function softmax(logits) {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** @param {readonly number[]} logits */
function logSum(logits) {
  const highest = Math.max(...logits);
  return highest + Math.log(logits.reduce((total, logit) => total + Math.exp(logit - highest), 0));
}
