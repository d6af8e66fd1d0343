// @ts-check
/** The row of examples: a small drawing on a button each. */

import { EXAMPLES } from "./examples.js";
import { paint } from "./paint.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

const SIDE = 156; // pixels: enough for the buttons' size on a dense screen

/**
 * @param {HTMLElement} shelf
 * @param {(strokes: readonly Stroke[]) => void} onPick
 */
export function fillShelf(shelf, onPick) {
  for (const { name, strokes } of EXAMPLES) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE;
    const button = document.createElement("button");
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", `Try ${name}`);
    button.append(canvas);
    button.addEventListener("click", () => onPick(strokes));
    shelf.append(button);
    const draw = () => {
      const context = canvas.getContext("2d");
      context?.clearRect(0, 0, SIDE, SIDE);
      if (context) paint(context, strokes, getComputedStyle(canvas).color, SIDE);
    };
    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }
}
