// @ts-check
/**
 * Layers as a file of weights describes them → a function of a digit. Values lie as Keras has them: rows, columns,
 * channels.
 */

import { BadWeights } from "./file.js";

/**
 * @typedef {import("./file.js").Description} Description @typedef {import("./file.js").Tensor} Tensor
 * @typedef {(values: Float32Array) => Float32Array} Step  its result is overwritten by its next call
 * @typedef {{ readonly shape: readonly number[], readonly step: Step }} Built  `shape` of what the step makes
 */

const MOST_VALUES = 2 ** 20; // between two layers: a hundred times what our largest network makes
const AT_ONCE = 8; // channels: their sums stay in registers; with four, a digit took a sixth more

/** @type {Readonly<Record<string, (shape: readonly number[], description: Description) => Built>>} */
const KINDS = { reshape, flatten, conv2d, dense };

/**
 * What computes all layers, one after another.
 *
 * @param {readonly Description[]} layers
 * @param {readonly number[]} shape of a digit
 * @returns {Built}
 * @throws {BadWeights} where a layer is of a kind, or has an option or a shape, that this page doesn't compute
 */
export function chained(layers, shape) {
  /** @type {Step[]} */
  const steps = [];
  let after = shape;
  for (const description of layers) {
    const build = Object.hasOwn(KINDS, description.layer) ? KINDS[description.layer] : undefined;
    if (build === undefined) throw new BadWeights(`a layer of the kind ${description.layer}`);
    const built = build(after, description);
    if (!(size(built.shape) > 0 && size(built.shape) <= MOST_VALUES)) throw new BadWeights("a layer of another size");
    steps.push(built.step);
    after = built.shape;
  }
  return { shape: after, step: (values) => steps.reduce((each, step) => step(each), values) };
}

/**
 * @param {readonly number[]} shape
 * @param {Description} description
 * @returns {Built}
 */
function reshape(shape, { options }) {
  const target = options.target_shape;
  if (!Array.isArray(target) || size(target) !== size(shape)) throw new BadWeights("a shape that doesn't fit");
  return { shape: target, step: (values) => values };
}

/**
 * @param {readonly number[]} shape
 * @returns {Built}
 */
function flatten(shape) {
  return { shape: [size(shape)], step: (values) => values };
}

/**
 * @param {readonly number[]} shape
 * @param {Description} description
 * @returns {Built}
 */
function dense(shape, { options, variables }) {
  const [inputs, units] = [size(shape), Number(options.units)];
  const { kernel, bias } = learned(variables, [inputs, units]);
  const out = new Float32Array(units);
  const product = sums(kernel, bias, inputs, units, isRectified(options.activation));
  return {
    shape: [units],
    step(values) {
      product.begin();
      for (let i = 0; i < inputs; i++) product.take(i, values[i] ?? 0);
      product.end(out, 0);
      return out;
    },
  };
}

/**
 * @param {readonly number[]} shape
 * @param {Description} description
 * @returns {Built}
 */
function conv2d(shape, { options, variables }) {
  const [rows = 0, columns = 0, channels = 0] = shape;
  const [filters, side, stride] = [Number(options.filters), Number(options.kernel_size), Number(options.strides)];
  const known = ["same", "valid"].includes(String(options.padding));
  if (shape.length !== 3 || !known || !(stride >= 1)) throw new BadWeights("a convolution of another kind");
  const { kernel, bias } = learned(variables, [side, side, channels, filters]);
  const [height, above] = along(rows, side, stride, options.padding === "same");
  const [width, before] = along(columns, side, stride, options.padding === "same");
  const out = new Float32Array(Math.max(0, height * width * filters));
  const product = sums(kernel, bias, side * side * channels, filters, isRectified(options.activation));
  const news = differences(rows, columns, channels);
  return {
    shape: [height, width, filters],
    step(values) {
      const changed = news(values);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [top, left] = [y * stride - above, x * stride - before];
          if (!changed.within(top, left, side)) continue; // the same sums again
          product.begin();
          for (let down = Math.max(0, -top); down < Math.min(side, rows - top); down++) {
            for (let right = Math.max(0, -left); right < Math.min(side, columns - left); right++) {
              const from = ((top + down) * columns + left + right) * channels;
              const place = (down * side + right) * channels;
              for (let i = 0; i < channels; i++) product.take(place + i, /** @type {number} */ (values[from + i]));
            }
          }
          product.end(out, (y * width + x) * filters);
        }
      }
      return out;
    },
  };
}

/**
 * Where a map differs from the one before. Drawings that are read one after another mostly differ by a stroke.
 *
 * @param {number} rows
 * @param {number} columns
 * @param {number} channels
 */
