// @ts-check
/** A drawing → the picture that is sent, as a data URL. The same on every screen, zoom and color scheme. */

import { paint } from "./paint.js";
import { isBlank } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing @typedef {import("./strokes.js").Upload} Upload */

const SIDE = 280; // ten times the network's side: nothing it could see is lost, about 4 KB as PNG
const UPLOAD_SIDE = 640; // longest side of an uploaded picture; a digit in a photograph's corner stays legible
const SAVED_SIDE = 840; // of a saved drawing: three pixels for each one that is sent

const FAINTEST = 32; // of 255: what an eraser's soft edge leaves behind is not ink
const PROBE_SIDE = 4; // pixels: chance never gives back all of them
const NOISE = 32; // of 255: browsers that blur pixels to hide who visits do so by less, and no reading minds
const JPEG_QUALITY = 0.9; // photographs: a fifth of the PNG's size, with no artifact that a 28 × 28 digit could show

/** @typedef {{ side: number, uploadSide: number, photograph: "image/jpeg" | "image/png" }} Form  sides in pixels */

/** @type {Form} */
const SENT = { side: SIDE, uploadSide: UPLOAD_SIDE, photograph: "image/jpeg" };

/** @type {Form} what "Save as PNG" promises */
export const SAVED = { side: SAVED_SIDE, uploadSide: SAVED_SIDE, photograph: "image/png" };

/**
 * The drawing as PNG (an uploaded photograph as its form says), or null when there is no ink on it or the
 * browser hides it.
 *
 * @param {HTMLCanvasElement} canvas scratch; its size changes
 * @param {Drawing} drawing
 * @param {Form} [form]
 * @returns {string | null}
 */
export function pictureOf(canvas, drawing, form = SENT) {
  if (isBlank(drawing) || hidesPixels(canvas)) return null;
  if (drawing.upload !== null) return pictureOfUpload(canvas, drawing.upload, form);
  return inkedPixels(canvas, drawing.strokes, form.side) === null ? null : canvas.toDataURL("image/png");
}

/**
 * The ink as its picture has it, black on white, or null where there is none.
 *
 * @param {HTMLCanvasElement} canvas scratch; its size changes, and it shows the ink then
 * @param {readonly import("./strokes.js").Stroke[]} strokes
 * @param {number} [side]
 */
export function inkedPixels(canvas, strokes, side = SIDE) {
  canvas.width = canvas.height = side;
  const context = contextOf(canvas);
  paint(context, strokes, "#000", side);
  if (!hasInk(context.getImageData(0, 0, side, side).data)) return null;
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  return context.getImageData(0, 0, side, side);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Upload} upload larger than the form's side: made smaller; never made larger
 * @param {Form} form
 */
function pictureOfUpload(canvas, upload, { uploadSide, photograph }) {
  const scale = Math.min(1, uploadSide / Math.max(upload.width, upload.height));
  canvas.width = Math.max(1, Math.round(upload.width * scale));
  canvas.height = Math.max(1, Math.round(upload.height * scale));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(upload.image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL(upload.type === "image/jpeg" ? photograph : "image/png", JPEG_QUALITY); // PNG ignores it
}

/**
 * Whether anything is drawn, in RGBA pixels of ink on transparency.
 *
 * @param {Uint8ClampedArray} pixels
 */
export function hasInk(pixels) {
  for (let alpha = 3; alpha < pixels.length; alpha += 4) {
    if (/** @type {number} */ (pixels[alpha]) > FAINTEST) return true;
  }
  return false;
}

/**
 * Whether the browser gives back other pixels than were painted: Tor Browser does, and Firefox that resists
 * fingerprinting, until the visitor lets the page have them.
 *
 * @param {HTMLCanvasElement} canvas scratch; its size changes
 */
export function hidesPixels(canvas) {
  canvas.width = canvas.height = PROBE_SIDE;
  const context = contextOf(canvas);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, PROBE_SIDE, PROBE_SIDE);
  context.fillStyle = "#000";
  context.fillRect(0, 0, PROBE_SIDE, PROBE_SIDE / 2);
  const { data } = context.getImageData(0, 0, PROBE_SIDE, PROBE_SIDE);
  const painted = (/** @type {number} */ index) => (index % 4 === 3 || index >= data.length / 2 ? 255 : 0);
  return data.some((level, index) => Math.abs(level - painted(index)) > NOISE);
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true }); // drawn by the CPU: the same pixels everywhere
  if (context === null) throw new Error("this browser has no 2D canvas");
  return context;
}
