import assert from "node:assert/strict";
import { test } from "node:test";

import { parseAnswer, percent, spoken, verdictOf } from "../../web/js/answer.js";

const sure = [0, 0, 0, 0.001, 0, 0, 0, 0.996, 0, 0.003];
const torn = [0, 0.41, 0, 0, 0, 0, 0, 0.55, 0.04, 0];
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

test("a sure answer is a fact, an unsure one a doubt between two", () => {
  assert.deepEqual(verdictOf(sure), { digit: 7, runnerUp: 9, confidence: 0.996, second: 0.003, doubtful: false });
  assert.deepEqual(verdictOf(torn), { digit: 7, runnerUp: 1, confidence: 0.55, second: 0.41, doubtful: true });
  assert.equal(spoken(verdictOf(sure)), "It is a 7, 99.6% sure.");
  assert.equal(spoken(verdictOf(torn)), "Maybe a 7, 55%, or a 1, 41%.");
});

test("no percentage claims certainty", () => {
  const cases = [[0, "0%"], [0.004, "0%"], [0.006, "1%"], [0.5, "50%"], [0.989, "99%"], [0.99, "99.0%"], [0.9987, "99.8%"], [1, "99.9%"]];
  for (const [probability, text] of cases) assert.equal(percent(probability), text);
});
