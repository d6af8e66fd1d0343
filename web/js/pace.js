// @ts-check
/**
 * When to ask the function: never more than BURST times in any second, one request in flight.
 *
 * While the pen is down (`soon`) a newer drawing waits for the request in flight: aborting it each time would
 * leave a slow line without any answer until the pen is up. Once the pen is up (`now`) the older one is aborted.
 */

export const BURST = 5; // requests in any SECOND
const SECOND = 1000; // ms
const LIVE_AFTER = 250; // ms of drawing before it is read: one of the five stays free for the moment of release

/**
 * How long to wait before the next request, in ms.
 *
 * @param {readonly number[]} sent times of the latest requests, oldest first
 * @param {number} now
 * @param {number | null} since when the pen began what was not sent yet; null when it is up
 */
export function waitFor(sent, now, since) {
  const fifth = sent[sent.length - BURST];
  return Math.max(0, fifth === undefined ? 0 : fifth + SECOND - now, since === null ? 0 : since + LIVE_AFTER - now);
}

/**
 * @typedef {{
 *   now: () => number,
 *   setTimeout: (run: () => void, ms: number) => number,
 *   clearTimeout: (id: number) => void,
 * }} Clock
 */

/** @type {Clock} */
export const wallClock = {
  now: () => performance.now(),
  setTimeout: (run, ms) => window.setTimeout(run, ms),
  clearTimeout: (id) => window.clearTimeout(id),
};

/**
 * @param {(signal: AbortSignal, live: boolean) => Promise<void>} ask
 * @param {Clock} clock
 */
export function createPace(ask, clock) {
  /** @type {number[]} */
  let sent = [];
  /** @type {AbortController | null} */
  let inFlight = null;
  /** @type {"live" | "final" | null} */
  let wanted = null;
  let since = 0;
  /** @type {number | undefined} */
  let timer;

  function next() {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
    if (wanted === null || (wanted === "live" && inFlight !== null)) return;
    const wait = waitFor(sent, clock.now(), wanted === "live" ? since : null);
    if (wait > 0) timer = clock.setTimeout(next, wait);
    else send(wanted === "live");
  }

  /** @param {boolean} live */
  function send(live) {
    inFlight?.abort();
    const mine = new AbortController();
    inFlight = mine;
    wanted = null;
    sent = [...sent, clock.now()].slice(-BURST);
    void ask(mine.signal, live).finally(() => {
      if (inFlight !== mine) return;
      inFlight = null;
      next();
    });
  }

  return {
    /** The drawing changed and will change again. */
    soon() {
      if (wanted !== null) return;
      wanted = "live";
      since = clock.now();
      next();
    },
    /** The drawing is finished, as far as anyone can tell. */
    now() {
      wanted = "final";
      next();
    },
    /** Nothing to ask any more. */
    cancel() {
      if (timer !== undefined) clock.clearTimeout(timer);
      timer = undefined;
      wanted = null;
      inFlight?.abort();
      inFlight = null;
    },
  };
}
