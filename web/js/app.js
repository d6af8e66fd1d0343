// @ts-check
/** Puts the parts of the page together. */

import { EXAMPLES } from "./examples.js";
import { BLANK, withStroke } from "./strokes.js";
import { begin, record, redo, undo } from "./history.js";
import { wallClock } from "./pace.js";
import { createPad } from "./pad.js";
import { paint } from "./paint.js";
import { pictureOf } from "./picture.js";
import { createReader } from "./reader.js";
import { connect } from "./service.js";
import { decode, encode } from "./share.js";
import { pictureIn, uploadOf } from "./uploads.js";
import { createView } from "./view.js";

/** @typedef {import("./strokes.js").Drawing} Drawing @typedef {import("./strokes.js").Tool} Tool */
/** @typedef {import("./reader.js").Reading} Reading @typedef {import("./reader.js").Status} Status */

const SAVED_SIDE = 840; // pixels of a saved drawing: three for each one that is sent
const ERASER = 110; // pad units: wider than the thickest pen, so that one pass takes a line away
const TICK = 500; // ms between updates of the seconds shown while waiting

const address = document.querySelector('meta[name="digits-function"]')?.getAttribute("content") ?? "";
const service = connect(new URL(address, document.baseURI).href);
const scratch = document.createElement("canvas");
const view = createView(element);

let history = begin(/** @type {Drawing} */ (BLANK));
/** @type {Reading | null} */
let latest = null;
/** @type {Status | null} */
let status = null;
let takesFeedback = false;

const pad = createPad({
  pad: element("pad"),
  canvas: /** @type {HTMLCanvasElement} */ (element("ink")),
  cursor: element("cursor"),
  brush,
  onMove: () => {
    element("pad").classList.add("used");
    reader.changing();
  },
  onStroke: (stroke) => change(withStroke(history.present, stroke)),
  say: (sentence) => (element("keys").textContent = sentence),
});

const reader = createReader({
  service,
  clock: wallClock,
  picture: () => {
    const line = pad.line();
    return pictureOf(scratch, line === null ? history.present : withStroke(history.present, line));
  },
  onStatus: (next) => {
    status = next;
    view.showStatus(next, wallClock.now());
  },
  onReading: (reading) => {
    latest = reading;
    if (reading === null) view.showNothing();
    else view.showReading(reading);
    offerCorrection();
  },
  onAwake: () => void askAboutFeedback(),
});

/** @param {Drawing} drawing */
function change(drawing) {
  move(record(history, drawing));
}

/** @param {typeof history} next */
function move(next) {
  pad.drop();
  history = next;
  const { past, present, future } = history;
  pad.show(present);
  const used = present.upload !== null || present.strokes.length > 0;
  element("pad").classList.toggle("used", used);
  able("undo", past.length > 0);
  able("redo", future.length > 0);
  able("clear", used);
  able("save", used);
  able("share", used && present.upload === null);
  if (used) reader.changed();
  else reader.cleared();
}

function clear() {
  change(BLANK);
}

/** @param {File | null | undefined} file */
async function take(file) {
  if (file === null || file === undefined) return;
  const upload = await uploadOf(file);
  if (upload === null) toast("This file is not a picture that this browser can open.");
  else change({ strokes: [], upload });
}

function save() {
  const picture = pictureOf(scratch, history.present, SAVED_SIDE);
  if (picture === null) return;
  const link = document.createElement("a");
  link.download = latest === null ? "digit.png" : `digit-${latest.answer.probabilities.indexOf(Math.max(...latest.answer.probabilities))}.png`;
  link.href = picture;
  link.click();
}

async function share() {
  const link = new URL(location.href);
  link.hash = encode(history.present.strokes);
  window.history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link.href);
    toast("Link copied. The drawing is in the link itself.");
  } catch {
    toast("The drawing is now in this page’s address. Copy it from the address bar.");
  }
}

