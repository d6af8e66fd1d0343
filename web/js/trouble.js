// @ts-check
/** What can go wrong between the page and the function, each in a sentence a person understands. */

/**
 * @typedef {"offline" | "unreachable" | "foreign" | "dropped" | "slow" | "asleep" | "broken" | "garbled" | "rejected"
 * } Kind
 */

/** @type {Record<Kind, string>} */
const SENTENCES = {
  offline: "You are offline. Your drawing is safe and will be read when you are back.",
  unreachable: "The function can’t be reached. It may be down, or its address may be wrong.",
  foreign: "The function is there, but doesn’t accept questions from this page’s address.",
  dropped: "The connection broke off. Your drawing is safe.",
  slow: "The function took too long. Your drawing is safe.",
  asleep: "The function is waking up.",
  broken: "The function stumbled. Your drawing is safe.",
  garbled: "What came back is no answer. Is the function’s address right?",
  rejected: "The function couldn’t read this picture.",
};

/** @type {Record<string, string>} why a picture is rejected, by the code of the problem */
const REASONS = {
  "no-ink": "Nothing is drawn on this picture, or too faintly.",
  "not-a-picture": "The function can’t open this picture. It may be damaged.",
  "too-large": "This picture is too large for the function. Try a smaller one.",
};

/** @type {ReadonlySet<Kind>} */
const FINAL = new Set(["rejected"]); // the same picture would be turned down again

const FIRST_RETRY = 1; // s
const LAST_RETRY = 30; // s

export class Trouble extends Error {
  /**
   * @param {Kind} kind
   * @param {{ code?: string, detail?: string, retryAfter?: number | null, cause?: unknown }} [more]
   *   `code` and `detail` of the function's problem; `retryAfter` in seconds, as it asked
   */
  constructor(kind, { code = "", detail = "", retryAfter = null, cause } = {}) {
    super(kind === "rejected" ? rejection(code, detail) : SENTENCES[kind], { cause });
    this.kind = kind;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /**
   * Seconds until it is worth trying again by itself, or null when it isn't.
   *
   * @param {number} failures how many times in a row it went wrong, this one included
   */
  retryIn(failures) {
    if (FINAL.has(this.kind)) return null;
    return this.retryAfter ?? Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (failures - 1));
  }
}

/**
 * The detail, meant for programmers, only where no sentence knows better.
 *
 * @param {string} code
 * @param {string} detail
 */
function rejection(code, detail) {
  if (Object.hasOwn(REASONS, code)) return /** @type {string} */ (REASONS[code]);
  const sentence = detail && detail.charAt(0).toUpperCase() + detail.slice(1) + (/[.!?…]$/.test(detail) ? "" : ".");
  return [SENTENCES.rejected, sentence].filter(Boolean).join(" ");
}
