// @ts-check
/**
 * The conversation with the function: wake it, ask when the drawing changes, try again when it fails.
 * It keeps no drawing, so no failure can lose one.
 */

import { createPace } from "./pace.js";
import { Trouble } from "./trouble.js";

/**
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./pace.js").Clock} Clock
 * @typedef {Pick<ReturnType<typeof createPace>, "soon" | "now">} Asks
 * @typedef {"waking" | "ready" | "reading" | "trouble"} Phase
 * @typedef {{ kind: Phase, since: number, trouble: Trouble | null, retryAt: number | null }} Status  `since` and
 *   `retryAt` on the clock, ms
 *
 * @typedef {{ answer: Answer, picture: string, revision: number, live: boolean, took: number, by: By }} Reading  `took`
 *   ms, there and back
 * @typedef {"function" | "page" | "guess"} By  a guess is the page's, of what it leaves to the function
 *
 * @typedef {{
 *   service: Pick<import("./service.js").Service, "read" | "wake">,
 *   clock: Clock,
 *   revision: () => number,
 *   picture: () => string | null,
 *   isWatched: () => boolean,
 *   onStatus: (status: Status) => void,
 *   onReading: (reading: Reading) => void,
 *   onNothing: () => void,
 *   onAwake: (version: string) => void,
 * }} Parts  `revision` of the drawing, whose `picture` is null where there is nothing to read; `isWatched` while somebody
 *   waits for an answer; `onNothing` when there is nothing to read, or it can't be read
 */

/**
 * What each phase makes of what happens. Nothing is read before the function is known to be awake: waking ends in a
 * reading of what is on the pad by then.
 *
 * @type {Record<"asleep" | Exclude<Phase, "waking">, Record<"moves" | "rests" | "again", "leave" | "look" | keyof Asks | "knock">>}
 */
const DOES = {
  asleep: { moves: "leave", rests: "look", again: "knock" },
  ready: { moves: "soon", rests: "now", again: "now" },
  reading: { moves: "soon", rests: "now", again: "now" },
  trouble: { moves: "leave", rests: "now", again: "now" }, // the moment that the pen is lifted is soon enough
};

/** @param {Parts} parts */
export function createReader({ service, clock, revision, picture, isWatched, onStatus, onReading, onNothing, onAwake }) {
  let awake = false;
  let knocking = false;
  let tries = 0; // of the page's own in a row that failed: a visitor's strokes make nobody wait longer
  let own = false; // whether the page, and not its visitor, asks again
  /** @type {number | undefined} */
  let retry;
  /** @type {Status} */
  let status = { kind: "ready", since: clock.now(), trouble: null, retryAt: null };
  const pace = createPace(ask, clock);

  /**
   * @param {Phase} kind
   * @param {Trouble | null} [trouble]
   * @param {number | null} [retryAt]
   */
  function enter(kind, trouble = null, retryAt = null) {
    const since = kind === status.kind ? status.since : clock.now();
    status = { kind, since, trouble, retryAt };
    onStatus(status);
  }

  /** @param {"moves" | "rests" | "again"} event */
  function happen(event) {
    const does = DOES[awake && status.kind !== "waking" ? status.kind : "asleep"][event];
    if (does === "knock") void knock();
    else if (does === "look") look();
    else if (does !== "leave") pace[does]();
  }

  /** Whether there is anything to wait for. */
  function look() {
    if (picture() === null) nothing();
  }

  async function knock() {
    if (knocking) return;
    knocking = true;
    cancelRetry();
    if (status.kind !== "trouble") enter("waking");
    try {
      const version = await service.wake();
      awake = true;
      tries = 0;
      enter("ready");
      onAwake(version);
      pace.now();
    } catch (error) {
      fail(error);
    } finally {
      knocking = false;
    }
  }

  /**
   * @param {AbortSignal} signal
   * @param {boolean} live
   */
  async function ask(signal, live) {
    const asked = revision();
    const image = picture();
    if (image === null) {
      nothing();
      return;
    }
    if (!awake) return; // knock() asks again once it is
    cancelRetry();
    if (status.kind !== "trouble") enter("reading");
    const start = clock.now();
    try {
      const answer = await service.read(image, signal);
      if (signal.aborted) return;
      tries = 0;
      enter("ready");
      onReading({ answer, picture: image, revision: asked, live, took: clock.now() - start, by: "function" });
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    if (!(error instanceof Trouble)) throw error;
    if (own || tries === 0) tries += 1;
    own = false;
    if (error.kind === "asleep") awake = false;
    const seconds = error.retryIn(tries, isWatched());
    const retryAt = seconds === null ? null : clock.now() + seconds * 1000;
    enter(error.kind === "asleep" ? "waking" : "trouble", error, retryAt);
    if (error.kind === "rejected") onNothing(); // an older answer would pass for this picture's
    cancelRetry();
    if (seconds !== null) {
      retry = clock.setTimeout(() => {
        own = true;
        again();
      }, seconds * 1000);
    }
  }

  function cancelRetry() {
    if (retry !== undefined) clock.clearTimeout(retry);
    retry = undefined;
  }

  function again() {
    cancelRetry();
    happen("again");
  }

  function nothing() {
    pace.cancel();
    if (awake) {
      cancelRetry();
      tries = 0;
      enter("ready");
    }
    onNothing();
  }

  return {
    /** The page is open: wake the function while the first digit is drawn. */
    arrive: () => void knock(),
    /** The pen moves. */
    moves() {
      own = false;
      happen("moves");
    },
    /** The drawing changed and rests. */
    rests() {
      own = false;
      happen("rests");
    },
    /** There is nothing on the pad. */
    cleared: nothing,
    /** Somebody, or the network coming back, asks to try at once. */
    again,
  };
}
