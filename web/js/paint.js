// @ts-check
/** Strokes → marks on any 2D context. The pad, the picture that is sent and the thumbnails all come from here. */

import { PAD } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {import("./strokes.js").Point} Point */
/**
 * As much of a 2D context as drawing takes.
 *
 * @typedef {Pick<CanvasRenderingContext2D,
 *   "save" | "restore" | "scale" | "beginPath" | "moveTo" | "lineTo" | "quadraticCurveTo" | "stroke" | "arc" | "fill" |
 *   "lineWidth" | "lineCap" | "lineJoin" | "strokeStyle" | "fillStyle" | "globalCompositeOperation"
 * >} Surface
 */

/**
 * Draws the strokes over what is there, `size` pixels standing for the pad's whole side. The eraser takes
 * marks away down to transparency.
 *
 * @param {Surface} context
 * @param {readonly Stroke[]} strokes
 * @param {string} color
 * @param {number} size
 */
export function paint(context, strokes, color, size) {
  context.save();
  context.scale(size / PAD, size / PAD);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = color;
  context.fillStyle = color;
  for (const stroke of strokes) {
    context.globalCompositeOperation = stroke.tool === "eraser" ? "destination-out" : "source-over";
    paintStroke(context, stroke);
  }
  context.restore();
}

/**
 * @param {Surface} context
 * @param {Stroke} stroke
 */
function paintStroke(context, { width, points }) {
  const [first] = points;
  if (first === undefined) return;
  if (points.length === 1) {
    context.beginPath();
    context.arc(first[0], first[1], thickness(width, first) / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  const steady = points.every((point) => point[2] === first[2]);
  context.lineWidth = thickness(width, first);
  context.beginPath();
  context.moveTo(first[0], first[1]);
  // Each curve runs from the middle of one leg to the middle of the next, bending at the point between:
  // smooth through any points, and no curve changes when later points arrive.
  for (let i = 1; i < points.length - 1; i++) {
    const bend = /** @type {Point} */ (points[i]);
    const next = /** @type {Point} */ (points[i + 1]);
    const x = (bend[0] + next[0]) / 2;
    const y = (bend[1] + next[1]) / 2;
    context.quadraticCurveTo(bend[0], bend[1], x, y);
    if (!steady) {
      context.stroke();
      context.lineWidth = thickness(width, next);
      context.beginPath();
      context.moveTo(x, y);
    }
  }
  const last = /** @type {Point} */ (points[points.length - 1]);
  context.lineTo(last[0], last[1]);
  context.stroke();
}

/**
 * @param {number} width
 * @param {Point} point
 */
function thickness(width, point) {
  return width * (0.4 + (1.2 * point[2]) / 100); // 40 % of the width at no pressure, all of it at the usual half
}
