// @ts-check
/** Where the page's network comes from: the file beside the page, or the function, which has the version in service. */

import { BadWeights } from "./file.js";

/** @typedef {{ readonly version: string, readonly digest: string }} Named */
/**
 * @template {Named} T
 * @typedef {{
 *   beside: string,
 *   base: string,
 *   make: (file: ArrayBuffer) => T | Promise<T>,
 *   fetcher?: typeof fetch,
 *   within?: number,
 * }} Parts  `beside` is the URL of the page's own file, `base` the function's, with a slash at its end; `make` makes a
 *   network of a file, and throws BadWeights; `within` ms that either may take
 */

const WITHIN = 60_000; // ms: nobody waits for it, and the slowest line that still opens pages needs a minute

/**
 * Both sides' files may be kept by the browser for ever, under a name or version that changes with them: what was
 * fetched once comes from its cache on the next visit.
 *
 * @template {Named} T
 * @param {Parts<T>} parts
 */
export function createSource({ beside, base, make, fetcher = (...request) => fetch(...request), within = WITHIN }) {
  /** @type {T | null} */
  let network = null;
  /** @type {string | null} */
  let refused = null; // the version that the function can't give, or this page can't run

  /**
   * @param {string} url
   * @param {RequestInit} [init]
   */
  async function ask(url, init) {
    return fetcher(url, { ...init, signal: AbortSignal.timeout(within) });
  }

  /** @param {Response} response */
  async function made(response) {
    return make(await response.arrayBuffer());
  }

  return {
    /** The network that reads now, without asking or waiting; null while there is none. */
    present: () => network,

    /**
     * Has the weights beside the page fetched, unless others are here; the network that reads then. Null where there
     * are none: the line is down, or the host keeps no such file.
     */
    async arrive() {
      if (network !== null) return network;
      const found = await quietly(async () => {
        const response = await ask(beside);
        return response.ok ? made(response) : null;
      });
      network ??= found; // the function's may have come first
      return network;
    },

    /**
     * The function answers with `version`: has its weights fetched where they are others, and is then of that version.
     * Null while there are no weights of it: the function can't give them, or the page can't run them.
     *
     * @param {string} version
     */
    async follow(version) {
      if (network?.version === version) return network;
      if (version === "" || refused === version) return null;
      const before = network;
      const url = `${base}weights/${encodeURIComponent(version)}`;
      const refuse = () => (refused = version);
      const found = await quietly(async () => {
        if (before !== null) {
          // The same weights may have another version there. If-None-Match would ask so, too, but browsers then don't
          // keep what they get.
          const told = await ask(url, { method: "HEAD" });
          if (told.ok && told.headers.get("ETag") === `W/"${before.digest}"`) return { ...before, version };
        }
        const response = await ask(url);
        if (response.status === 404) refuse();
        return response.ok ? made(response) : null;
      }, refuse);
      if (found !== null) network = found;
      return found;
    },
  };
}

/**
 * What `work` returns; null where the line fails, or a host sends what are no weights: a page without a network of its
 * own reads all the same.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @param {() => void} [onBad]
 */
async function quietly(work, onBad) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadWeights) onBad?.();
    else if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    return null;
  }
}
