// @ts-check
/** An answer → what a person reads, and hears, in the words of a language. */

/**
 * @typedef {import("./answer.js").Kind} Kind @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./sentences.js").Words} Words
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
 * @param {Words} words
 */
export function told(verdict, words) {
  const { kind, nearest, confidence, second, doubtful } = verdict;
  if (kind === "unknown") return words.unknown(nearest);
  const share = words.percent(percent(confidence));
  if (!doubtful) return words.sure(share);
  return words.unsure(share, hasRival(verdict) ? words.percent(percent(second)) : "");
}

/**
 * The verdict as a sentence, for the ear.
 *
 * @param {Verdict} verdict
 * @param {Words} words
 */
export function spoken(verdict, words) {
  const { kind, text, runnerUp, confidence, second, doubtful } = verdict;
  if (kind === "unknown") return told(verdict, words);
  const name = kind === "number" ? words.number(text) : words.one(text);
  const share = words.percent(percent(confidence));
  if (!doubtful) return words.is(name, share);
  const rival = `${words.one(String(runnerUp))}, ${words.percent(percent(second))}`;
  return words.maybe(name, share, hasRival(verdict) ? rival : "");
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
