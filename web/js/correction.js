// @ts-check
/** A correction on its way to the function, which takes few at a time and says when to come again. */

import { Trouble } from "./trouble.js";

/** @typedef {import("./pace.js").Clock} Clock */

const TRIES = 4; // in all: the function asks for up to ten seconds in between
const PAUSE = 2; // s, where it doesn't say how long

/**
 * Sends until it is kept. Throws the Trouble of the last try, or of one that trying again doesn't mend.
 *
 * @param {() => Promise<void>} send
 * @param {Clock} clock
 */
export async function insist(send, clock) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return;
    } catch (error) {
      const isBusy = error instanceof Trouble && error.kind === "asleep"; // 503
      if (!isBusy || attempt === TRIES) throw error;
      const seconds = error.retryAfter ?? PAUSE;
      await new Promise((done) => clock.setTimeout(() => done(undefined), seconds * 1000));
    }
  }
}
