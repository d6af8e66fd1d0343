/**
 * Whether the page's "Why?" is of the weights: `node scripts/shares.mjs WEIGHTS DRAWINGS`.
 *
 * Of the drawings of three to five strokes among DRAWINGS (JSON lines, {"strokes": [[[x, y], …], …]}, y down, the
 * longest side 1000; pens seldom write a digit in more) it prints the mean rank correlation of the strokes' shares
 * before and after each layer's weights are shuffled, five times, and the median time that one drawing takes.
 */

import { readFileSync } from "node:fs";

import { parseWeights } from "../web/js/network/file.js";
import { createNetwork } from "../web/js/network/network.js";
import { MOST_STROKES, whyOf } from "../web/js/network/why.js";

const SIDE = 280; // pixels, as the page's
const FEWEST = 3; // strokes: two have only two ranks
const SHUFFLES = 5;
const PEN = 0.048 * SIDE; // the page's medium one
const [, , file, drawings] = process.argv;
if (file === undefined || drawings === undefined) {
  console.error("expected two files: node scripts/shares.mjs WEIGHTS DRAWINGS");
  process.exit(2);
}
const weights = parseWeights(new Uint8Array(readFileSync(file)).buffer);

let seed = 1;
const random = (below) => Math.floor((below * (seed = (seed * 48271) % 2147483647)) / 2147483647);

/** A network that has learned nothing: each layer's weights in another order. Without `known`, or nothing were a digit. */
function shuffled() {
  const layers = weights.layers.map((layer) => ({
    ...layer,
    variables: layer.variables.map(({ shape, values }) => {
      const mixed = values.slice();
      for (let i = mixed.length - 1; i > 0; i--) {
        const j = random(i + 1);
        [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
      }
      return { shape, values: mixed };
    }),
  }));
  return createNetwork({ ...weights, layers, known: null });
}

/** A stroke alone, with a soft edge of a pixel. */
function layerOf(points) {
  const alpha = new Uint8Array(SIDE * SIDE);
  const placed = points.map(([x, y]) => [0.15 * SIDE + (0.7 * SIDE * x) / 1000, 0.15 * SIDE + (0.7 * SIDE * y) / 1000]);
  placed.forEach((to, i) => {
    const from = placed[Math.max(0, i - 1)];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const edge = PEN / 2 + 1;
    const [left, right] = [Math.min(from[0], to[0]) - edge, Math.max(from[0], to[0]) + edge];
    const [top, bottom] = [Math.min(from[1], to[1]) - edge, Math.max(from[1], to[1]) + edge];
    for (let y = Math.max(0, Math.floor(top)); y <= Math.min(SIDE - 1, bottom); y++) {
      for (let x = Math.max(0, Math.floor(left)); x <= Math.min(SIDE - 1, right); x++) {
        const along = Math.min(1, Math.max(0, ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1)));
        const far = Math.hypot(x - from[0] - along * dx, y - from[1] - along * dy);
        const level = Math.round(255 * Math.min(1, Math.max(0, PEN / 2 + 0.5 - far)));
        alpha[y * SIDE + x] = Math.max(alpha[y * SIDE + x], level);
      }
    }
  });
  return { tool: "pen", alpha };
}

/** Spearman's rank correlation. */
function correlation(one, other) {
  const ranks = (values) => values.map((value) => values.filter((each) => each < value).length);
  const [a, b] = [ranks(one), ranks(other)];
  const middle = (one.length - 1) / 2;
  const sum = (f) => a.reduce((total, _, i) => total + f(a[i] - middle, b[i] - middle), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

const own = createNetwork(weights);
const others = Array.from({ length: SHUFFLES }, shuffled);
let drawn = 0;
const found = [];
const times = [];
for (const line of readFileSync(drawings, "utf8").split("\n").filter(Boolean)) {
  const { strokes } = JSON.parse(line);
  if (strokes.length < FEWEST || strokes.length > MOST_STROKES) continue;
  const layers = strokes.map(layerOf);
  const start = performance.now();
  const before = whyOf(layers, SIDE, own);
  times.push(performance.now() - start);
  if (before === null) continue; // no digit at one look
  drawn += 1;
  for (const other of others) {
    const value = correlation(before.shares, whyOf(layers, SIDE, other)?.shares ?? []);
    if (Number.isFinite(value)) found.push(value); // where no stroke has a share at all, there is no rank
  }
}
if (found.length === 0) {
  console.error(`expected drawings of a digit in ${FEWEST} to ${MOST_STROKES} strokes, got none`);
  process.exit(1);
}
const mean = found.reduce((sum, each) => sum + each, 0) / found.length;
times.sort((a, b) => a - b);
console.log(
  `${drawn} drawings of ${FEWEST} strokes and more: mean rank correlation with shuffled weights ${mean.toFixed(3)}; ` +
    `median ${times[Math.floor(times.length / 2)].toFixed(0)} ms a drawing`,
);
