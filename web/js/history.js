// @ts-check
/**
 * Undo and redo over immutable values.
 *
 * @template T
 * @typedef {{ readonly past: readonly T[], readonly present: T, readonly future: readonly T[] }} History
 */

const DEPTH = 200; // steps kept: more than anyone takes back, and bounded

/**
 * @template T
 * @param {T} present
 * @returns {History<T>}
 */
export function begin(present) {
  return { past: [], present, future: [] };
}

/**
 * The history after a change; what was undone before it is gone.
 *
 * @template T
 * @param {History<T>} history
 * @param {T} present
 * @returns {History<T>}
 */
export function record(history, present) {
  if (present === history.present) return history;
  return { past: [...history.past, history.present].slice(-DEPTH), present, future: [] };
}

/**
 * @template T
 * @param {History<T>} history
 * @returns {History<T>} the same history when there is nothing to undo
 */
export function undo({ past, present, future }) {
  if (past.length === 0) return { past, present, future };
  return { past: past.slice(0, -1), present: /** @type {T} */ (past[past.length - 1]), future: [present, ...future] };
}

/**
 * @template T
 * @param {History<T>} history
 * @returns {History<T>} the same history when there is nothing to redo
 */
export function redo({ past, present, future }) {
  if (future.length === 0) return { past, present, future };
  return { past: [...past, present], present: /** @type {T} */ (future[0]), future: future.slice(1) };
}
