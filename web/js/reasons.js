// @ts-check
/** "Why?": each stroke in the color of what it did, and one sentence that is a fact: what the rest is, read alone. */

import { layersOf, strokeAt } from "./layers.js";
import { paint } from "./paint.js";
import { pictureOf } from "./picture.js";
import { settled } from "./state.js";
import { PAD } from "./strokes.js";
import { verdictOf } from "./verdict.js";

/** @typedef {import("./state.js").State} State @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./network/why.js").Why} Why */
/** @typedef {{ kind: import("./network/read.js").Kind | "number", text: string }} Rest */
/** @typedef {{ revision: number, strokes: readonly Stroke[], why: Why | null, rests: Map<number, Rest>, at: number }} Shown */

const FEWEST = 2; // strokes: of one alone there is nothing to tell
const MOST = 5; // as network/why.js takes
const PALE = 0.4; // of a stroke that isn't looked at
const EDGE = 40; // in the pad's units: a stroke's number stays inside

/**
 * @param {{
 *   pad: HTMLElement,
 *   ink: HTMLElement,
 *   after: HTMLElement,
 *   state: () => State,
 *   explain: (layers: readonly import("./network/why.js").Layer[]) => Promise<Why | null>,
 *   without: (layers: readonly import("./network/why.js").Layer[], index: number) => Promise<Rest>,
 *   ask: (picture: string) => Promise<import("./answer.js").Answer>,
 * }} parts  `after` is the element that the button comes after; `ask` asks the function
 */
