// @ts-check
/** The function's answer → what a person reads. */

/**
 * @typedef {{
 *   probabilities: readonly number[],
 *   seen: string | null,
 *   version: string,
 *   architecture: string,
 *   milliseconds: number | null,
 * }} Answer
 *
 * @typedef {{ digit: number, runnerUp: number, confidence: number, second: number, doubtful: boolean }} Verdict
 */

const DOUBTFUL_BELOW = 0.8; // of 800 unseen pen drawings, a quarter of the answers below it was wrong and one above

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
  if (numbers.length !== 10 || !numbers.every((p) => typeof p === "number" && p >= 0 && p <= 1)) return null;
  const model = isRecord(body.model) ? body.model : {};
  const timing = isRecord(body.timing_ms) ? body.timing_ms : {};
  return {
    probabilities: /** @type {number[]} */ (numbers),
    seen: typeof body.seen === "string" && body.seen.startsWith("data:image/png;base64,") ? body.seen : null,
    version: text(model.version),
    architecture: text(model.architecture),
    milliseconds: typeof timing.total === "number" ? timing.total : null,
  };
}

/**
 * @param {readonly number[]} probabilities ten
 * @returns {Verdict}
 */
export function verdictOf(probabilities) {
  const order = [...probabilities.keys()].sort((a, b) => at(probabilities, b) - at(probabilities, a));
  const digit = at(order, 0);
  const runnerUp = at(order, 1);
  const confidence = at(probabilities, digit);
  return { digit, runnerUp, confidence, second: at(probabilities, runnerUp), doubtful: confidence < DOUBTFUL_BELOW };
}

/**
 * The verdict as a sentence, for the ear.
 *
 * @param {Verdict} verdict
 */
export function spoken({ digit, runnerUp, confidence, second, doubtful }) {
  if (doubtful) return `Maybe a ${digit}, ${percent(confidence)}, or a ${runnerUp}, ${percent(second)}.`;
  return `It is a ${digit}, ${percent(confidence)} sure.`;
}

/**
 * A probability for people: whole percents, with a decimal near certainty, which no network has: at most 99.9%.
 *
 * @param {number} probability
 */
export function percent(probability) {
  if (probability >= 0.99) return `${Math.min(99.9, Math.floor(probability * 1000) / 10).toFixed(1)}%`;
  return `${Math.round(probability * 100)}%`;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}

/**
 * @param {readonly number[]} numbers
 * @param {number} index
 */
function at(numbers, index) {
  return /** @type {number} */ (numbers[index]);
}
