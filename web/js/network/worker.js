// @ts-check
/** The network at work, off the page's frames: a worker that is asked one thing at a time. */

import { BadWeights, parseWeights } from "./file.js";
import { levelsOf } from "./levels.js";
import { createNetwork } from "./network.js";
import { read } from "./read.js";
import { readWithout, whyOf } from "./why.js";

/** @typedef {import("./network.js").Network} Network @typedef {import("./levels.js").Levels} Levels */
/** @typedef {{ number: number, layers: readonly import("./why.js").Layer[], side: number }} Layers */
/** @typedef {{ readonly id: number, readonly task: keyof typeof TASKS, readonly given: any }} Question */

const KEPT = 2; // networks: the one that reads, and one that may take over

/** @type {Map<number, Network>} by number */
const networks = new Map();
let made = 0;

const TASKS = {
  /** @param {ArrayBuffer} file */
  make(file) {
    const network = createNetwork(parseWeights(file));
    networks.set((made += 1), network);
    networks.delete(made - KEPT);
    const { version, digest, architecture } = network;
    return { version, digest, architecture, number: made };
  },

  /** @param {{ number: number, pixels: ImageData }} given  what the page would send, RGBA */
  read({ number, pixels }) {
    const network = numbered(number);
    return { ...read(levelsOf(pixels), network), threshold: network.threshold };
  },

  /** @param {Layers} given */
  why: ({ number, layers, side }) => whyOf(layers, side, numbered(number)),

  /** @param {Layers & { index: number }} given */
  without: ({ number, layers, side, index }) => readWithout(layers, side, index, numbered(number)),
};

/** @param {number} number */
function numbered(number) {
  const network = networks.get(number);
  if (network === undefined) throw new Error(`network ${number} is gone`);
  return network;
}

addEventListener("message", ({ data }) => {
  const { id, task, given } = /** @type {Question} */ (data);
  try {
    postMessage({ id, answer: TASKS[task](given) });
  } catch (error) {
    if (!(error instanceof BadWeights)) throw error; // ends the worker's work: the page then reads by the function alone
    postMessage({ id, bad: error.message });
  }
});
