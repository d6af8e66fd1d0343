import assert from "node:assert/strict";
import { test } from "node:test";

import { words } from "../../web/js/sentences/en.js";
import { atFirst, isAway, isLeft, news, outranks } from "../../web/js/state.js";
import { begin } from "../../web/js/timeline.js";
import { Trouble } from "../../web/js/trouble.js";

const drawn = begin({ strokes: [{ tool: "pen", width: 48, points: [[100, 100, 50], [900, 900, 50]] }], upload: null });

function reading(by, { digit = 7, revision = 1, live = false, share = 0.99 } = {}) {
  const probabilities = Array.from({ length: 10 }, (_, i) => (i === digit ? share : (1 - share) / 9));
  const answer = { probabilities, written: null, seen: null, version: "v", architecture: "a", milliseconds: null };
  return { answer, picture: "", revision, live, took: 1, by };
}

const state = (more) => ({ ...atFirst({ language: "en", words }, 0), timeline: drawn, revision: 1, nothing: null, ...more });

test("of one drawing the function's reading counts more than the page's, and that more than a guess", () => {
  const ranked = [reading("guess"), reading("page"), reading("function")];
  for (const [i, one] of ranked.entries()) {
    for (const [j, other] of ranked.entries()) assert.equal(outranks(one, other), i >= j);
  }
});

test("a reading of a later drawing counts more, whoever read it, and a final one more than one in passing", () => {
  assert.ok(outranks(reading("guess", { revision: 2 }), reading("function")));
  assert.ok(!outranks(reading("function"), reading("page", { revision: 2 })));
  assert.ok(outranks(reading("page"), reading("function", { live: true })));
  assert.ok(!outranks(reading("function", { live: true }), reading("page")));
  assert.ok(outranks(reading("guess"), null));
});

test("that the function says the same is no news, and another digit or another drawing is", () => {
  const before = state({ reading: reading("page") });
  assert.equal(news(state({ reading: reading("function", { share: 0.98 }) }), before), null);
  const other = reading("function", { digit: 1 });
  assert.equal(news(state({ reading: other }), before), other);
  const next = reading("page", { revision: 2 });
  assert.equal(news(state({ reading: next, revision: 2 }), before), next);
  assert.equal(news(before, state({ reading: null })), before.reading);
});

test("the function is away while it wakes or fails, not when it turns a picture down", () => {
  const status = (kind, trouble = null) => state({ status: { kind, since: 0, trouble, retryAt: null } });
  assert.deepEqual(["ready", "reading", "waking"].map((kind) => isAway(status(kind))), [false, false, true]);
  assert.equal(isAway(status("trouble", new Trouble("offline"))), true);
  assert.equal(isAway(status("trouble", new Trouble("rejected"))), false);
});

test("a drawing is left to the function until anybody has read it", () => {
  const left = { revision: 1, guess: null };
  assert.equal(isLeft(state({ left })), true);
  assert.equal(isLeft(state({ left, reading: reading("function") })), false);
  assert.equal(isLeft(state({ left: { revision: 0, guess: null } })), false);
});
