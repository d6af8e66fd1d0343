// @ts-check
/** What an embedding page is told, and who that is. */

import { verdictOf } from "./verdict.js";

/** @typedef {import("./answer.js").Answer} Answer */

/**
 * The origin that the embedded page's address names, or null where it names none, or more or less than an origin.
 *
 * @param {string} search with its question mark
 */
export function originIn(search) {
  const named = new URLSearchParams(search).get("origin") ?? "";
  try {
    const { origin, protocol } = new URL(named);
    return origin === named && (protocol === "https:" || protocol === "http:") ? origin : null;
  } catch {
    return null;
  }
}

/**
 * @param {Answer} answer
 * @returns {{ type: "digits-reading", kind: string, text: string, confidence: number }}
 */
export function toldTo(answer) {
  const { kind, text, confidence } = verdictOf(answer);
  return { type: "digits-reading", kind, text, confidence };
}
