// @ts-check
/** One drawing and its readings: what happens → the next state. The page and the embedded pad both stand on it. */

import { CELLS } from "./cursor.js";
import { createPad } from "./pad.js";
import { hidesPixels, pictureOf } from "./picture.js";
import { createReader } from "./reader.js";
import { atFirst, isAway, isUsed, outranks, settled } from "./state.js";
import { BLANK, isBlank, isDot, withStroke } from "./strokes.js";
import { record, redo, undo } from "./timeline.js";
import { spoken, verdictOf } from "./verdict.js";

/** @typedef {import("./state.js").State} State @typedef {import("./strokes.js").Drawing} Drawing */
/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {import("./reader.js").Reading} Reading */

const REST = 150; // ms after pen-up until what is read is said: the next stroke of a 4 comes sooner, or is new
const TICK = 500; // ms between updates of the seconds shown while waiting
const NOTE = 6000; // ms that a passing word stays

/**
 * @param {{
 *   speech: import("./sentences.js").Speech,
 *   service: import("./service.js").Service,
 *   clock: import("./pace.js").Clock,
 *   pad: Pick<Parameters<typeof createPad>[0], "pad" | "canvas" | "cursor" | "ring" | "brush">,
 *   keys: HTMLElement,
 *   render: (state: State, before: State) => void,
 *   onAwake: () => void,
 * }} parts  `keys` says to the ear where the keyboard's pen is
 */
