// @ts-check
/** What can go wrong between the page and the function. The sentences for it are in sentences/. */

/**
 * @typedef {"offline" | "unreachable" | "foreign" | "dropped" | "slow" | "asleep" | "busy" | "broken" | "garbled" | "rejected"
 * } Kind
 */

/** @type {ReadonlySet<Kind>} */
const FINAL = new Set(["rejected"]); // the same picture would be turned down again

const FIRST_RETRY = 1; // s
const LAST_RETRY = 30; // s
const PATIENCE = 5; // s: the longest wait while somebody looks at what is not read yet

export class Trouble extends Error {
  /**
   * @param {Kind} kind
   * @param {{ code?: string, detail?: string, retryAfter?: number | null, cause?: unknown }} [more]
   *   `code` and `detail` of the function's problem; `retryAfter` in seconds, as it asked
   */
  constructor(kind, { code = "", detail = "", retryAfter = null, cause } = {}) {
    super([kind, code, detail].filter(Boolean).join(": "), { cause });
    this.kind = kind;
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /**
   * Seconds until it is worth trying again by itself, or null when it isn't.
   *
   * @param {number} failures how many times in a row it went wrong, this one included
   * @param {boolean} watched whether somebody waits for it
   */
  retryIn(failures, watched) {
    if (FINAL.has(this.kind)) return null;
    return this.retryAfter ?? Math.min(watched ? PATIENCE : LAST_RETRY, FIRST_RETRY * 2 ** (failures - 1));
  }
}
