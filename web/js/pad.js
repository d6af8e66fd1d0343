// @ts-check
/**
 * The pad: pointers and keys → strokes, and strokes → the screen.
 *
 * Strokes are kept as plain data by this page instead of a library: signature_pad, the best known one, widens
 * and thins lines by speed (the same line drawn slower gives other pixels) and knows no eraser, no undo and
 * no keys, so little of it would be left.
 */

import { CELLS, MIDDLE, center, described, moved } from "./cursor.js";
import { paint } from "./paint.js";
import { placeOf, pointAt, worthKeeping } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Point} Point @typedef {import("./strokes.js").Tool} Tool */

const PEN_ERASER = 32; // the bit in PointerEvent.buttons of a pen held upside down
const NO_PRESSURE = 0.5; // what a mouse reports, and a finger should count as

/**
 * @typedef {{
 *   pad: HTMLElement,
 *   canvas: HTMLCanvasElement,
 *   cursor: HTMLElement,
 *   brush: () => { tool: Tool, width: number },
 *   onMove: (stroke: Stroke) => void,
 *   onStroke: (stroke: Stroke) => void,
 *   say: (sentence: string) => void,
 * }} Parts
 */

/** @param {Parts} parts */
export function createPad({ pad, canvas, cursor, brush, onMove, onStroke, say }) {
  /** @type {{ pointer: number | null, tool: Tool, width: number, points: Point[] } | null} */
  let open = null;
  let cell = MIDDLE;
  /** @type {Drawing | null} */
  let shown = null;
  let frame = 0;

  pad.addEventListener("pointerdown", (event) => {
    if (open?.pointer === null) close(); // the pointer takes over from the keyboard
    if (open !== null || !event.isPrimary || (event.pointerType === "mouse" && event.button !== 0)) return;
    pad.setPointerCapture(event.pointerId);
    const { tool, width } = brush();
    const upsideDown = event.pointerType === "pen" && (event.buttons & PEN_ERASER) !== 0;
    open = { pointer: event.pointerId, tool: upsideDown ? "eraser" : tool, width, points: [] };
    extend([event]);
  });
  pad.addEventListener("pointermove", (event) => {
    if (open === null || open.pointer !== event.pointerId) return;
    extend(movesIn(event));
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    pad.addEventListener(end, (event) => {
      if (open !== null && open.pointer === event.pointerId) close();
    });
  }
  // Scrolling and long-press menus would take the pen away in the middle of a line.
  pad.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  pad.addEventListener("contextmenu", (event) => event.preventDefault());

  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = event.key === " " ? { ...cell, down: !cell.down } : moved(cell, event.key);
    if (next === null) return;
    event.preventDefault();
    if (event.key === " " && event.repeat) return;
    if (open !== null && open.pointer !== null) return;
    cell = next;
    placeCursor();
    say(described(cell));
    if (cell.down) {
      open ??= { pointer: null, ...brush(), points: [] };
      keep(center(cell));
      onMove(current(open));
      repaint();
    } else {
      close();
    }
  });
  pad.addEventListener("blur", () => {
    if (open?.pointer === null) close();
  });

  /** @param {readonly PointerEvent[]} events */
  function extend(events) {
    if (open === null) return;
    const { left, top, width } = canvas.getBoundingClientRect();
    for (const event of events) {
      const pressure = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : NO_PRESSURE;
      keep(pointAt(event.clientX - left, event.clientY - top, width, pressure));
    }
    onMove(current(open));
    repaint();
  }

  /** @param {Point} point */
  function keep(point) {
    if (open !== null && worthKeeping(open.points, point)) open.points.push(point);
  }

  function close() {
    if (open === null) return;
    const stroke = current(open);
    open = null;
    cell = { ...cell, down: false };
    placeCursor();
    onStroke(stroke);
  }

  function placeCursor() {
    cursor.style.setProperty("--column", String(cell.column));
    cursor.style.setProperty("--row", String(cell.row));
    cursor.dataset.down = String(cell.down);
  }

  function repaint() {
    if (frame === 0) frame = requestAnimationFrame(render);
  }

  function render() {
    frame = 0;
    const context = canvas.getContext("2d");
    if (context === null || shown === null) return;
    const size = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    if (canvas.width !== size) canvas.width = canvas.height = size;
    context.clearRect(0, 0, size, size);
    const strokes = open === null ? shown.strokes : [...shown.strokes, current(open)];
    if (shown.upload !== null && (open === null || open.tool === "eraser")) {
      const [x, y, width, height] = placeOf(shown);
      context.fillStyle = "#fff"; // dark ink on transparency shows in dark mode too
      context.fillRect(x * size, y * size, width * size, height * size);
      context.imageSmoothingQuality = "high";
      context.drawImage(shown.upload.image, x * size, y * size, width * size, height * size);
    } else {
      paint(context, strokes, getComputedStyle(canvas).color, size);
    }
  }

  new ResizeObserver(repaint).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  cursor.style.setProperty("--cells", String(CELLS));
  placeCursor();

  return {
    /** @param {Drawing} drawing */
    show(drawing) {
      shown = drawing;
      repaint();
    },
    /** The line that is being drawn, to be read along with the rest. */
    line: () => (open === null ? null : current(open)),
    /** Ends that line where it is. */
    finish: close,
  };
}

/**
 * The moves that the browser rolled into this one; where it tells none, this one. Safari tells them since 18.2, and
 * no browser does on a page that came by plain http.
 *
 * @param {PointerEvent} event
 * @returns {readonly PointerEvent[]}
 */
export function movesIn(event) {
  const moves = event.getCoalescedEvents?.() ?? [];
  return moves.length > 0 ? moves : [event];
}

/**
 * @param {{ tool: Tool, width: number, points: readonly Point[] }} open
 * @returns {Stroke}
 */
function current({ tool, width, points }) {
  return { tool, width, points: [...points] };
}
