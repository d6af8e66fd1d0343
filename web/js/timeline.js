// @ts-check
/**
 * Undo and redo over immutable values.
 *
 * @template T
 * @typedef {{ readonly past: readonly T[], readonly present: T, readonly future: readonly T[] }} Timeline
 */

const DEPTH = 200; // steps kept: more than anyone takes back, and bounded

/**
 * @template T
 * @param {T} present
 * @returns {Timeline<T>}
 */
export function begin(present) {
  return { past: [], present, future: [] };
}

/**
 * The timeline after a change; what was undone before it is gone.
 *
 * @template T
 * @param {Timeline<T>} timeline
 * @param {T} present
 * @returns {Timeline<T>}
 */
export function record(timeline, present) {
  if (present === timeline.present) return timeline;
  return { past: [...timeline.past, timeline.present].slice(-DEPTH), present, future: [] };
}

/**
 * @template T
 * @param {Timeline<T>} timeline
 * @returns {Timeline<T>} the same timeline when there is nothing to undo
 */
export function undo({ past, present, future }) {
  if (past.length === 0) return { past, present, future };
  return { past: past.slice(0, -1), present: /** @type {T} */ (past[past.length - 1]), future: [present, ...future] };
}

/**
 * @template T
 * @param {Timeline<T>} timeline
 * @returns {Timeline<T>} the same timeline when there is nothing to redo
 */
export function redo({ past, present, future }) {
  if (future.length === 0) return { past, present, future };
  return { past: [...past, present], present: /** @type {T} */ (future[0]), future: future.slice(1) };
}
