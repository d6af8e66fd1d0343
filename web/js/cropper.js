// @ts-check
/** The frame over a photograph: drawn anew or moved by a pointer, moved and sized by keys. */

import { GUESS_SIDE, between, guess, moved, sized } from "./crop.js";

/** @typedef {import("./strokes.js").Upload} Upload @typedef {import("./answer.js").Box} Box */

const SHOWN = 1200; // pixels of the longer side on the screen
const STEP = 0.02; // of the photograph that a key moves
const GUESS_BLUR = "high"; // what a small copy is made with: grain is gone in it

/**
 * @param {{
 *   dialog: HTMLDialogElement,
 *   canvas: HTMLCanvasElement,
 *   frame: HTMLElement,
 *   onPick: (upload: Upload, part: Upload | null) => void,
 * }} parts  `part` null for all of it
 */
export function createCropper({ dialog, canvas, frame, onPick }) {
  /** @type {Upload | null} */
  let photograph = null;
  /** @type {Box} */
  let box = [0, 0, 1, 1];
  /** @type {{ x: number, y: number, box: Box | null } | null} where a pointer came down; the frame, if inside it */
  let held = null;

  /** @param {Box} next */
  function put(next) {
    box = next;
    for (const [index, side] of /** @type {const} */ (["left", "top", "width", "height"]).entries()) {
      frame.style[side] = `${100 * (box[index] ?? 0)}%`;
    }
  }

  /** @param {PointerEvent} event @returns {[number, number]} in fractions of the photograph */
  function placeOf(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  canvas.parentElement?.addEventListener("pointerdown", (event) => {
    const [x, y] = placeOf(event);
    const inside = x > box[0] && y > box[1] && x < box[0] + box[2] && y < box[1] + box[3];
    held = { x, y, box: inside ? box : null };
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
  });
  canvas.parentElement?.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const [x, y] = placeOf(event);
    put(held.box === null ? between([held.x, held.y], [x, y]) : moved(held.box, x - held.x, y - held.y));
  });
  canvas.parentElement?.addEventListener("lostpointercapture", () => {
    held = null;
  });
  frame.addEventListener("keydown", (event) => {
    const dx = STEP * (Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft"));
    const dy = STEP * (Number(event.key === "ArrowDown") - Number(event.key === "ArrowUp"));
    if (dx === 0 && dy === 0) return;
    event.preventDefault();
    put(event.shiftKey ? sized(box, dx, dy) : moved(box, dx, dy));
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // Escape leaves it, and clears nothing
  dialog.addEventListener("close", () => {
    const upload = photograph;
    photograph = null;
    if (upload === null || dialog.returnValue === "") return;
    onPick(upload, dialog.returnValue === "part" ? partOf(upload, box) : null);
  });
  for (const button of dialog.querySelectorAll("button")) {
    button.addEventListener("click", () => dialog.close(button.value));
  }

  return {
    /** @param {Upload} upload */
    open(upload) {
      photograph = upload;
      paint(canvas, upload, SHOWN);
      put(guessIn(upload));
      dialog.returnValue = "";
      dialog.showModal();
      frame.focus();
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Upload} upload
 * @param {number} side pixels of the longer side, at most
 */
function paint(canvas, { image, width, height }, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: side === GUESS_SIDE });
  if (context === null) return null;
  context.imageSmoothingQuality = GUESS_BLUR;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context;
}

/** @param {Upload} upload */
function guessIn(upload) {
  const small = document.createElement("canvas");
  const context = paint(small, upload, GUESS_SIDE);
  const { data } = context?.getImageData(0, 0, small.width, small.height) ?? { data: new Uint8ClampedArray(4) };
  const gray = Uint8Array.from({ length: data.length / 4 }, (_, pixel) => data[4 * pixel + 1] ?? 0); // green is enough
  return guess(gray, small.width);
}

/**
 * @param {Upload} upload
 * @param {Box} box
 * @returns {Upload}
 */
function partOf({ image, width, height, type }, [left, top, wide, high]) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(wide * width));
  canvas.height = Math.max(1, Math.round(high * height));
  canvas.getContext("2d")?.drawImage(image, -Math.round(left * width), -Math.round(top * height), width, height);
  return { image: canvas, width: canvas.width, height: canvas.height, type };
}
