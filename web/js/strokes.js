// @ts-check
/**
 * A drawing as data: strokes on a square pad of PAD × PAD units, whatever its size on the screen.
 *
 * @typedef {[x: number, y: number, pressure: number]} Point  whole numbers; pressure 0..100, 50 where there is none
 * @typedef {"pen" | "eraser"} Tool
 * @typedef {{ readonly tool: Tool, readonly width: number, readonly points: readonly Point[] }} Stroke
 * @typedef {{ readonly image: CanvasImageSource, width: number, height: number, type: string }} Upload
 * @typedef {{ readonly strokes: readonly Stroke[], readonly upload: Upload | null }} Drawing  one or the other
 */

export const PAD = 1000; // fine enough that no screen shows the rounding, short enough for links

const NEAR = 3; // points closer than this add length to a link and nothing to the eye

/** @type {Drawing} */
export const BLANK = Object.freeze({ strokes: [], upload: null });

/**
 * The point of a pointer at `x`, `y` CSS pixels inside a pad `size` CSS pixels wide; held inside the pad.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {number} pressure 0..1
 * @returns {Point}
 */
export function pointAt(x, y, size, pressure) {
  return [inside(x / size, PAD), inside(y / size, PAD), inside(pressure, 100)];
}

/**
 * Whether `next` lies far enough from the last of `points` to be worth keeping.
 *
 * @param {readonly Point[]} points
 * @param {Point} next
 */
export function worthKeeping(points, next) {
  const last = points[points.length - 1];
  return last === undefined || Math.hypot(next[0] - last[0], next[1] - last[1]) >= NEAR;
}

/**
 * The drawing with one more stroke on top. A stroke over an uploaded picture starts a new drawing: a pen
 * line across somebody's photograph can't be read as one digit. An eraser changes nothing where no ink is.
 *
 * @param {Drawing} drawing
 * @param {Stroke} stroke
 * @returns {Drawing}
 */
export function withStroke(drawing, stroke) {
  if (isBlank(drawing) && stroke.tool === "eraser") return drawing;
  if (drawing.upload === null) return { strokes: [...drawing.strokes, stroke], upload: null };
  return stroke.tool === "pen" ? { strokes: [stroke], upload: null } : drawing;
}

/**
 * Whether nothing was ever put on the pad. Ink that was erased again is found by its pixels, in picture.js.
 *
 * @param {Drawing} drawing
 */
export function isBlank(drawing) {
  return drawing.upload === null && !drawing.strokes.some((stroke) => stroke.tool === "pen");
}

/**
 * Whether all that the pen drew is a dot: no wider and no higher than two of it side by side. No digit is, and
 * the network, which knows nothing but digits, would see one in it. False for a blank pad.
 *
 * @param {Drawing} drawing
 */
export function isDot(drawing) {
  if (isBlank(drawing) || drawing.upload !== null) return false;
  const drawn = drawing.strokes.filter((stroke) => stroke.tool === "pen");
  const points = drawn.flatMap((stroke) => stroke.points);
  const width = Math.max(...drawn.map((stroke) => stroke.width));
  return span(points.map(([x]) => x)) <= width && span(points.map(([, y]) => y)) <= width;
}

/** @param {readonly number[]} numbers */
function span(numbers) {
  const [least, most] = numbers.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [PAD, 0]);
  return most - least;
}

/**
 * Where the picture of a drawing lies on the pad: the whole of it, or a band across its middle for an upload.
 *
 * @param {Drawing} drawing
 * @returns {[left: number, top: number, width: number, height: number]} in fractions of the pad
 */
export function placeOf({ upload }) {
  if (upload === null) return [0, 0, 1, 1];
  const longer = Math.max(upload.width, upload.height);
  const [width, height] = [upload.width / longer, upload.height / longer];
  return [(1 - width) / 2, (1 - height) / 2, width, height];
}

/**
 * @param {number} share
 * @param {number} whole
 */
function inside(share, whole) {
  return Math.min(whole, Math.max(0, Math.round(share * whole)));
}