export function createReasons({ pad, ink, after, state, explain, without, ask }) {
  const button = document.createElement("button");
  const reason = document.createElement("p");
  const tint = document.createElement("canvas");
  const marks = document.createElement("div");
  Object.assign(button, { id: "why", type: "button", hidden: true, ariaExpanded: "false" });
  button.dataset.say = "why";
  Object.assign(reason, { id: "reason", hidden: true });
  Object.assign(tint, { id: "tint", hidden: true, ariaHidden: "true" });
  Object.assign(marks, { id: "strokes", hidden: true, role: "group" });
  marks.dataset.label = "strokes";
  after.after(button, reason);
  ink.after(tint);
  pad.after(marks);
  speak();

  /** @type {Shown | null} */
  let shown = null;

  function words() {
    return state().words;
  }

  function speak() {
    button.textContent = words().why;
    marks.setAttribute("aria-label", words().strokes);
  }

  async function open() {
    const { revision, timeline } = state();
    const { strokes } = timeline.present;
    const layers = layersOf(strokes);
    const why = await explain(layers);
    if (state().revision !== revision) return;
    shown = { revision, strokes, why, rests: new Map(), at: why?.first ?? -1 };
    button.ariaExpanded = "true";
    if (why !== null) await look(why.first);
    show();
    /** @type {HTMLElement | null} */ (marks.querySelector(`[value="${why?.first}"]`))?.focus();
  }

  /** Another stroke is looked at. @param {number} index */
  async function look(index) {
    const mine = shown;
    if (mine === null || index < 0 || mine.why === null) return;
    shown = { ...mine, at: index };
    if (!mine.rests.has(index)) mine.rests.set(index, await restOf(mine.strokes, index));
    if (shown?.rests === mine.rests && shown.at === index) show();
  }

  /**
   * What is left without a stroke, read alone: by the page, or by the function where one look can't tell.
   *
   * @param {readonly Stroke[]} strokes
   * @param {number} index
   * @returns {Promise<Rest>}
   */
  async function restOf(strokes, index) {
    const rest = await without(layersOf(strokes), index);
    if (rest.kind !== "several" || state().status.kind !== "ready") return rest;
    const left = strokes.filter((_, other) => other !== index);
    const picture = pictureOf(document.createElement("canvas"), { strokes: left, upload: null });
    const answer = picture === null ? null : await ask(picture).catch(() => null); // it may have gone since
    return answer?.written ?? rest;
  }

  function close() {
    const within = marks.contains(document.activeElement);
    shown = null;
    button.ariaExpanded = "false";
    show();
    if (within) button.focus();
  }

  /** @param {number} index */
  function sentence(index) {
    const rest = shown?.rests.get(index);
    const reading = settled(state());
    if (rest === undefined || reading === null) return "";
    const { text } = verdictOf(reading.answer);
    if (rest.kind === "digit" || rest.kind === "number") return words().without.digit(rest.text, rest.text === text);
    return words().without[rest.kind === "unplain" ? "several" : rest.kind];
  }

  function show() {
    const isOpen = shown !== null;
    ink.classList.toggle("tinted", isOpen && shown?.why !== null);
    tint.hidden = marks.hidden = shown?.why === null || !isOpen;
    reason.hidden = !isOpen;
    if (shown === null) return;
    reason.textContent = shown.why === null ? words().whyNot : sentence(shown.at);
    if (shown.why === null) return;
    color(shown, shown.why);
    mark(shown);
  }

  /** @param {Shown} shown @param {Why} why */
  function color({ strokes, at }, { shares }) {
    const size = Math.max(1, Math.round(tint.clientWidth * devicePixelRatio));
    tint.width = tint.height = size;
    const context = /** @type {CanvasRenderingContext2D} */ (tint.getContext("2d"));
    const style = getComputedStyle(tint);
    const most = Math.max(...shares.map(Math.abs), Number.EPSILON);
    for (const [index, stroke] of strokes.entries()) {
      const share = (shares[index] ?? 0) / most;
      const isErased = stroke.tool === "eraser";
      context.globalAlpha = index === at || isErased ? 1 : PALE;
      paint(context, [stroke], style.getPropertyValue("--no-share"), size);
      context.globalAlpha *= isErased ? 1 : Math.abs(share);
      paint(context, [stroke], style.getPropertyValue(share < 0 ? "--against" : "--for"), size);
    }
  }

  /** @param {Shown} shown */
  function mark({ strokes, at }) {
    const pens = strokes.flatMap(({ tool, points }, index) => (tool === "pen" ? [{ index, point: points[0] ?? [0, 0] }] : []));
    if (marks.children.length !== pens.length) {
      marks.replaceChildren(
        ...pens.map(({ index, point: [x, y] }, number) => {
          const one = document.createElement("button");
          one.type = "button";
          one.value = String(index);
          one.textContent = String(number + 1);
          one.style.left = `${inside(x) / 10}%`;
          one.style.top = `${inside(y) / 10}%`;
          return one;
        }),
      );
    }
    for (const [number, one] of /** @type {HTMLButtonElement[]} */ ([...marks.children]).entries()) {
      const index = Number(one.value);
      one.ariaPressed = String(index === at);
      one.ariaLabel = [words().stroke(number + 1), index === at ? sentence(index) : ""].filter(Boolean).join(" ");
    }
  }

  button.addEventListener("click", () => void (shown === null ? open() : close()));
  for (const event of ["focusin", "click", "pointermove"]) {
    marks.addEventListener(event, (happened) => {
      // A number that appears under a mouse at rest is not pointed at.
      if (happened instanceof PointerEvent && happened.type === "pointermove" && !isMoved(happened)) return;
      const index = happened.target instanceof HTMLButtonElement ? Number(happened.target.value) : -1;
      if (index !== shown?.at) void look(index);
    });
  }
  pad.addEventListener("pointermove", ({ clientX, clientY, buttons, pointerType }) => {
    if (shown === null || buttons !== 0 || pointerType === "touch") return;
    const { left, top, width } = pad.getBoundingClientRect();
    const index = strokeAt(shown.strokes, ((clientX - left) * PAD) / width, ((clientY - top) * PAD) / width);
    if (index >= 0 && index !== shown.at) void look(index);
  });

  return {
    isOpen: () => shown !== null,
    close,
    speak() {
      speak();
      show();
    },
    /** What is on the page now. @param {State} now */
    follow(now) {
      const reading = settled(now);
      const pens = now.timeline.present.strokes.filter(({ tool }) => tool === "pen").length;
      const isDigit = reading !== null && verdictOf(reading.answer).kind === "digit" && now.timeline.present.upload === null;
      button.hidden = !(now.reads && isDigit && !now.choosing && pens >= FEWEST && pens <= MOST);
      if (shown !== null && (now.revision !== shown.revision || now.choosing)) {
        marks.replaceChildren();
        close();
      } else if (shown !== null && reading !== null) {
        show();
      }
    },
  };
}

/** @param {PointerEvent} event */
function isMoved({ movementX, movementY }) {
  return movementX !== 0 || movementY !== 0;
}

/** @param {number | undefined} place */
function inside(place = 0) {
  return Math.min(PAD - EDGE, Math.max(EDGE, place));
}
