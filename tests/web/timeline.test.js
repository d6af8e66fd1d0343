import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, record, redo, undo } from "../../web/js/timeline.js";

const abc = ["b", "c"].reduce(record, begin("a"));

test("undo goes back to the beginning and stays there, redo to the end", () => {
  const back = undo(undo(undo(undo(abc))));
  assert.equal(back.present, "a");
  assert.equal(redo(redo(redo(redo(back)))).present, "c");
});

test("redo takes back exactly one undo", () => {
  assert.deepEqual(redo(undo(abc)), abc);
});

test("a change after an undo forgets what was undone", () => {
  const changed = record(undo(abc), "d");
  assert.equal(redo(changed).present, "d");
  assert.equal(undo(changed).present, "b");
});

test("recording what is there already adds no step", () => {
  assert.equal(record(abc, "c"), abc);
});

test("the number of steps is bounded", () => {
  let timeline = begin(0);
  for (let step = 1; step <= 1000; step++) timeline = record(timeline, step);
  assert.equal(timeline.past.length, 200);
  assert.equal(undo(timeline).present, 999);
});
