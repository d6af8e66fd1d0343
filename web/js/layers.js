// @ts-check
/** Each stroke of a drawing alone, as the page's network is given them to tell which decided. */

import { paint } from "./paint.js";

/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {import("./network/why.js").Layer} Layer */

export const LAYER_SIDE = 280; // pixels: of the picture that is sent

/**
 * @param {readonly Stroke[]} strokes
 * @returns {Layer[]}
 */
export function layersOf(strokes) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = LAYER_SIDE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  return strokes.map((stroke) => {
    context.clearRect(0, 0, LAYER_SIDE, LAYER_SIDE);
    paint(context, [{ ...stroke, tool: "pen" }], "#000", LAYER_SIDE);
    const { data } = context.getImageData(0, 0, LAYER_SIDE, LAYER_SIDE);
    const alpha = new Uint8Array(LAYER_SIDE ** 2);
    for (let i = 0; i < alpha.length; i++) alpha[i] = /** @type {number} */ (data[4 * i + 3]);
    return { tool: stroke.tool, alpha };
  });
}

/**
 * The pen's stroke at a point of the pad, the latest where several cross; -1 where none is.
 *
 * @param {readonly Stroke[]} strokes
 * @param {number} x in the pad's units, as `y`
 * @param {number} y
 */
export function strokeAt(strokes, x, y) {
  const near = strokes.map(({ tool, width, points }) => {
    if (tool !== "pen") return false;
    return points.some((point, i) => distance([x, y], point, points[Math.max(0, i - 1)] ?? point) <= width);
  });
  return near.lastIndexOf(true);
}

/**
 * From a point to a line between two.
 *
 * @param {readonly [number, number]} point
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 */
function distance([x, y], [fromX = 0, fromY = 0], [toX = 0, toY = 0]) {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = Math.min(1, Math.max(0, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
}
