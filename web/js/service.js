// @ts-check
/** The function, as the page sees it: three questions and a correction. Every failure is a Trouble. */

import { isRecord, parseAnswer } from "./answer.js";
import { Trouble } from "./trouble.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {ReturnType<typeof connect>} Service */

const READ_WITHIN = 30_000; // ms: a cold instance may stand behind any request
const WAKE_WITHIN = 60_000; // ms: importing TensorFlow and fetching weights on a slow day
const PROBE_WITHIN = 5_000; // ms: only to tell two errors apart

/**
 * @param {string} address of the function; a path is kept, so any mount point works
 * @param {typeof fetch} [fetcher]
 */
export function connect(address, fetcher = (...request) => fetch(...request)) {
  const base = address.endsWith("/") ? address : `${address}/`;

  /**
   * @param {string} path
   * @param {RequestInit} init
   * @param {number} within
   * @param {AbortSignal} [signal]
   */
  async function ask(path, init, within, signal) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), within);
    const abort = () => limit.abort();
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    try {
      const response = await fetcher(base + path, { ...init, signal: limit.signal });
      return { response, text: await response.text() };
    } catch (cause) {
      if (signal?.aborted) throw cause;
      if (limit.signal.aborted) throw new Trouble("slow", { cause });
      throw await diagnosed(cause);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /**
   * Browsers hide why a request failed. Whether the function answers a plain question, and whether it does
   * when the browser is told not to look, tells a broken line, a refused origin and a dead address apart.
   *
   * @param {unknown} cause
   */
  async function diagnosed(cause) {
    if (typeof navigator !== "undefined" && navigator.onLine === false) return new Trouble("offline", { cause });
    if (await answers("cors")) return new Trouble("dropped", { cause });
    return new Trouble((await answers("no-cors")) ? "foreign" : "unreachable", { cause });
  }

  /** @param {RequestMode} mode */
  async function answers(mode) {
    try {
      await fetcher(`${base}health`, { mode, signal: AbortSignal.timeout(PROBE_WITHIN) });
      return true;
    } catch {
      return false;
    }
  }

  return {
    base,

    /**
     * @param {string} picture data URL
     * @param {AbortSignal} signal
     * @returns {Promise<Answer>}
     */
    async read(picture, signal) {
      const reply = await ask("?seen=1", posted({ image: picture }), READ_WITHIN, signal);
      const answer = parseAnswer(bodyOf(reply));
      if (answer === null) throw new Trouble("garbled");
      return answer;
    },

    /** Wakes the function and tells its version; empty when it answers without telling. */
    async wake() {
      const { response, text } = await ask("model", {}, WAKE_WITHIN);
      if (response.status >= 500) bodyOf({ response, text });
      const body = parsed(text);
      return isRecord(body) && typeof body.version === "string" ? body.version : "";
    },

    /** Whether corrections are wanted. */
    async takesFeedback() {
      const body = bodyOf(await ask("", {}, READ_WITHIN));
      return isRecord(body) && body.feedback === true;
    },

    /**
     * @param {{ image: string, label: string, prediction: string, consent: boolean, time: string }} correction  `time` of the
     *   click, ISO 8601
     */
    async correct(correction) {
      bodyOf(await ask("feedback", posted(correction), READ_WITHIN));
    },
  };
}

/**
 * Sent as text/plain: the function parses JSON whatever it is called, and the browser skips the preflight.
 *
 * @param {object} body
 * @returns {RequestInit}
 */
function posted(body) {
  return { method: "POST", headers: { "Content-Type": "text/plain" }, body: JSON.stringify(body) };
}

/** @param {{ response: Response, text: string }} reply */
function bodyOf({ response, text }) {
  const body = parsed(text);
  if (response.ok) return body;
  const detail = isRecord(body) && typeof body.detail === "string" ? body.detail : "";
  const code = isRecord(body) && typeof body.code === "string" ? body.code : "";
  if (response.status === 503) throw new Trouble("asleep", { detail, retryAfter: retryAfter(response) });
  if (response.status === 429) throw new Trouble("busy", { detail, retryAfter: retryAfter(response) });
  if (response.status >= 500) throw new Trouble("broken", { detail, retryAfter: retryAfter(response) });
  throw new Trouble("rejected", { code, detail });
}

/** @param {string} text */
function parsed(text) {
  try {
    /** @type {unknown} */
    const body = JSON.parse(text);
    return body;
  } catch {
    return null;
  }
}

/**
 * Seconds, or null. Readable across origins only where the function exposes the header.
 *
 * @param {Response} response
 */
function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  return seconds > 0 && seconds <= 120 ? seconds : null;
}