function differences(rows, columns, channels) {
  const last = new Float32Array(rows * columns * channels).fill(NaN);
  const changed = new Uint8Array(rows * columns);
  const found = {
    /**
     * @param {number} top
     * @param {number} left
     * @param {number} side of a window, which may reach over the edges
     */
    within(top, left, side) {
      const [bottom, right] = [Math.min(top + side, rows), Math.min(left + side, columns)];
      for (let row = Math.max(0, top); row < bottom; row++) {
        for (let column = Math.max(0, left); column < right; column++) if (changed[row * columns + column]) return true;
      }
      return false;
    },
  };
  return (/** @type {Float32Array} */ values) => {
    for (let place = 0, i = 0; place < changed.length; place++) {
      let differs = 0;
      for (const end = i + channels; i < end; i++) {
        if (values[i] === last[i]) continue;
        differs = 1;
        last[i] = /** @type {number} */ (values[i]);
      }
      changed[place] = differs;
    }
    return found;
  };
}

/**
 * A row times a matrix, plus a bias: only what isn't 0 is taken, which rectified values often are, and paper is.
 *
 * @param {Float32Array} kernel (inputs, units)
 * @param {Float32Array} bias
 * @param {number} inputs
 * @param {number} units
 * @param {boolean} rectified
 */
function sums(kernel, bias, inputs, units, rectified) {
  const wide = Math.ceil(units / AT_ONCE) * AT_ONCE;
  const matrix = new Float32Array(inputs * wide); // its rows end with zeros, so that all sums come in eights
  for (let i = 0; i < inputs; i++) matrix.set(kernel.subarray(i * units, (i + 1) * units), i * wide);
  const terms = new Float64Array(wide);
  terms.set(bias);
  const places = new Int32Array(inputs);
  const taken = new Float64Array(inputs);
  const found = new Float64Array(wide);
  let count = 0;
  return {
    begin() {
      count = 0;
    },
    /**
     * @param {number} place
     * @param {number} value
     */
    take(place, value) {
      if (value === 0) return;
      places[count] = place * wide;
      taken[count++] = value;
    },
    /**
     * @param {Float32Array} out
     * @param {number} at where the sums are put
     */
    end(out, at) {
      for (let unit = 0; unit < units; unit += AT_ONCE) {
        let a = /** @type {number} */ (terms[unit]);
        let b = /** @type {number} */ (terms[unit + 1]);
        let c = /** @type {number} */ (terms[unit + 2]);
        let d = /** @type {number} */ (terms[unit + 3]);
        let e = /** @type {number} */ (terms[unit + 4]);
        let f = /** @type {number} */ (terms[unit + 5]);
        let g = /** @type {number} */ (terms[unit + 6]);
        let h = /** @type {number} */ (terms[unit + 7]);
        for (let i = 0; i < count; i++) {
          const value = /** @type {number} */ (taken[i]);
          const place = /** @type {number} */ (places[i]) + unit;
          a += value * /** @type {number} */ (matrix[place]);
          b += value * /** @type {number} */ (matrix[place + 1]);
          c += value * /** @type {number} */ (matrix[place + 2]);
          d += value * /** @type {number} */ (matrix[place + 3]);
          e += value * /** @type {number} */ (matrix[place + 4]);
          f += value * /** @type {number} */ (matrix[place + 5]);
          g += value * /** @type {number} */ (matrix[place + 6]);
          h += value * /** @type {number} */ (matrix[place + 7]);
        }
        found[unit] = a;
        found[unit + 1] = b;
        found[unit + 2] = c;
        found[unit + 3] = d;
        found[unit + 4] = e;
        found[unit + 5] = f;
        found[unit + 6] = g;
        found[unit + 7] = h;
      }
      for (let unit = 0; unit < units; unit++) {
        const sum = /** @type {number} */ (found[unit]);
        out[at + unit] = rectified && sum < 0 ? 0 : sum;
      }
    },
  };
}

/**
 * How many windows there are along a side, and what is padded before it: with the odd one after, as TensorFlow does.
 *
 * @param {number} length
 * @param {number} side
 * @param {number} stride
 * @param {boolean} same
 * @returns {[count: number, before: number]}
 */
function along(length, side, stride, same) {
  if (!same) return [Math.floor((length - side) / stride) + 1, 0];
  const count = Math.ceil(length / stride);
  return [count, Math.floor(Math.max((count - 1) * stride + side - length, 0) / 2)];
}

/**
 * @param {readonly Tensor[]} variables
 * @param {readonly number[]} shape that the kernel must have; its last side is the bias's
 */
function learned([kernel, bias, ...others], shape) {
  const fits = kernel !== undefined && bias !== undefined && others.length === 0;
  if (!fits || String(kernel.shape) !== String(shape) || String(bias.shape) !== String(shape.slice(-1))) {
    throw new BadWeights("an array of another shape");
  }
  return { kernel: kernel.values, bias: bias.values };
}

/** @param {unknown} activation */
function isRectified(activation) {
  if (activation !== null && activation !== "relu") throw new BadWeights(`an activation ${String(activation)}`);
  return activation === "relu";
}

/** @param {readonly number[]} shape */
function size(shape) {
  return shape.reduce((product, side) => product * side, 1);
}
