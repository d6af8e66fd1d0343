// @ts-check
/** An answer → what a person reads, and hears. */

/**
 * @typedef {import("./answer.js").Kind} Kind @typedef {import("./answer.js").Answer} Answer
 *
 * @typedef {{
 *   kind: Kind,
 *   text: string,
 *   nearest: number,
 *   runnerUp: number,
 *   confidence: number,
 *   second: number,
 *   doubtful: boolean,
 * }} Verdict  `nearest` and `runnerUp` are of all as one digit; `second` 0 beside what is no plain digit
 */

const DOUBTFUL_BELOW = 0.8; // of 800 unseen pen drawings, a quarter of the answers below it was wrong and one above
const RIVAL_FROM = 0.01; // beside a sure answer, less than this is no rival

/**
 * @param {Answer} answer
 * @returns {Verdict}
 */
export function verdictOf({ probabilities, written }) {
  const order = [...probabilities.keys()].sort((a, b) => at(probabilities, b) - at(probabilities, a));
  const [nearest, runnerUp] = [at(order, 0), at(order, 1)];
  const { kind, text, confidence } = written ?? {
    kind: /** @type {const} */ ("digit"),
    text: String(nearest),
    confidence: at(probabilities, nearest),
  };
  const second = text === String(nearest) ? at(probabilities, runnerUp) : 0;
  return { kind, text, nearest, runnerUp, confidence, second, doubtful: confidence < DOUBTFUL_BELOW };
}

/**
 * The verdict, to be read beside what is written.
 *
 * @param {Verdict} verdict
 */
export function told(verdict) {
  const { kind, nearest, confidence, second, doubtful } = verdict;
  if (kind === "unknown") return `No digit I know. Nearest: ${nearest}.`;
  if (!doubtful) return `${percent(confidence)} sure.`;
  return `Not sure: ${percent(confidence)}${hasRival(verdict) ? ` against ${percent(second)}` : ""}.`;
}

/**
 * The verdict as a sentence, for the ear.
 *
 * @param {Verdict} verdict
 */
export function spoken(verdict) {
  const { kind, text, runnerUp, confidence, second, doubtful } = verdict;
  if (kind === "unknown") return told(verdict);
  const name = kind === "number" ? `the number ${text}` : `a ${text}`;
  if (!doubtful) return `It is ${name}, ${percent(confidence)} sure.`;
  return `Maybe ${name}, ${percent(confidence)}${hasRival(verdict) ? `, or a ${runnerUp}, ${percent(second)}` : ""}.`;
}

/**
 * Whether the runner-up is worth a word.
 *
 * @param {Verdict} verdict
 */
export function hasRival({ second }) {
  return second >= RIVAL_FROM;
}

/**
 * A name for the file of the drawing.
 *
 * @param {Verdict | null} verdict null where nothing is read
 */
export function fileName(verdict) {
  if (verdict === null || verdict.kind === "unknown") return "drawing.png";
  return `${verdict.kind}-${verdict.text}.png`;
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
 * @param {readonly number[]} numbers
 * @param {number} index
 */
function at(numbers, index) {
  return /** @type {number} */ (numbers[index]);
}
