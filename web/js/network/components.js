// @ts-check
/** Ink → its connected components, by horizontal runs. The function's components.py in JavaScript. */

/** @typedef {import("./ink.js").Ink} Ink */
/**
 * @typedef {{ top: number, bottom: number, left: number, right: number }} Box  ends exclusive
 * @typedef {Box & { mass: number, peak: number }} Component  sum of its ink, and its darkest
 */

/**
 * Whether a picture has so many horizontal runs that it is looked at only as a whole.
 *
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} most
 */
export function hasMoreRuns(mask, width, most) {
  let count = 0;
  for (let i = 1; i < mask.length; i++) if (i % width !== 0 && mask[i] && !mask[i - 1]) count += 1;
  return count > most;
}

/**
 * The 8-connected components of what is lit in `mask`, in the order of their topmost runs.
 *
 * @param {Ink} ink
 * @param {Uint8Array} mask
 * @returns {Component[]}
 */
export function components({ values, height, width }, mask) {
  /** @type {Component[]} */
  const runs = [];
  /** @type {number[]} */
  const above = []; // of each run, one that it is joined to; itself at a tree's root
  let [previous, present] = [0, 0]; // where the runs of the row before begin, and those of this one
  for (let row = 0; row < height; row++) {
    [previous, present] = [present, runs.length];
    for (let column = 0; column < width; column++) {
      if (!mask[row * width + column]) continue;
      const run = { top: row, bottom: row + 1, left: column, right: column, mass: 0, peak: 0 };
      for (; run.right < width && mask[row * width + run.right]; run.right++) {
        const value = /** @type {number} */ (values[row * width + run.right]);
        run.mass += value;
        run.peak = Math.max(run.peak, value);
      }
      column = run.right;
      const index = runs.push(run) - 1;
      above.push(index);
      for (let other = previous; other < present; other++) {
        const { left, right } = /** @type {Component} */ (runs[other]);
        if (left <= run.right && right >= run.left) join(above, other, index);
      }
    }
  }
  runs.forEach((run, index) => {
    const root = rootOf(above, index);
    if (root !== index) unite(/** @type {Component} */ (runs[root]), run);
  });
  return runs.filter((_, index) => above[index] === index);
}

/**
 * @param {number[]} above
 * @param {number} index
 */
function rootOf(above, index) {
  let root = index;
  while (above[root] !== root) root = /** @type {number} */ (above[root]);
  above[index] = root;
  return root;
}

/**
 * @param {number[]} above
 * @param {number} one
 * @param {number} other
 */
function join(above, one, other) {
  const [a, b] = [rootOf(above, one), rootOf(above, other)];
  above[Math.max(a, b)] = Math.min(a, b);
}

/**
 * @param {Component} into
 * @param {Component} run
 */
function unite(into, run) {
  into.bottom = Math.max(into.bottom, run.bottom);
  into.left = Math.min(into.left, run.left);
  into.right = Math.max(into.right, run.right);
  into.mass += run.mass;
  into.peak = Math.max(into.peak, run.peak);
}
