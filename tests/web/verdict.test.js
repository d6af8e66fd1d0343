import assert from "node:assert/strict";
import { test } from "node:test";

import { words } from "../../web/js/sentences/en.js";
import { fileName, percent, spoken, told, verdictOf } from "../../web/js/verdict.js";

const sure = [0, 0, 0, 0.001, 0, 0, 0, 0.996, 0, 0.003];
const torn = [0, 0.41, 0, 0, 0, 0, 0, 0.55, 0.04, 0];

/** The verdict on all as one digit, and on what is written. */
function verdict(probabilities, kind, text, confidence) {
  return verdictOf({ probabilities, written: kind ? { kind, text, confidence, parts: [] } : null });
}

test("a sure answer is a fact, an unsure one a doubt between two", () => {
  const fact = { kind: "digit", text: "7", nearest: 7, runnerUp: 9, confidence: 0.996, second: 0.003, doubtful: false };
  assert.deepEqual(verdict(sure), fact);
  const doubt = { kind: "digit", text: "7", nearest: 7, runnerUp: 1, confidence: 0.55, second: 0.41, doubtful: true };
  assert.deepEqual(verdict(torn), doubt);
  assert.equal(told(verdict(sure), words), "99.6% sure.");
  assert.equal(told(verdict(torn), words), "Not sure: 55% against 41%.");
  assert.equal(spoken(verdict(sure), words), "It is a 7, 99.6% sure.");
  assert.equal(spoken(verdict(torn), words), "Maybe a 7, 55%, or a 1, 41%.");
});

test("a number is told by all of its digits", () => {
  assert.equal(told(verdict(torn, "number", "42", 0.97), words), "97% sure.");
  assert.equal(spoken(verdict(torn, "number", "42", 0.97), words), "It is the number 42, 97% sure.");
  assert.equal(told(verdict(torn, "number", "42", 0.6), words), "Not sure: 60%.");
  assert.equal(spoken(verdict(torn, "number", "42", 0.6), words), "Maybe the number 42, 60%.");
});

test("what is no digit is never sure", () => {
  const unknown = verdict(sure, "unknown", "", 0.99);
  assert.equal(told(unknown, words), "No digit I know. Nearest: 7.");
  assert.equal(spoken(unknown, words), "No digit I know. Nearest: 7.");
});

test("a digit is as sure as what is written says, whatever it is among the ten", () => {
  assert.equal(told(verdict(sure, "digit", "7", 0.9), words), "90% sure.");
  assert.equal(told(verdict(sure, "digit", "7", 0.7), words), "Not sure: 70%.");
  assert.equal(spoken(verdict(torn, "digit", "4", 0.7), words), "Maybe a 4, 70%.");
});

test("a file is named by what is written", () => {
  const verdicts = [verdict(sure), verdict(torn, "number", "42", 0.97), verdict(sure, "unknown", "", 0.99), null];
  assert.deepEqual(verdicts.map(fileName), ["digit-7.png", "number-42.png", "drawing.png", "drawing.png"]);
});

test("no percentage claims certainty", () => {
  const cases = [[0, "0%"], [0.004, "0%"], [0.006, "1%"], [0.5, "50%"], [0.989, "99%"], [0.99, "99.0%"], [0.9987, "99.8%"], [1, "99.9%"]];
  for (const [probability, text] of cases) assert.equal(percent(probability), text);
});