function openLink() {
  if (location.hash.length < 2) return;
  const strokes = decode(location.hash.slice(1));
  if (strokes === null) toast("This link holds no drawing.");
  else change({ strokes, upload: null });
}

async function askAboutFeedback() {
  try {
    takesFeedback = await service.takesFeedback();
  } catch {
    takesFeedback = false; // corrections are a courtesy: without them the page is whole
  }
  offerCorrection();
}

function offerCorrection() {
  element("correct").hidden = !takesFeedback || latest === null || latest.live;
}

/** @param {string} label */
async function correct(label) {
  if (latest === null) return;
  const { answer, picture } = latest;
  const prediction = String(answer.probabilities.indexOf(Math.max(...answer.probabilities)));
  try {
    await service.correct({ image: picture, label, prediction });
    toast(`Thank you. Noted as a ${label}.`);
  } catch {
    toast("The correction could not be stored.");
  }
}

/** @param {string} sentence */
function toast(sentence) {
  const note = element("note");
  note.textContent = sentence;
  note.classList.remove("shown");
  void note.offsetWidth; // restarts the animation
  note.classList.add("shown");
}

for (const [id, act] of Object.entries({
  undo: () => move(undo(history)),
  redo: () => move(redo(history)),
  clear,
  save,
  share: () => void share(),
  retry: () => reader.again(),
  upload: () => element("file").click(),
  camera: () => element("photo").click(),
})) {
  element(id).addEventListener("click", () => {
    if (element(id).getAttribute("aria-disabled") !== "true") act();
  });
}

for (const id of ["file", "photo"]) {
  const input = /** @type {HTMLInputElement} */ (element(id));
  input.addEventListener("change", () => {
    void take(input.files?.[0]);
    input.value = ""; // so that the same file can be chosen again
  });
}

document.addEventListener("paste", (event) => void take(pictureIn(event.clipboardData)));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  element("pad").classList.add("over");
});
document.addEventListener("dragleave", () => element("pad").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  element("pad").classList.remove("over");
  void take(pictureIn(event.dataTransfer));
});

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (event.key === "Escape") clear();
  else if ((event.ctrlKey || event.metaKey) && key === "z") move(event.shiftKey ? redo(history) : undo(history));
  else if (event.ctrlKey && key === "y") move(redo(history));
  else return;
  event.preventDefault();
});

element("labels").addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button !== null) void correct(button.value);
});

for (const example of EXAMPLES) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", `Try ${example.name}`);
  button.title = example.name;
  const canvas = document.createElement("canvas");
  button.append(canvas);
  button.addEventListener("click", () => change({ strokes: example.strokes, upload: null }));
  element("examples").append(button);
  const thumbnail = () => {
    const context = canvas.getContext("2d");
    if (context === null) return;
    canvas.width = canvas.height = 112; // two pixels for each of the button's
    paint(context, example.strokes, getComputedStyle(canvas).color, canvas.width);
  };
  thumbnail();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", thumbnail);
}

window.addEventListener("hashchange", openLink);
window.addEventListener("online", () => reader.again());
setInterval(() => {
  if (status !== null && status.kind !== "ready") view.showStatus(status, wallClock.now());
}, TICK);

view.showNothing();
pad.show(history.present);
openLink();
reader.arrive();

/** @returns {{ tool: Tool, width: number }} in pad units */
function brush() {
  const chosen = document.querySelector('input[name="brush"]:checked');
  const value = chosen instanceof HTMLInputElement ? chosen.value : "";
  return value === "eraser" ? { tool: "eraser", width: ERASER } : { tool: "pen", width: Number(value) };
}

/**
 * Not `disabled`: a button that vanishes from under the keyboard's focus would send it back to the top.
 *
 * @param {string} id
 * @param {boolean} possible
 */
function able(id, possible) {
  element(id).setAttribute("aria-disabled", String(!possible));
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return found;
}
