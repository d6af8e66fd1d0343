import assert from "node:assert/strict";
import { test } from "node:test";

import { lookOf } from "../../web/js/look.js";
import { words } from "../../web/js/sentences/en.js";
import { atFirst } from "../../web/js/state.js";
import { begin } from "../../web/js/timeline.js";
import { Trouble } from "../../web/js/trouble.js";

const ENGLISH = { language: "en", words };
const SURE = [0, 0, 0, 0.003, 0, 0, 0, 0.996, 0, 0.001];
const TORN = [0, 0.41, 0, 0, 0, 0, 0, 0.55, 0.04, 0];
const drawn = begin({ strokes: [{ tool: "pen", width: 48, points: [[100, 100, 50], [900, 900, 50]] }], upload: null });

/** The state of a drawing that was read as told. */
function read(probabilities, more = {}, written = null, live = false) {
  const answer = { probabilities, written, seen: null, version: "0123456789abcdef", architecture: "net", milliseconds: 3 };
  const reading = { answer, picture: "data:,", revision: 1, live, took: 20, by: "function" };
  return { ...atFirst(ENGLISH, 0), timeline: drawn, revision: 1, nothing: null, reading, takesFeedback: true, ...more };
}

const number = { kind: "number", text: "42", confidence: 0.97, parts: [] };
const unknown = { kind: "unknown", text: "", confidence: 0.9, parts: [] };

test("a final reading is in ink, with its verdict and what is worth a percent", () => {
  const look = lookOf(read(SURE));
  assert.deepEqual([look.phase, look.digit, look.verdict, look.busy], ["sure", "7", "99.6% sure.", false]);
  assert.deepEqual(look.percents, ["", "", "", "", "", "", "", "99.6%", "", ""]);
  assert.deepEqual([look.facts, look.details], ["Read in 20 ms, version 0123456", "3 ms in the function · net · version 0123456789abcdef"]);
});

test("while the pen is down, has just been lifted, or a live answer stands, all is in pencil", () => {
  for (const state of [read(TORN, { line: true }), read(TORN, { resting: false }), read(TORN, {}, null, true), read(TORN, { revision: 2 })]) {
    const { phase, digit, verdict, runner, percents, busy, line } = lookOf(state);
    assert.deepEqual([phase, digit, verdict, runner, percents, busy, line.wrong], ["pencil", "7", "", "", [], true, ""]);
  }
});

test("an answer of an older drawing steps back while a newer one can't be read", () => {
  const status = { kind: "trouble", since: 0, trouble: new Trouble("broken"), retryAt: 3000 };
  const look = lookOf(read(SURE, { revision: 2, status }));
  assert.deepEqual([look.phase, look.verdict], ["stale", "Read before your last change."]);
  assert.deepEqual([look.line.kind, look.line.seconds, look.line.retry], ["trouble", "Trying again in 3 s.", true]);
});

test("a doubt has two names, and both may be the right one", () => {
  const look = lookOf(read(TORN, { choosing: true }));
  assert.deepEqual([look.phase, look.digit, look.runner], ["doubtful", "7?", "or 1"]);
  assert.equal(look.line.choices.length, 10);
  assert.equal(lookOf(read(TORN)).line.wrong, "7 or 1?");
});

test("what was read for sure is no correction of itself", () => {
  const { line } = lookOf(read(SURE, { choosing: true }));
  assert.deepEqual(line.choices, ["0", "1", "2", "3", "4", "5", "6", "8", "9"]);
  assert.match(line.consent, /nothing about you/);
});

test("a number has no bars, and what is unknown no percents", () => {
  assert.equal(lookOf(read(SURE, {}, number)).bars, null);
  const look = lookOf(read(SURE, {}, unknown));
  assert.deepEqual([look.phase, look.digit, look.verdict], ["unknown", "", "No digit I know. Nearest: 7."]);
  assert.ok(look.percents.every((text) => text === ""));
});

test("the line says one thing at a time, the most urgent", () => {
  const said = ({ kind, note, wrong, stored }) => [kind, note !== "", wrong !== "", stored !== ""];
  assert.deepEqual(said(lookOf(read(SURE)).line), ["quiet", false, true, false]);
  assert.deepEqual(said(lookOf(read(SURE, { note: "copied" })).line), ["quiet", true, false, false]);
  assert.deepEqual(said(lookOf(read(SURE, { stored: "1" })).line), ["quiet", false, false, true]);
  const waking = { kind: "waking", since: 0, trouble: null, retryAt: null };
  assert.deepEqual(said(lookOf(read(SURE, { note: "copied", status: waking })).line), ["waking", false, false, false]);
});

test("a reading deserves a word only once it takes long", () => {
  const status = { kind: "reading", since: 0, trouble: null, retryAt: null };
  assert.equal(lookOf(read(SURE, { status, now: 1000 })).line.sentence, "");
  assert.equal(lookOf(read(SURE, { status, now: 2000 })).line.sentence, "Reading…");
});

test("a blank pad invites, and one with ink that is not read yet says nothing", () => {
  assert.equal(lookOf(atFirst(ENGLISH, 0)).verdict, "Draw a digit, or a number.");
  const unread = { ...atFirst(ENGLISH, 0), timeline: drawn, nothing: null };
  assert.deepEqual([lookOf(unread).verdict, lookOf(unread).busy], ["", true]);
});

test("what the page reads by itself is told in one quiet word, and the function isn't missed", () => {
  const status = { kind: "trouble", since: 0, trouble: new Trouble("offline"), retryAt: 3000 };
  const state = read(SURE, { status, reads: true });
  const look = lookOf({ ...state, reading: { ...state.reading, by: "page" } });
  assert.deepEqual([look.phase, look.facts, look.line.kind], ["sure", "Read here in 20 ms, version 0123456", "quiet"]);
  const next = lookOf({ ...state, revision: 2 }); // which is being read
  assert.deepEqual([next.phase, next.verdict, next.line.kind], ["pencil", "", "quiet"]);
});

test("what the page leaves to a function that is away waits for it, and why is told", () => {
  const status = { kind: "trouble", since: 0, trouble: new Trouble("offline"), retryAt: 3000 };
  const look = lookOf(read(SURE, { status, reads: true, revision: 2, left: { revision: 2, guess: null } }));
  assert.deepEqual([look.phase, look.line.kind], ["stale", "trouble"]);
  assert.match(look.verdict, /waits for the reader/);
  const ready = lookOf(read(SURE, { reads: true, revision: 2, left: { revision: 2, guess: null } }));
  assert.deepEqual([ready.phase, ready.verdict], ["pencil", ""]);
});
