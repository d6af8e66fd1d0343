// @ts-check
/**
 * Strokes ↔ the text after a link's #. Nothing is stored anywhere: the link is the drawing.
 *
 * Bytes in base64url: a version; then for each stroke a flag byte (1 eraser, 2 with pressure), its width, its
 * number of points, and the points as differences from the one before. Numbers are LEB128, signed ones zigzag.
 */

import { PAD } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {import("./strokes.js").Point} Point */

const VERSION = 1;
const ERASER = 1;
const PRESSURE = 2;
const MOST_POINTS = 20_000; // a link is anyone's: what it may make the page draw has an end
const EVEN = 50; // pressure where the pen tells none

/**
 * @param {readonly Stroke[]} strokes
 * @returns {string}
 */
export function encode(strokes) {
  /** @type {number[]} */
  const bytes = [VERSION];
  for (const { tool, width, points } of strokes) {
    const pressed = points.some((point) => point[2] !== EVEN);
    bytes.push((tool === "eraser" ? ERASER : 0) | (pressed ? PRESSURE : 0));
    putNumber(bytes, width);
    putNumber(bytes, points.length);
    let [x, y, p] = [0, 0, EVEN];
    for (const point of points) {
      putSigned(bytes, point[0] - x);
      putSigned(bytes, point[1] - y);
      if (pressed) putSigned(bytes, point[2] - p);
      [x, y, p] = point;
    }
  }
  const base64 = btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The strokes in a link, or null when the text was not made by `encode`.
 *
 * @param {string} text
 * @returns {Stroke[] | null}
 */
export function decode(text) {
  const bytes = bytesOf(text);
  if (bytes === null || bytes[0] !== VERSION) return null;
  const source = { bytes, position: 1 };
  /** @type {Stroke[]} */
  const strokes = [];
  let left = MOST_POINTS;
  try {
    while (source.position < bytes.length) {
      const flags = takeNumber(source);
      const width = takeNumber(source);
      const count = takeNumber(source);
      left -= count;
      if (flags > 3 || width < 1 || width > PAD || count < 1 || left < 0) return null;
      strokes.push({ tool: flags & ERASER ? "eraser" : "pen", width, points: takePoints(source, count, flags) });
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return strokes;
}

/** @typedef {{ bytes: Uint8Array, position: number }} Source */

/**
 * @param {Source} source
 * @param {number} count
 * @param {number} flags
 * @returns {Point[]}
 */
function takePoints(source, count, flags) {
  /** @type {Point[]} */
  const points = [];
  let [x, y, p] = [0, 0, EVEN];
  for (let i = 0; i < count; i++) {
    x += takeSigned(source);
    y += takeSigned(source);
    if (flags & PRESSURE) p += takeSigned(source);
    if (x < 0 || x > PAD || y < 0 || y > PAD || p < 0 || p > 100) throw new RangeError("a point outside the pad");
    points.push([x, y, p]);
  }
  return points;
}

/**
 * @param {number[]} bytes
 * @param {number} number 0 or more
 */
function putNumber(bytes, number) {
  while (number > 127) {
    bytes.push((number & 127) | 128);
    number >>>= 7;
  }
  bytes.push(number);
}

/**
 * @param {number[]} bytes
 * @param {number} number
 */
function putSigned(bytes, number) {
  putNumber(bytes, number < 0 ? -2 * number - 1 : 2 * number);
}

/** @param {Source} source */
function takeNumber(source) {
  let number = 0;
  for (let shift = 0; shift <= 14; shift += 7) { // three bytes hold more than any number here
    const byte = source.bytes[source.position++];
    if (byte === undefined) throw new RangeError("the text ends too early");
    number |= (byte & 127) << shift;
    if (byte < 128) return number;
  }
  throw new RangeError("a number too long");
}

/** @param {Source} source */
function takeSigned(source) {
  const number = takeNumber(source);
  return number & 1 ? -(number + 1) / 2 : number / 2;
}

/** @param {string} text */
function bytesOf(text) {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return null; // not base64
  }
}
