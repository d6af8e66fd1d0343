// @ts-check
/** Corrections on their way to the function, which takes few at a time; and what was stored in this tab. */

import { Trouble } from "./trouble.js";

/** @typedef {import("./pace.js").Clock} Clock @typedef {import("./reader.js").Reading} Reading */

const TRIES = 4; // in all: the function asks for up to ten seconds in between
const PAUSE = 2; // s, where it doesn't say how long

/**
 * Each picture is stored once, whatever is undone and drawn again in between.
 *
 * @param {Pick<import("./service.js").Service, "correct">} service
 * @param {Clock} clock
 */
export function createCorrections(service, clock) {
  /** @type {Map<string, string>} label by picture */
  const stored = new Map();
  return {
    /** The label under which this picture is stored or about to be, or null. @param {string} picture */
    labelOf: (picture) => stored.get(picture) ?? null,

    /**
     * Whether it is stored now. The consent is the click on a label beside the sentence that tells what is sent, and
     * that it is kept and learned from.
     *
     * @param {string} picture
     * @param {string} label "0" … "9", or "none"
     * @param {string} prediction
     */
    async store(picture, label, prediction) {
      if (stored.has(picture)) return true;
      stored.set(picture, label);
      try {
        await insist(() => service.correct({ image: picture, label, prediction, consent: true }), clock);
        return true;
      } catch {
        stored.delete(picture);
        return false;
      }
    },
  };
}

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
