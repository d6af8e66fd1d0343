import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { BadWeights, fromHalf, parseWeights } from "../../web/js/network/file.js";
import { chained } from "../../web/js/network/layers.js";
import { createNetwork } from "../../web/js/network/network.js";

const released = new Uint8Array(readFileSync(new URL("../../web/weights/digits.safetensors", import.meta.url))).buffer;

/** A file of weights with this metadata and these arrays of zeros, or what makes one damaged. */
function file(told, arrays = {}, { dtype = "F16", cut = 0 } = {}) {
  const metadata = { format: "1", version: "v", layers: "[]", temperature: "1", known: "null", ...told };
  const header = { __metadata__: metadata };
  let end = 0;
  for (const [name, shape] of Object.entries(arrays)) {
    const bytes = 2 * shape.reduce((product, side) => product * side, 1);
    header[name] = { dtype, shape, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const content = new Uint8Array(8 + text.length + end - cut);
  new DataView(content.buffer).setUint32(0, text.length, true);
  content.set(text, 8);
  return content.buffer;
}

const dense = { layer: "dense", units: 10, activation: null, variables: ["kernel", "bias"] };
const flatten = { layer: "flatten", variables: [] };
const small = (layers, arrays = { kernel: [784, 10], bias: [10] }, told = {}) =>
  createNetwork(parseWeights(file({ layers: JSON.stringify(layers), ...told }, arrays)));

test("the released file has a network that tells what is a digit", () => {
  const weights = parseWeights(released);
  const network = createNetwork(weights);
  assert.equal(weights.architecture, "convnet-known-folded");
  assert.match(weights.digest, /^[0-9a-f]{64}$/);
  assert.ok(network.threshold > 0 && network.threshold < 1);
  const { probabilities, known } = network.outputs(new Float32Array(784));
  assert.ok(Math.abs(probabilities.reduce((sum, each) => sum + each, 0) - 1) < 1e-12);
  assert.ok(known < network.threshold, "blank paper is no digit");
});

test("half precision means what IEEE 754 says", () => {
  const small = { 0: 0, 0x0001: 2 ** -24, 0x03ff: 1023 * 2 ** -24, 0x0400: 2 ** -14, 0x3555: 0.333251953125 };
  const large = { 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x7c00: Infinity, 0xfc00: -Infinity };
  for (const [bits, number] of Object.entries({ ...small, ...large })) assert.equal(fromHalf(Number(bits)), number);
  assert.ok(Number.isNaN(fromHalf(0x7e00)));
});

test("what is no file of weights is refused", () => {
  const bad = {
    "nothing": new ArrayBuffer(0),
    "text": new TextEncoder().encode("<!doctype html><title>Not found</title>").buffer,
    "too much": new ArrayBuffer(500_001),
    "a header that goes beyond": new Uint8Array([255, 255, 0, 0, 0, 0, 0, 0, 123]).buffer,
    "another format": file({ format: "2" }),
    "no layers": file({ layers: "{}" }),
    "no temperature": file({ temperature: "" }),
    "a temperature of 0": file({ temperature: "0" }),
    "a threshold beyond 1": file({ known: '{"threshold": 2, "slope": 1, "offset": 0}' }),
    "an offset that is text": file({ known: '{"threshold": 0.5, "slope": 1, "offset": "0"}' }),
    "an array that isn't there": file({ layers: JSON.stringify([dense]) }),
    "an array of float32": file({ layers: JSON.stringify([dense]) }, { kernel: [1, 1], bias: [1] }, { dtype: "F32" }),
    "an array cut off": file({ layers: JSON.stringify([dense]) }, { kernel: [784, 10], bias: [10] }, { cut: 2 }),
  };
  for (const [name, buffer] of Object.entries(bad)) assert.throws(() => parseWeights(buffer), BadWeights, name);
});

test("a number that isn't finite is refused", () => {
  const copy = released.slice(0);
  new Uint8Array(copy)[copy.byteLength - 1] = 0x7c;
  new Uint8Array(copy)[copy.byteLength - 2] = 0;
  assert.throws(() => parseWeights(copy), BadWeights);
});

test("layers that don't fit each other, or that a page doesn't compute, are refused", () => {
  assert.ok(small([flatten, dense]));
  for (const layers of [
    [],
    [flatten],
    [dense, dense],
    [flatten, { ...dense, units: 11 }],
    [flatten, { ...dense, units: -1 }],
    [flatten, { ...dense, activation: "tanh" }],
    [flatten, { ...dense, variables: ["kernel"] }],
    [{ layer: "dropout", variables: [] }, flatten, dense],
    [{ layer: "toString", variables: [] }, flatten, dense],
    [{ layer: "reshape", target_shape: [28, 29], variables: [] }, flatten, dense],
    [{ ...dense, layer: "conv2d", filters: 10, kernel_size: 3, strides: 0, padding: "same" }],
  ]) {
    assert.throws(() => small(layers), BadWeights, JSON.stringify(layers));
  }
});

test("weights that don't tell what is a digit know each as one", () => {
  assert.equal(small([flatten, dense]).outputs(new Float32Array(784)).known, 1);
  assert.equal(small([flatten, dense]).threshold, 0);
});

test("without an eleventh output it is the energy that tells", () => {
  const known = '{"threshold": 0.5, "slope": 2, "offset": -1}';
  const { known: likely } = small([flatten, dense], undefined, { known }).outputs(new Float32Array(784));
  assert.ok(Math.abs(likely - 1 / (1 + Math.exp(-2 * Math.log(10) + 1))) < 1e-12);
});

/** What a convolution is, written down: nothing kept, nothing left out. */
function convolved(values, [rows, columns, channels], { kernel, bias, side, filters, stride, same }) {
  const count = (length) => (same ? Math.ceil(length / stride) : Math.floor((length - side) / stride) + 1);
  const before = (length) => (same ? Math.floor(Math.max((count(length) - 1) * stride + side - length, 0) / 2) : 0);
  const found = [];
  for (let y = 0; y < count(rows); y++)
    for (let x = 0; x < count(columns); x++)
      for (let filter = 0; filter < filters; filter++) {
        let sum = bias[filter];
        for (let down = 0; down < side; down++)
          for (let right = 0; right < side; right++)
            for (let channel = 0; channel < channels; channel++) {
              const [row, column] = [y * stride - before(rows) + down, x * stride - before(columns) + right];
              if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
              const weight = kernel[((down * side + right) * channels + channel) * filters + filter];
              sum += values[(row * columns + column) * channels + channel] * weight;
            }
        found.push(Math.max(0, sum));
      }
  return found;
}

const PADDED = [[5, 2, 3, true], [3, 1, 4, true], [3, 2, 9, true], [4, 3, 5, true]];
for (const [side, stride, filters, same] of [...PADDED, [3, 2, 1, false], [1, 1, 2, false]]) {
  const name = `${side}×${side}, in steps of ${stride}, ${same ? "padded" : "unpadded"}, to ${filters} channels`;
  test(`a convolution ${name}, is what it says`, () => {
    let state = 1;
    const random = () => ((state = (state * 48271) % 2147483647) / 2147483647 - 0.5) * Number(state % 3 > 0);
    const shape = [9, 8, 3];
    const values = Float32Array.from({ length: 9 * 8 * 3 }, random);
    const kernel = Float32Array.from({ length: side * side * 3 * filters }, random);
    const bias = Float32Array.from({ length: filters }, random);
    const padding = same ? "same" : "valid";
    const options = { filters, kernel_size: side, strides: stride, padding, activation: "relu" };
    const variables = [{ shape: [side, side, 3, filters], values: kernel }, { shape: [filters], values: bias }];
    const { step } = chained([{ layer: "conv2d", options, variables }], shape);
    const expected = convolved(values, shape, { kernel, bias, side, filters, stride, same });
    for (const _ of [1, 2]) {
      const found = [...step(values)];
      assert.equal(found.length, expected.length);
      found.forEach((each, i) => assert.ok(Math.abs(each - expected[i]) < 1e-5));
    }
  });
}

test("what was read before changes nothing: a stroke more, a stroke less, another drawing", () => {
  const one = createNetwork(parseWeights(released));
  const line = (from, to, column) => {
    const digit = new Float32Array(784);
    for (let row = from; row < to; row++) digit[28 * row + column] = digit[28 * row + column + 1] = 1;
    return digit;
  };
  const both = line(4, 24, 12).map((value, i) => Math.max(value, line(4, 14, 18)[i]));
  for (const digit of [line(4, 24, 12), both, line(4, 24, 12), new Float32Array(784), line(4, 14, 18), both]) {
    assert.deepEqual(one.outputs(digit), createNetwork(parseWeights(released)).outputs(digit));
  }
});
