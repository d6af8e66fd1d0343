// @ts-check
/** Puts the parts of the page together. What is drawn lives here, and nowhere else. */

import { insist } from "./correction.js";
import { keepDraft, keptDraft } from "./draft.js";
import { begin, record, redo, undo } from "./history.js";
import { wallClock } from "./pace.js";
import { createPad } from "./pad.js";
import { SAVED, hidesPixels, pictureOf } from "./picture.js";
import { createReader } from "./reader.js";
import { connect } from "./service.js";
import { decode, encode } from "./share.js";
import { fillShelf } from "./shelf.js";
import { BLANK, isBlank, isDot, placeOf, withStroke } from "./strokes.js";
import { acceptUploads } from "./uploads.js";
import { fileName, verdictOf } from "./verdict.js";
import { createView } from "./view.js";

/** @typedef {import("./strokes.js").Drawing} Drawing @typedef {import("./strokes.js").Tool} Tool */
/** @typedef {import("./reader.js").Reading} Reading @typedef {import("./reader.js").Status} Status */

const ERASER = 110; // pad units: wider than the thickest pen, so that one pass takes a line away
const TICK = 500; // ms between updates of the seconds shown while waiting

const address = document.querySelector('meta[name="digits-function"]')?.getAttribute("content") ?? "";
const service = connect(new URL(address, document.baseURI).href);
const scratch = document.createElement("canvas");
const view = createView(element);

let history = begin(BLANK);
/** @type {Reading | null} of what is on the pad now; null from its change until it is read */
let latest = null;
/** @type {Status | null} */
let status = null;
/** @type {Drawing | null} the one in the page's address */
let linked = null;
let takesFeedback = false;

const pad = createPad({
  pad: element("pad"),
  canvas: /** @type {HTMLCanvasElement} */ (element("ink")),
  cursor: element("cursor"),
  brush,
  onMove: () => {
    latest = null;
    view.showUsed(true);
    view.showBusy(true);
    reader.changing();
  },
  onStroke: (stroke) => change(withStroke(history.present, stroke)),
  say: (sentence) => (element("keys").textContent = sentence),
});

const reader = createReader({
  service,
  clock: wallClock,
  picture: () => (isDot(drawn()) ? null : pictureOf(scratch, drawn())),
  onStatus: (next) => {
    status = next;
    view.showStatus(next, wallClock.now());
    if (next.trouble !== null && latest === null) view.showStale();
  },
  onReading: (reading) => {
    latest = reading?.stale ? null : reading;
    if (reading === null) view.showNothing(reasonForNothing());
    else view.showReading(reading, placeOf(drawn()));
    view.showBusy(reading?.stale || pad.line() !== null);
    view.showCorrection(takesFeedback && latest !== null);
  },
  onAwake: () => void askAboutFeedback(),
});

/** What is on the pad, with the line that is being drawn. */
function drawn() {
  const line = pad.line();
  return line === null ? history.present : withStroke(history.present, line);
}

/** Why there is no reading to show. */
function reasonForNothing() {
  if (isDot(drawn())) return pad.line() === null ? "dot" : "unread";
  if (!isBlank(drawn()) && hidesPixels(scratch)) return "hidden";
  return status?.trouble?.kind === "rejected" ? "rejected" : "blank";
}

/** @param {Drawing} drawing */
function change(drawing) {
  go(record(history, drawing));
}

/** @param {typeof history} next */
function go(next) {
  history = next;
  latest = null; // what was read is no longer what is drawn: nobody may correct or name the one by the other
  const { past, present, future } = history;
  const used = present.upload !== null || present.strokes.length > 0;
  pad.show(present);
  view.showUsed(used);
  view.showPossible({
    undo: past.length > 0,
    redo: future.length > 0,
    clear: used,
    save: !isBlank(present),
    share: !isBlank(present) && present.upload === null,
  });
  view.showBusy(used);
  if (linked !== null && linked !== present) unlink();
  if (used) reader.changed();
  else reader.cleared();
}

/** @type {Record<string, () => void>} */
const ACTIONS = {
  undo: () => {
    pad.finish();
    go(undo(history));
  },
  redo: () => {
    pad.finish();
    go(redo(history));
  },
  clear: () => {
    pad.finish();
    change(BLANK);
  },
  upload: () => element("file").click(),
  camera: () => element("photo").click(),
  save,
  share: () => void share(),
  retry: () => reader.again(),
};

