// @ts-check
/** Corrections on their way to the function, which takes few at a time; and what was stored in this tab. */

import { Trouble } from "./trouble.js";

/** @typedef {import("./pace.js").Clock} Clock @typedef {import("./trouble.js").Kind} Kind */
/** @typedef {Parameters<import("./service.js").Service["correct"]>[0]} Correction */

const TRIES = 4; // in all: the function asks for up to ten seconds in between
const PAUSE = 2; // s, where it doesn't say how long
const KEY = "digits-corrections";

/** @type {ReadonlySet<Kind>} troubles of the line: what was sent may have arrived, or never left */
const PASSING = new Set(["offline", "unreachable", "dropped", "slow", "asleep", "busy"]);

/**
 * Each picture is stored once, whatever is undone and drawn again in between. What can't be sent waits in the tab, and
 * says when it was made: sent twice, even after midnight, it is the same object.
 *
 * @param {Pick<import("./service.js").Service, "correct">} service
 * @param {Clock} clock
 * @param {() => Storage} storage the tab's
 * @param {(correction: Correction) => void} onStored after it has waited
 */
export function createCorrections(service, clock, storage, onStored) {
  /** @type {Map<string, string>} label by picture */
  const stored = new Map();
  let waiting = kept(storage);
  let sending = false;

  /** @param {readonly Correction[]} next */
  function wait(next) {
    waiting = next;
    try {
      storage().setItem(KEY, JSON.stringify(waiting));
    } catch {
      // a browser that keeps nothing: it waits as long as the page is open
    }
  }

  return {
    /** The label under which this picture is stored or about to be, or null. @param {string} picture */
    labelOf: (picture) => stored.get(picture) ?? null,

    /**
     * Whether it is stored now, or waits. The consent is the click on a label beside the sentence that tells what is
     * sent, and that it is kept and learned from.
     *
     * @param {string} picture
     * @param {string} label "0" … "9", or "none"
     * @param {string} prediction
     * @returns {Promise<"stored" | "waits" | "refused">}
     */
    async store(picture, label, prediction) {
      if (waiting.some(({ image }) => image === picture)) return "waits";
      if (stored.has(picture)) return "stored";
      stored.set(picture, label);
      /** @type {Correction} */
      const correction = { image: picture, label, prediction, consent: true, time: new Date().toISOString() };
      try {
        await insist(() => service.correct(correction), clock);
        return "stored";
      } catch (error) {
        stored.delete(picture);
        if (!isPassing(error)) return "refused";
        wait([...waiting, correction]);
        return "waits";
      }
    },

    /** The function is there again: what waits is sent, one after another. */
    async send() {
      if (sending) return;
      sending = true;
      for (const correction of waiting) {
        try {
          await insist(() => service.correct(correction), clock);
          stored.set(correction.image, correction.label);
          onStored(correction);
        } catch (error) {
          if (isPassing(error)) break; // the next time
        }
        wait(waiting.filter((other) => other !== correction));
      }
      sending = false;
    },
  };
}

/** @param {unknown} error */
function isPassing(error) {
  return error instanceof Trouble && PASSING.has(error.kind);
}

/**
 * What waited when the page was left.
 *
 * @param {() => Storage} storage
 * @returns {readonly Correction[]}
 */
function kept(storage) {
  try {
    /** @type {unknown} */
    const found = JSON.parse(storage().getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return []; // a browser that keeps nothing
  }
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
