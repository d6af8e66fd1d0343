/**
 * Reads pictures as the page does: `node scripts/parity.mjs WEIGHTS SIDE`, square pictures of gray levels on standard
 * input one after another; a line of JSON for each on standard output, then the median time of a reading.
 */

import { readFileSync, writeSync } from "node:fs";

import { parseWeights } from "../web/js/network/file.js";
import { createNetwork } from "../web/js/network/network.js";
import { read } from "../web/js/network/read.js";

const [file, side] = [process.argv[2], Number(process.argv[3])];
const content = readFileSync(file);
const network = createNetwork(parseWeights(new Uint8Array(content).buffer));
const pictures = readFileSync(0);
const size = side * side;
const lines = [];
const times = [];
for (let start = 0; start + size <= pictures.length; start += size) {
  const values = new Uint8Array(pictures.subarray(start, start + size));
  const before = performance.now();
  const { digit, ...reading } = read({ values, height: side, width: side }, network);
  times.push(performance.now() - before);
  const seen = digit === null ? null : Buffer.from(digit.buffer).toString("base64");
  lines.push(JSON.stringify({ ...reading, seen }));
}
times.sort((a, b) => a - b);
lines.push(JSON.stringify({ milliseconds: times[Math.floor(times.length / 2)] ?? 0 }));
const text = Buffer.from(`${lines.join("\n")}\n`);
for (let written = 0; written < text.length; ) written += writeSync(1, text, written);
