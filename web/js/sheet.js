// @ts-check
/** All ten digits of one hand on a sheet, to keep. */

import { paint } from "./paint.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

const CELL = 300; // pixels a side
const FOOT = 110; // pixels below them, for the words
const INK = "#1b2440";
const PAPER = "#fffefb";

/**
 * The sheet as PNG.
 *
 * @param {readonly (readonly Stroke[])[]} ten
 * @param {string} words
 * @returns {string} data URL
 */
export function sheetOf(ten, words) {
  const canvas = document.createElement("canvas");
  canvas.width = 5 * CELL;
  canvas.height = 2 * CELL + FOOT;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no 2D canvas");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [digit, strokes] of ten.entries()) {
    const cell = document.createElement("canvas"); // an eraser takes away down to transparency
    cell.width = cell.height = CELL;
    const ink = cell.getContext("2d");
    if (ink !== null) paint(ink, strokes, INK, CELL);
    context.drawImage(cell, (digit % 5) * CELL, Math.floor(digit / 5) * CELL);
  }
  context.fillStyle = INK;
  context.font = '44px "Fraunces", Palatino, serif';
  context.textAlign = "center";
  context.fillText(`0123456789, ${words}`, canvas.width / 2, canvas.height - 0.4 * FOOT);
  return canvas.toDataURL("image/png");
}
