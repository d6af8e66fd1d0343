// @ts-check
/** The body of the function's answer → what the page goes by. */

/**
 * @typedef {"digit" | "number" | "unknown"} Kind
 * @typedef {[left: number, top: number, width: number, height: number]} Box  in fractions of the picture
 * @typedef {{ readonly box: Box, readonly seen: string | null }} Part
 * @typedef {{ kind: Kind, text: string, confidence: number, parts: readonly Part[] }} Written
 *
 * @typedef {{
 *   probabilities: readonly number[],
 *   written: Written | null,
 *   seen: string | null,
 *   version: string,
 *   architecture: string,
 *   milliseconds: number | null,
 * }} Answer  `probabilities` of all as one digit; `written` null from a function that tells no more
 */

const TEXTS = { digit: /^[0-9]$/, number: /^[0-9]{2,12}$/, unknown: /^$/ };
const PNG = "data:image/png;base64,";

/**
 * The answer in a response body, checked: another server at this address may send anything.
 *
 * @param {unknown} body
 * @returns {Answer | null} null when it isn't one
 */
export function parseAnswer(body) {
  if (!isRecord(body) || !Array.isArray(body.probabilities)) return null;
  /** @type {unknown[]} */
  const numbers = body.probabilities;
  if (numbers.length !== 10 || !numbers.every(isShare)) return null;
  const model = isRecord(body.model) ? body.model : {};
  const timing = isRecord(body.timing_ms) ? body.timing_ms : {};
  return {
    probabilities: numbers,
    written: writtenIn(body.reading),
    seen: png(body.seen),
    version: text(model.version),
    architecture: text(model.architecture),
    milliseconds: typeof timing.total === "number" ? timing.total : null,
  };
}

/**
 * @param {unknown} reading
 * @returns {Written | null}
 */
function writtenIn(reading) {
  if (!isRecord(reading) || !Array.isArray(reading.parts)) return null;
  const { kind, text: digits, confidence } = reading;
  if (kind !== "digit" && kind !== "number" && kind !== "unknown") return null;
  if (typeof digits !== "string" || !TEXTS[kind].test(digits) || !isShare(confidence)) return null;
  const parts = reading.parts.flatMap((/** @type {unknown} */ part) =>
    isRecord(part) && isBox(part.box) ? [{ box: part.box, seen: png(part.seen) }] : [],
  );
  return parts.length === digits.length ? { kind, text: digits, confidence, parts } : null;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isShare(value) {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/**
 * @param {unknown} value
 * @returns {value is Box}
 */
function isBox(value) {
  return Array.isArray(value) && value.length === 4 && value.every(isShare);
}

/** @param {unknown} value what is no PNG inside the answer is not shown */
function png(value) {
  return typeof value === "string" && value.startsWith(PNG) ? value : null;
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}
