// @ts-check
/** The page's own reader: it looks once, here, at whatever is drawn, and leaves to the function what that can't tell. */

import { createSource } from "./network/source.js";
import { hidesPixels, inkedPixels } from "./picture.js";
import { isBlank, isDot } from "./strokes.js";

/**
 * @typedef {import("./answer.js").Answer} Answer @typedef {import("./reader.js").Reading} Reading
 * @typedef {import("./network/read.js").Reading & { threshold: number }} Look
 * @typedef {{ version: string, digest: string, architecture: string, number: number }} Network  `number` in its worker
 * @typedef {{ revision: number, guess: Reading | null }} Left  what the page leaves to the function, and what it would
 *   say itself: of all as one digit, if its network knows that
 * @typedef {ReturnType<typeof createOwn>} Own
 *
 * @typedef {{
 *   ask: import("./network/remote.js").Ask,
 *   base: string,
 *   clock: import("./pace.js").Clock,
 *   revision: () => number,
 *   drawing: () => import("./strokes.js").Drawing,
 *   picture: () => string | null,
 *   onReading: (reading: Reading) => void,
 *   onLeft: (left: Left) => void,
 *   onReady: () => void,
 * }} Parts  `base` is the function's URL, with a slash at its end; `onReady` once it can read
 */

const BESIDE = new URL("../weights/digits.safetensors", import.meta.url).href;
const LIVE_AFTER = 100; // ms from a move to its reading: ten a second look like at once, and leave the frames to the pen
const SIDE = 28; // pixels of a digit

/** @param {Parts} parts */
export function createOwn({ ask, base, clock, revision, drawing, picture, onReading, onLeft, onReady }) {
  const scratch = document.createElement("canvas");
  const source = createSource({ beside: BESIDE, base, make: (file) => /** @type {Promise<Network>} */ (ask("make", file)) });
  /** @type {"live" | "final" | null} */
  let wanted = null;
  /** @type {number | undefined} */
  let timer;
  let busy = false;
  let following = "";

  function next() {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
    const network = source.present();
    if (network === null || busy || wanted === null) return;
    const live = wanted === "live";
    wanted = null;
    busy = true;
    // A worker that has ended answers with an error, and nobody asks it any more.
    void read(network, live).catch(() => undefined).finally(() => {
      busy = false;
      next();
    });
  }

  /**
   * @param {Network} network
   * @param {boolean} live
   */
  async function read(network, live) {
    const [asked, drawn, start] = [revision(), drawing(), clock.now()];
    if (isBlank(drawn) || isDot(drawn)) return;
    if (drawn.upload !== null) {
      onLeft({ revision: asked, guess: null });
      return;
    }
    const image = live ? "" : picture(); // only what is final can be corrected
    const pixels = hidesPixels(scratch) ? null : inkedPixels(scratch, drawn.strokes);
    if (pixels === null || image === null) return;
    /** @type {Look} */
    const look = await ask("read", { number: network.number, pixels });
    if (look.kind === "blank") return;
    const isOne = look.kind === "digit" || look.kind === "unknown";
    const answer = answerOf(look, network);
    const took = clock.now() - start;
    /** @type {Reading} */
    const reading = { answer, picture: image, revision: asked, live, took, by: isOne ? "page" : "guess" };
    if (isOne) onReading(reading);
    else onLeft({ revision: asked, guess: answer.written === null ? null : reading });
  }

  /** @param {Network | null} before */
  function readAnew(before) {
    if (before === null && source.present() !== null) onReady();
    if (source.present() !== before) rests();
  }

  function rests() {
    wanted = "final";
    next();
  }

  return {
    moves() {
      if (wanted !== null) return;
      wanted = "live";
      timer = clock.setTimeout(next, LIVE_AFTER);
    },
    rests,
    cleared() {
      wanted = null;
      next();
    },
    /**
     * What each stroke did to the digit; null where that can't be told.
     *
     * @param {Parameters<typeof import("./network/why.js").whyOf>[0]} layers
     * @param {number} side
     * @returns {Promise<import("./network/why.js").Why | null>}
     */
    why: (layers, side) => ask("why", { number: source.present()?.number, layers, side }),

    /**
     * What the rest is without a stroke, read alone.
     *
     * @param {Parameters<typeof import("./network/why.js").whyOf>[0]} layers
     * @param {number} side
     * @param {number} index
     * @returns {Promise<import("./network/read.js").Reading>}
     */
    without: (layers, side, index) => ask("without", { number: source.present()?.number, layers, side, index }),

    async arrive() {
      await source.arrive();
      readAnew(null);
    },
    /** The function answers with that version: it counts, so the page reads with it, too. @param {string} version */
    async follow(version) {
      if (version === following || version === source.present()?.version) return;
      following = version;
      const before = source.present();
      await source.follow(version);
      following = "";
      readAnew(before);
    },
  };
}

/**
 * @param {Look} look
 * @param {Network} network
 * @returns {Answer}
 */
function answerOf({ kind, text, confidence, nearest, known, probabilities, threshold, digit }, { version, architecture }) {
  const share = known * Math.max(0, ...probabilities);
  const one = kind === "digit" || kind === "unknown";
  const guess = share >= threshold && digit !== null ? { kind: /** @type {const} */ ("digit"), text: String(nearest), confidence: share } : null;
  const told = one ? { kind, text, confidence } : guess;
  const seen = digit === null ? null : pngOf(digit);
  return { probabilities, written: told && { ...told, parts: [] }, seen, version, architecture, milliseconds: null };
}

/** White on black, as the function shows it. @param {Float32Array} digit */
function pngOf(digit) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  const pixels = new ImageData(SIDE, SIDE);
  digit.forEach((value, i) => {
    pixels.data.fill(Math.round(255 * value), 4 * i, 4 * i + 3);
    pixels.data[4 * i + 3] = 255;
  });
  context?.putImageData(pixels, 0, 0);
  return canvas.toDataURL("image/png");
}
