// @ts-check
/** The elements of the page by their names, and what they hold. */

/** @typedef {import("./strokes.js").Tool} Tool */

const ERASER = 110; // pad units: wider than the thickest pen, so that one pass takes a line away
const PATIENCE = 1000; // ms
const USUAL = 48; // pad units: the medium pen, for pages that offer no other

/** @param {string} id */
export function find(id) {
  return document.getElementById(id);
}

/** @param {string} id */
export function element(id) {
  const found = find(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return found;
}

/** Where the function is, as the page's HTML has it. */
export function functionAddress() {
  const address = document.querySelector('meta[name="digits-function"]')?.getAttribute("content") ?? "";
  return new URL(address, document.baseURI).href;
}

/** Waits until something was painted; a browser that doesn't tell, or shows nothing, PATIENCE. */
export function firstPaint() {
  return new Promise((done) => {
    new PerformanceObserver(done).observe({ type: "paint", buffered: true });
    setTimeout(done, PATIENCE);
  });
}

/** Has the page read by itself, unless its visitor saves data; what reads then. @param {ReturnType<typeof import("./session.js").createSession>} session */
export async function readHere(session) {
  const { connection } = /** @type {{ connection?: { saveData?: boolean } }} */ (navigator);
  if (connection?.saveData) return null;
  const [{ createOwn }, { startWorker }] = await Promise.all([import("./own.js"), import("./network/remote.js")]);
  return session.help(createOwn, startWorker);
}

/** What the pad is made of. */
export function padElements() {
  return {
    pad: element("pad"),
    canvas: /** @type {HTMLCanvasElement} */ (element("ink")),
    cursor: element("cursor"),
    ring: element("ring"),
    brush,
  };
}

/** @returns {{ tool: Tool, width: number }} in pad units */
function brush() {
  const chosen = document.querySelector('input[name="brush"]:checked');
  const value = chosen instanceof HTMLInputElement ? chosen.value : String(USUAL);
  return value === "eraser" ? { tool: "eraser", width: ERASER } : { tool: "pen", width: Number(value) };
}

/** The brushes: the pen that was chosen last is in hand again when there is nothing left to erase. */
export function createBrushes() {
  const brushes = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('input[name="brush"]')]);
  let pen = brushes.find((one) => one.defaultChecked);
  for (const one of brushes) {
    one.checked = one.defaultChecked; // Firefox brings back an eraser over a blank pad
    one.addEventListener("change", () => {
      if (one.value !== "eraser") pen = one;
    });
  }
  return {
    dropEraser() {
      if (pen !== undefined && brush().tool === "eraser") pen.checked = true;
    },
  };
}
