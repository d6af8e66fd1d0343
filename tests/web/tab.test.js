import assert from "node:assert/strict";
import { test } from "node:test";

import { EXAMPLES } from "../../web/js/examples.js";
import { NOTHING, keep, kept, withDigit, withRecent } from "../../web/js/tab.js";

const drawings = EXAMPLES.map(({ strokes }) => strokes);
const line = (x) => [{ tool: "pen", width: 48, points: [[x, 100, 50], [x, 900, 50]] }];

/** A tab's storage. */
function storage(items = new Map()) {
  return () => ({ setItem: (key, text) => items.set(key, text), getItem: (key) => items.get(key) ?? null });
}

test("the last six drawings are remembered, the latest first, none twice", () => {
  const all = [...drawings, line(500), drawings[1]].reduce(withRecent, NOTHING);
  assert.deepEqual(all.recent, [drawings[1], line(500), drawings[5], drawings[4], drawings[3], drawings[2]]);
});

test("the first drawing of a digit stays", () => {
  const one = withDigit(NOTHING, 7, line(1));
  assert.equal(withDigit(one, 7, line(2)), one);
  assert.deepEqual(one.ten.map((strokes) => strokes !== null), Array.from({ length: 10 }, (_, digit) => digit === 7));
});

test("a tab gives back what it kept, and nothing where it kept none or something else", () => {
  const tab = storage();
  assert.deepEqual(kept(tab), NOTHING);
  const all = withDigit(withRecent(NOTHING, drawings[0]), 3, drawings[1]);
  keep(tab, all);
  assert.deepEqual(kept(tab), all);
  for (const text of ["{}", "[]", "null", '{"recent": 1, "ten": []}', '{"recent": ["x"], "ten": ["x"]}']) {
    assert.deepEqual(kept(storage(new Map([["digits-kept", text]]))), NOTHING, text);
  }
});
