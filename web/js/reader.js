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
 * @typedef {{
 *   kind: "ready" | "waking" | "reading" | "trouble",
 *   since: number,
 *   trouble: Trouble | null,
 *   retryAt: number | null,
 * }} Status  `since` and `retryAt` on the clock, ms
 *
 * @typedef {{ answer: Answer, picture: string, live: boolean, stale: boolean, took: number }} Reading  `stale` when
 *   the drawing has changed since it was sent; `took` ms, there and back
 *
 * @typedef {{
 *   service: Pick<import("./service.js").Service, "read" | "wake">,
 *   clock: Clock,
 *   picture: () => string | null,
 *   onStatus: (status: Status) => void,
 *   onReading: (reading: Reading | null) => void,
 *   onAwake: (version: string) => void,
 * }} Parts  `onReading` gets null when there is nothing to read, or it can't be read
 */

/** @param {Parts} parts */
export function createReader({ service, clock, picture, onStatus, onReading, onAwake }) {
  let awake = false;
  let waking = false;
  let failures = 0;
  /** @type {number | undefined} */
  let retry;
  /** @type {Status} */
  let status = { kind: "ready", since: clock.now(), trouble: null, retryAt: null };
  const pace = createPace(ask, clock);

  /**
   * @param {Status["kind"]} kind
   * @param {Trouble | null} [trouble]
   * @param {number | null} [retryAt]
   */
  function tell(kind, trouble = null, retryAt = null) {
    const since = kind === status.kind ? status.since : clock.now();
    status = { kind, since, trouble, retryAt };
    onStatus(status);
  }

  async function wake() {
    if (waking) return;
    waking = true;
    cancelRetry();
    if (status.kind !== "trouble") tell("waking");
    try {
      const version = await service.wake();
      awake = true;
      failures = 0;
      tell("ready");
      onAwake(version);
      pace.now();
    } catch (error) {
      fail(error);
    } finally {
      waking = false;
    }
  }

  /**
   * @param {AbortSignal} signal
   * @param {boolean} live
   */
  async function ask(signal, live) {
    const image = picture();
    if (image === null) {
      nothing();
      return;
    }
    if (!awake) return; // wake() asks again once it is
    cancelRetry();
    if (status.kind !== "trouble") tell("reading");
    const start = clock.now();
    try {
      const answer = await service.read(image, signal);
      if (signal.aborted) return;
      failures = 0;
      tell("ready");
      onReading({ answer, picture: image, live, stale: picture() !== image, took: clock.now() - start });
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    if (!(error instanceof Trouble)) throw error;
    failures += 1;
    if (error.kind === "asleep") awake = false;
    const seconds = error.retryIn(failures);
    const retryAt = seconds === null ? null : clock.now() + seconds * 1000;
    tell(error.kind === "asleep" ? "waking" : "trouble", error, retryAt);
    if (error.kind === "rejected") onReading(null); // an older answer would pass for this picture's
    cancelRetry();
    if (seconds !== null) retry = clock.setTimeout(again, seconds * 1000);
  }

  function cancelRetry() {
    if (retry !== undefined) clock.clearTimeout(retry);
    retry = undefined;
  }

  function again() {
    cancelRetry();
    if (awake) pace.now();
    else void wake();
  }

  function nothing() {
    pace.cancel();
    if (awake) {
      cancelRetry();
      failures = 0;
      tell("ready");
    }
    onReading(null);
  }

  return {
    /** The page is open: wake the function while the first digit is drawn. */
    arrive: () => void wake(),
    /** The pen moves. In trouble, the moment it is lifted is soon enough. */
    changing() {
      if (awake && status.kind !== "trouble") pace.soon();
    },
    /** The drawing changed and rests. */
    changed: () => pace.now(),
    /** There is nothing on the pad. */
    cleared: nothing,
    /** Somebody, or the network coming back, asks to try at once. */
    again,
  };
}
