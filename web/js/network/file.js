// @ts-check
/** A file of weights → what a network computes with. It is a safetensors file, as the function's float16.py tells. */

/**
 * @typedef {{ readonly shape: readonly number[], readonly values: Float32Array }} Tensor
 * @typedef {{
 *   readonly layer: string,
 *   readonly options: Readonly<Record<string, unknown>>,
 *   readonly variables: readonly Tensor[],
 * }} Description  of a layer: its kind, Keras's options for it, and what it learned
 * @typedef {{ readonly threshold: number, readonly slope: number, readonly offset: number }} Known
 *
 * @typedef {{
 *   version: string,
 *   digest: string,
 *   architecture: string,
 *   layers: readonly Description[],
 *   temperature: number,
 *   known: Known | null,
 * }} Weights  `digest` is that of the same weights under any version; `known` null for weights that know digits alone
 */

const FORMAT = "1";
const MOST_BYTES = 500_000; // as the function makes them
const MOST_LAYERS = 100;
const LENGTH = 8; // bytes, before the header

/** What was loaded is no file of weights, or not one that this page can read. */
export class BadWeights extends Error {}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Weights}
 * @throws {BadWeights} which says what is wrong
 */
export function parseWeights(buffer) {
  if (buffer.byteLength < LENGTH || buffer.byteLength > MOST_BYTES) throw new BadWeights("a file of another size");
  const view = new DataView(buffer);
  const length = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0 || LENGTH + length > buffer.byteLength) throw new BadWeights("no safetensors file");
  const header = record(json(new TextDecoder().decode(new Uint8Array(buffer, LENGTH, length))), "its header");
  const told = record(header.__metadata__, "its metadata");
  if (told.format !== FORMAT) throw new BadWeights(`format ${String(told.format)}, expected ${FORMAT}`);
  const layers = json(told.layers);
  if (!Array.isArray(layers) || layers.length > MOST_LAYERS) throw new BadWeights("its layers are no list");
  const temperature = number(json(told.temperature), "its temperature");
  if (!(temperature > 0)) throw new BadWeights("its temperature isn't above 0");
  return {
    version: text(told.version),
    digest: text(told.digest),
    architecture: text(told.architecture),
    layers: layers.map((each) => described(each, header, buffer, LENGTH + length)),
    temperature,
    known: knownIn(json(told.known)),
  };
}

/**
 * @param {unknown} value
 * @param {Record<string, unknown>} header
 * @param {ArrayBuffer} buffer
 * @param {number} start of the arrays, in bytes
 * @returns {Description}
 */
function described(value, header, buffer, start) {
  const { layer, variables, ...options } = record(value, "a layer");
  if (typeof layer !== "string" || !Array.isArray(variables)) throw new BadWeights("a layer without kind or variables");
  return { layer, options, variables: variables.map((name) => tensor(header[String(name)], buffer, start)) };
}

/**
 * @param {unknown} value
 * @param {ArrayBuffer} buffer
 * @param {number} start
 * @returns {Tensor}
 */
function tensor(value, buffer, start) {
  const { dtype, shape, data_offsets: offsets } = record(value, "an array");
  if (dtype !== "F16" || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new BadWeights("an array that isn't of float16");
  }
  const [from, to] = /** @type {[number, number]} */ (offsets);
  const count = shape.reduce((product, side) => product * side, 1);
  if (to - from !== 2 * count || start + to > buffer.byteLength) throw new BadWeights("an array of another length");
  const view = new DataView(buffer, start + from, to - from);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = fromHalf(view.getUint16(2 * i, true));
  if (!values.every(Number.isFinite)) throw new BadWeights("a number that isn't finite");
  return { shape, values };
}

/**
 * The number that 16 bits are in IEEE 754's binary16. `DataView.getFloat16` is too young to count on.
 *
 * @param {number} bits
 */
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * @param {unknown} value
 * @returns {Known | null}
 */
function knownIn(value) {
  if (value === null) return null;
  const { threshold, slope, offset } = record(value, "what it knows");
  const known = {
    threshold: number(threshold, "its threshold"),
    slope: number(slope, "its slope"),
    offset: number(offset, "its offset"),
  };
  if (!(known.threshold > 0 && known.threshold < 1 && known.slope > 0)) throw new BadWeights("a threshold beyond 0..1");
  return known;
}

/** @param {unknown} value */
function json(value) {
  try {
    return /** @type {unknown} */ (JSON.parse(text(value)));
  } catch (error) {
    throw new BadWeights("its header is no JSON", { cause: error });
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {Record<string, unknown>}
 */
function record(value, name) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new BadWeights(`${name} is missing`);
  return /** @type {Record<string, unknown>} */ (value);
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function number(value, name) {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new BadWeights(`${name} is no number`);
  return value;
}

/**
 * @param {unknown} value
 * @returns {value is number[]}
 */
function isCounts(value) {
  return Array.isArray(value) && value.length <= 4 && value.every((each) => Number.isInteger(each) && each >= 0);
}