export function createSession({ speech, service, clock, pad: elements, keys, render, onAwake }) {
  const scratch = document.createElement("canvas");
  let state = atFirst(speech, clock.now());
  let shown = state;
  let waits = false; // whether what changed is about to be shown
  /** @type {number | undefined} */
  let rest;
  /** @type {number | undefined} */
  let note;
  /** @type {import("./own.js").Own | null} */
  let own = null;
  let serving = ""; // the function's version, once it has told

  /** Renders once after all that happens now. @param {Partial<State>} next */
  function update(next) {
    state = { ...state, ...next };
    if (!waits) queueMicrotask(show);
    waits = true;
  }

  function show() {
    waits = false;
    const before = shown;
    shown = state;
    render(state, before);
  }

  const pad = createPad({
    ...elements,
    onMove() {
      if (rest !== undefined) clock.clearTimeout(rest);
      rest = undefined;
      // Only a line's first move shows: what follows is on the canvas, and in pencil as it is.
      if (state.line) state = { ...state, revision: state.revision + 1 };
      else begin();
      tellReaders("moves");
    },
    onStroke(stroke) {
      const { present } = state.timeline;
      const next = withStroke(present, stroke);
      if (next === present) { // an eraser where no ink is
        update({ line: false, resting: true });
        if (present.upload !== null) tell("eraser");
        tellReaders(isUsed(state) ? "rests" : "cleared");
        return;
      }
      go(record(state.timeline, next), present.upload === null ? null : "picture");
      update({ resting: false });
      rest = clock.setTimeout(() => {
        rest = undefined;
        update({ resting: true });
        sayReading();
      }, REST);
    },
    onTakenBack() {
      update({ line: false, resting: true, ...changed() });
      tellReaders(isUsed(state) ? "rests" : "cleared");
    },
    onCursor: ({ column, row, down }) => {
      keys.textContent = state.words.cursor(down, row + 1, column + 1, CELLS);
    },
  });

  const picture = () => (isDot(drawn()) ? null : pictureOf(scratch, drawn()));
  const reader = createReader({
    service,
    clock,
    revision: () => state.revision,
    picture,
    isWatched: () => !isBlank(drawn()) && document.visibilityState === "visible",
    onStatus(status) {
      update({ status, now: clock.now() });
      guess();
    },
    onReading(reading) {
      take(reading);
      follow(reading.answer.version);
    },
    onNothing() {
      const nothing = reasonForNothing();
      update({ nothing, ...(nothing === null ? {} : { reading: null }) });
      if (nothing === "dot" || nothing === "hidden") say(state.words.nothing[nothing]);
    },
    onAwake(version) {
      follow(version);
      onAwake();
    },
  });

  /** @param {"moves" | "rests" | "cleared"} event */
  function tellReaders(event) {
    reader[event]();
    own?.[event]();
  }

  /** @param {Reading} reading */
  function take(reading) {
    if (isBlank(drawn()) || !outranks(reading, state.reading)) return;
    update(reading.revision === state.revision ? { reading, nothing: null } : { reading });
    sayReading();
  }

  /** While the function is away, the page says of all as one digit what it would rather leave. */
  function guess() {
    if (state.left?.guess && isAway(state)) take(state.left.guess);
  }

  /** @param {string} version */
  function follow(version) {
    serving = version;
    void own?.follow(version);
  }

  function begin() {
    const over = state.timeline.present.upload === null ? {} : { reading: null };
    update({ line: true, resting: false, said: "", ...changed(), ...over });
  }

  /** What is on the pad, with the line that is being drawn. */
  function drawn() {
    const line = pad.line();
    return line === null ? state.timeline.present : withStroke(state.timeline.present, line);
  }

  /** Why there is nothing to read; null while a line has only begun. */
  function reasonForNothing() {
    if (isDot(drawn())) return pad.line() === null ? "dot" : null;
    if (!isBlank(drawn()) && hidesPixels(scratch)) return "hidden";
    return state.status.trouble?.kind === "rejected" ? "rejected" : "blank";
  }

  /** @returns {Partial<State>} what follows from any change of the drawing */
  function changed() {
    return { revision: state.revision + 1, nothing: null, note: null, choosing: false, stored: null };
  }

  /**
   * @param {State["timeline"]} timeline
   * @param {State["note"]} [noteNext]
   */
  function go(timeline, noteNext = null) {
    update({ timeline, line: false, resting: true, said: "", ...changed() });
    if (noteNext !== null) tell(noteNext);
    pad.show(timeline.present);
    if (!isUsed(state)) update({ reading: null });
    tellReaders(isUsed(state) ? "rests" : "cleared");
  }

  /** A passing word. @param {NonNullable<State["note"]>} next */
  function tell(next) {
    if (note !== undefined) clock.clearTimeout(note);
    note = clock.setTimeout(() => update({ note: null }), NOTE);
    update({ note: next, said: state.words.notes[next] });
  }

  /** To the ear. @param {string} said */
  function say(said) {
    update({ said });
  }

  function sayReading() {
    const reading = settled(state);
    if (reading !== null) say(spoken(verdictOf(reading.answer), state.words));
  }

  setInterval(() => {
    if (state.status.kind !== "ready") update({ now: clock.now() });
  }, TICK);
  window.addEventListener("online", () => reader.again());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && state.status.kind !== "ready") reader.again();
  });

  return {
    state: () => state,
    drawn,
    update,
    tell,
    say,
    /** The last of them is shown and read; those before are one Undo away each. @param {readonly Drawing[]} drawings */
    change(...drawings) {
      pad.finish();
      go(drawings.reduce((timeline, drawing) => record(timeline, drawing), state.timeline));
    },
    undo() {
      pad.finish();
      go(undo(state.timeline));
      say(state.words.undone);
    },
    redo() {
      pad.finish();
      go(redo(state.timeline));
      say(state.words.redone);
    },
    clear() {
      pad.finish();
      go(record(state.timeline, BLANK));
      say(state.words.cleared);
    },
    again: () => reader.again(),
    /**
     * From now on the page reads, too.
     *
     * @param {typeof import("./own.js").createOwn} createOwn
     * @param {typeof import("./network/remote.js").startWorker} startWorker
     */
    async help(createOwn, startWorker) {
      own = createOwn({
        ask: startWorker(() => {
          own = null;
          update({ reads: false });
        }),
        base: service.base,
        clock,
        revision: () => state.revision,
        drawing: drawn,
        picture,
        onReading: take,
        onLeft(left) {
          update({ left });
          guess();
        },
        onReady: () => update({ reads: true }),
      });
      await own.arrive();
      if (serving !== "") void own?.follow(serving);
      return own;
    },
    /** Begins: the function is woken while the first digit is drawn. */
    arrive() {
      reader.arrive();
      go(state.timeline);
      render(state, state);
    },
  };
}
