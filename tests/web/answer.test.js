import assert from "node:assert/strict";
import { test } from "node:test";

import { parseAnswer } from "../../web/js/answer.js";

const sure = [0, 0, 0, 0.001, 0, 0, 0, 0.996, 0, 0.003];
const body = {
  prediction: "7",
  confidence: 0.996,
  probabilities: sure,
  model: { version: "4b72", architecture: "convnet", runtime: "keras", source: "bundled" },
  timing_ms: { read: 1, total: 3.25 },
  seen: "data:image/png;base64,AAAA",
};

test("an answer of the function is taken over", () => {
  assert.deepEqual(parseAnswer(body), {
    probabilities: sure,
    written: null,
    seen: "data:image/png;base64,AAAA",
    version: "4b72",
    architecture: "convnet",
    milliseconds: 3.25,
  });
});

test("what an answer may lack is empty", () => {
  const { seen, version, architecture, milliseconds } = parseAnswer({ probabilities: sure }) ?? {};
  assert.deepEqual([seen, version, architecture, milliseconds], [null, "", "", null]);
});

test("anything else is no answer", () => {
  const others = [
    null, 7, "7", [], {}, { probabilities: "7" }, { probabilities: [1] }, { probabilities: Array(10).fill("0") },
    { probabilities: Array(10).fill(2) }, { probabilities: Array(10).fill(NaN) }, { probabilities: Array(10).fill(null) },
  ];
  for (const other of others) assert.equal(parseAnswer(other), null);
});

test("only a PNG inside the answer is shown as what the network saw", () => {
  for (const seen of ["https://example.org/a.png", "data:image/svg+xml,<svg/>", 7, null]) {
    assert.equal(parseAnswer({ ...body, seen })?.seen, null);
  }
});

const part = { digit: "4", confidence: 0.99, box: [0.1, 0.2, 0.3, 0.4], seen: "data:image/png;base64,AAAA" };
const reading = { kind: "number", text: "42", confidence: 0.97, parts: [part, { ...part, digit: "2" }] };

test("what is written is taken over with its parts", () => {
  const { written } = parseAnswer({ ...body, reading }) ?? {};
  const { box, seen } = part;
  assert.deepEqual(written, { kind: "number", text: "42", confidence: 0.97, parts: [{ box, seen }, { box, seen }] });
  const unknown = { kind: "unknown", text: "", confidence: 0.9, parts: [] };
  assert.deepEqual(parseAnswer({ ...body, reading: unknown })?.written, unknown);
});

test("what contradicts itself is not taken for what is written", () => {
  const others = [
    null, 7, [], {}, { ...reading, kind: "letter" }, { ...reading, text: "4" }, { ...reading, text: "four" },
    { ...reading, text: 42 }, { ...reading, kind: "digit" }, { ...reading, kind: "unknown" }, { ...reading, parts: [part] },
    { ...reading, parts: "42" }, { ...reading, confidence: 2 }, { ...reading, confidence: "1" }, { ...reading, parts: [part, 7] },
    { ...reading, parts: [part, { ...part, box: [0, 0, 1] }] }, { ...reading, parts: [part, { ...part, box: [0, 0, 9, 1] }] },
  ];
  for (const other of others) assert.equal(parseAnswer({ ...body, reading: other })?.written, null);
});
