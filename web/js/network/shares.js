// @ts-check
/** What each of a few did to what they are worth together. */

/** @typedef {(present: readonly boolean[]) => number} Worth  what a set of them is worth; `present` one for each */

/**
 * Exact Shapley values: one's share is what it adds to those before it, averaged over every order of all. They sum to
 * what all are worth, less what none is.
 *
 * Source: Shapley, "A value for n-person games" (1953).
 *
 * @param {number} count asks for the worth of 2 ** count sets
 * @param {Worth} worth
 * @returns {number[]} one for each
 */
export function sharesOf(count, worth) {
  const sets = 2 ** count;
  const worths = Array.from({ length: sets }, (_, set) => worth(Array.from({ length: count }, (_, i) => has(set, i))));
  return Array.from({ length: count }, (_, one) => {
    let share = 0;
    for (let set = 0; set < sets; set++) {
      if (has(set, one)) continue;
      share += weight(sizeOf(set, count), count) * (at(worths, set + 2 ** one) - at(worths, set));
    }
    return share;
  });
}

/**
 * In how large a part of all orders exactly a given set of that size comes before a given one.
 *
 * @param {number} size
 * @param {number} count
 */
function weight(size, count) {
  return (factorial(size) * factorial(count - size - 1)) / factorial(count);
}

/** @param {number} number @returns {number} */
function factorial(number) {
  return number < 2 ? 1 : number * factorial(number - 1);
}

/**
 * @param {number} set a bit for each
 * @param {number} one
 */
function has(set, one) {
  return Math.floor(set / 2 ** one) % 2 === 1;
}

/**
 * @param {number} set
 * @param {number} count
 */
function sizeOf(set, count) {
  return Array.from({ length: count }, (_, i) => Number(has(set, i))).reduce((sum, each) => sum + each, 0);
}

/**
 * @param {readonly number[]} numbers
 * @param {number} index
 */
function at(numbers, index) {
  return /** @type {number} */ (numbers[index]);
}
