// @ts-check
/** Rows of small drawings on buttons: examples, the visitor's last ones, and one for each digit. */

import { paint } from "./paint.js";

/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {{ strokes: readonly Stroke[] | null, label: string, digit?: number }} Item */

const SIDE = 156; // pixels: enough for the buttons' size on a dense screen

/**
 * A row that shows what it is given; a place without a drawing is empty, and a digit's place shows the digit.
 *
 * @param {HTMLElement} row
 * @param {(strokes: readonly Stroke[]) => void} onPick
 */
export function createRow(row, onPick) {
  /** @type {readonly Item[]} */
  let items = [];
  row.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const strokes = items[[...row.children].findIndex((child) => child === button)]?.strokes;
    if (strokes) onPick(strokes);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(items));

  /** @param {readonly Item[]} next */
  function show(next) {
    items = next;
    row.replaceChildren(...items.map(place));
    for (const [index, { strokes }] of items.entries()) {
      const canvas = row.children[index]?.querySelector("canvas");
      if (canvas && strokes) draw(canvas, strokes);
    }
  }
  return { show };
}

/** @param {Item} item */
function place({ strokes, label, digit }) {
  if (strokes === null) {
    const empty = document.createElement("span");
    empty.textContent = String(digit);
    return empty;
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const button = document.createElement("button");
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(canvas);
  return button;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {readonly Stroke[]} strokes
 */
function draw(canvas, strokes) {
  const context = canvas.getContext("2d");
  if (context) paint(context, strokes, getComputedStyle(canvas).color, SIDE);
}