function save() {
  const picture = pictureOf(scratch, history.present, SAVED);
  if (picture === null) return;
  const link = document.createElement("a");
  link.href = picture;
  link.download = fileName(latest === null ? null : verdictOf(latest.answer));
  link.click();
}

/** Puts the drawing into the page's own address, and that on the clipboard. */
async function share() {
  linked = history.present;
  const link = new URL(location.href);
  link.hash = encode(linked.strokes);
  window.history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link.href);
    view.showNote("Link copied. The drawing is in the link itself; nothing was uploaded.");
  } catch {
    view.showNote("The drawing is in this page’s address now: copy it from there.");
  }
}

/** An address that no longer shows what is drawn would bring an old drawing back at the next reload. */
function unlink() {
  linked = null;
  const link = new URL(location.href);
  link.hash = "";
  window.history.replaceState(null, "", link);
}

function openLink() {
  if (location.hash.length < 2) return;
  const strokes = decode(location.hash.slice(1));
  if (strokes === null || isBlank({ strokes, upload: null })) {
    unlink();
    view.showNote("This link holds no drawing.");
    return;
  }
  linked = { strokes, upload: null };
  change(linked);
}

/** Coming back to this page, or loading it again, brings the drawing back; opening it anew begins with a blank pad. */
function openDraft() {
  const [visit] = performance.getEntriesByType("navigation");
  if (!(visit instanceof PerformanceNavigationTiming) || !["reload", "back_forward"].includes(visit.type)) return;
  const strokes = keptDraft(() => sessionStorage);
  if (strokes !== null && strokes.length > 0) change({ strokes, upload: null });
}

async function askAboutFeedback() {
  try {
    takesFeedback = await service.takesFeedback();
  } catch {
    takesFeedback = false; // a courtesy: the page is whole without
  }
  view.showCorrection(takesFeedback && latest !== null);
}

/** @param {string} label "0" … "9", or "none" */
async function correct(label) {
  const reading = latest;
  if (reading === null) return;
  const { answer, picture } = reading;
  const prediction = String(verdictOf(answer).nearest);
  view.showCorrected(label);
  try {
    // Consent: the label was clicked below the sentence that tells what is sent, and that it is kept and learned from.
    await insist(() => service.correct({ image: picture, label, prediction, consent: true }), wallClock);
    view.showNote(`Thank you. Stored as ${label === "none" ? "no digit" : `a ${label}`}.`);
  } catch {
    if (latest === reading) view.showCorrection(true);
    view.showNote("The correction could not be stored.");
  }
}

for (const [id, act] of Object.entries(ACTIONS)) {
  element(id).addEventListener("click", () => {
    if (element(id).ariaDisabled !== "true") act();
  });
}

element("labels").addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button !== null && button.ariaDisabled !== "true") void correct(button.value);
});

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Escape") ACTIONS.clear?.();
  else if (command && key === "z") ACTIONS[event.shiftKey ? "redo" : "undo"]?.();
  else if (command && key === "y") ACTIONS.redo?.();
  else return;
  event.preventDefault();
});

acceptUploads({
  inputs: [/** @type {HTMLInputElement} */ (element("file")), /** @type {HTMLInputElement} */ (element("photo"))],
  target: element("pad"),
  onUpload: (upload) => {
    pad.finish();
    change({ strokes: [], upload });
  },
  onRefusal: () => view.showNote("This is not a picture that your browser can open."),
});

fillShelf(element("examples"), (strokes) => {
  pad.finish();
  change({ strokes, upload: null });
});

window.addEventListener("hashchange", openLink);
window.addEventListener("pagehide", () => keepDraft(() => sessionStorage, drawn().strokes));
window.addEventListener("online", () => reader.again());
setInterval(() => {
  if (status !== null && status.kind !== "ready") view.showStatus(status, wallClock.now());
}, TICK);

reader.arrive();
go(history);
if (location.hash.length > 1) openLink();
else openDraft();

/** @returns {{ tool: Tool, width: number }} in pad units */
function brush() {
  const chosen = document.querySelector('input[name="brush"]:checked');
  const value = chosen instanceof HTMLInputElement ? chosen.value : "";
  return value === "eraser" ? { tool: "eraser", width: ERASER } : { tool: "pen", width: Number(value) };
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return found;
}
