// @ts-check
/**
 * The pad: pointers and keys → strokes, and strokes → the screen.
 *
 * Strokes are kept as plain data by this page instead of a library: signature_pad, the best known one, widens
 * and thins lines by speed (the same line drawn slower gives other pixels) and knows no eraser, no undo and
 * no keys, so little of it would be left.
 */

import { CELLS, MIDDLE, center, moved } from "./cursor.js";
import { paint } from "./paint.js";
import { NOBODY, isUpsideDown, lifted, pressed, reached } from "./pointers.js";
import { PAD, placeOf, pointAt, worthKeeping } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Point} Point @typedef {import("./strokes.js").Tool} Tool */
/** @typedef {import("./cursor.js").Cursor} Cursor */

const NO_PRESSURE = 0.5; // what a mouse reports, and a finger should count as

/**
 * @typedef {{
 *   pad: HTMLElement,
 *   canvas: HTMLCanvasElement,
 *   cursor: HTMLElement,
 *   ring: HTMLElement,
 *   brush: () => { tool: Tool, width: number },
 *   onMove: () => void,
 *   onStroke: (stroke: Stroke) => void,
 *   onTakenBack: () => void,
 *   onCursor: (cursor: Cursor) => void,
 * }} Parts  `onTakenBack` when a line is dropped that was no line
 */

/** @param {Parts} parts */
export function createPad({ pad, canvas, cursor, ring, brush, onMove, onStroke, onTakenBack, onCursor }) {
  /** @type {{ byKeys: boolean, tool: Tool, width: number, points: Point[] } | null} */
  let open = null;
  let hands = NOBODY;
  let cell = MIDDLE;
  /** @type {Drawing | null} */
  let shown = null;
  /** @type {readonly Point[]} where the browser expects the pen next: drawn, never kept */
  let ahead = [];
  let frame = 0;

  pad.addEventListener("pointerdown", (event) => {
    if (open?.byKeys) close(); // the pointer takes over from the keyboard
    pad.dataset.by = "pointer"; // a key for the whole page, as of undo, brings no help over what is drawn
    const [next, verdict] = pressed(hands, event);
    hands = next;
    if (verdict === "take over" || verdict === "take back") drop();
    if (verdict === "take back" || verdict === "ignore") return;
    pad.setPointerCapture(event.pointerId);
    const { tool, width } = brush();
    open = { byKeys: false, tool: isUpsideDown(event) ? "eraser" : tool, width, points: [] };
    extend([event]);
  });
  pad.addEventListener("pointermove", (event) => {
    placeRing(event);
    if (hands.holder?.pointer === event.pointerId) extend(movesIn(event), event.getPredictedEvents?.() ?? []);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    pad.addEventListener(end, (event) => {
      if (hands.holder?.pointer === event.pointerId) close();
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
    if (open !== null && !open.byKeys) return;
    cell = next;
    pad.dataset.by = "keys";
    placeCursor();
    onCursor(cell);
    if (cell.down) {
      open ??= { byKeys: true, ...brush(), points: [] };
      keep(center(cell));
      onMove();
      repaint();
    } else {
      close();
    }
  });
  pad.addEventListener("blur", () => {
    delete pad.dataset.by;
    if (open?.byKeys) close();
  });

  /**
   * @param {readonly PointerEvent[]} events
   * @param {readonly PointerEvent[]} [predicted]
   */
  function extend(events, predicted = []) {
    if (open === null) return;
    const { left, top, width } = canvas.getBoundingClientRect();
    const point = (/** @type {PointerEvent} */ event) => {
      const pressure = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : NO_PRESSURE;
      return pointAt(event.clientX - left, event.clientY - top, width, pressure);
    };
    for (const event of events) keep(point(event));
    ahead = predicted.map(point);
    onMove();
    repaint();
  }

  /** @param {Point} point */
  function keep(point) {
    if (open === null || !worthKeeping(open.points, point)) return;
    open.points.push(point);
    const [first] = open.points;
    if (first !== undefined) hands = reached(hands, Math.hypot(point[0] - first[0], point[1] - first[1]));
  }

  function close() {
    hands = lifted(hands);
    ahead = [];
    if (open === null) return;
    const stroke = current(open);
    const { byKeys } = open;
    open = null;
    cell = { ...cell, down: false };
    placeCursor();
    if (byKeys) onCursor(cell);
    onStroke(stroke);
  }

  function drop() {
    open = null;
    ahead = [];
    onTakenBack();
    repaint();
  }

  function placeCursor() {
    cursor.style.setProperty("--column", String(cell.column));
    cursor.style.setProperty("--row", String(cell.row));
    cursor.dataset.down = String(cell.down);
  }

  /** As wide as what the pen or the eraser would leave or take. @param {PointerEvent} event */
  function placeRing({ pointerType, offsetX, offsetY }) {
    const useless = pointerType === "touch" || open?.tool === "pen"; // the line shows its own width
    if (ring.hidden !== useless) ring.hidden = useless;
    if (useless) return;
    const size = (brush().width * canvas.clientWidth) / PAD;
    ring.style.width = ring.style.height = `${size}px`;
    ring.style.transform = `translate(${offsetX - size / 2}px, ${offsetY - size / 2}px)`;
  }
  pad.addEventListener("pointerleave", () => {
    ring.hidden = true;
  });

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
    const strokes = open === null ? shown.strokes : [...shown.strokes, { ...open, points: [...open.points, ...ahead] }];
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
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", repaint);
  }
  matchMedia("print").addEventListener("change", render); // at once: no frame comes before the sheet does
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
