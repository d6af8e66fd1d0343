import assert from "node:assert/strict";
import { test } from "node:test";

import { movesIn } from "../../web/js/pad.js";

test("a move holds those that the browser rolled into it", () => {
  const [first, second] = [{ clientX: 1 }, { clientX: 2 }];
  assert.deepEqual(movesIn({ clientX: 2, getCoalescedEvents: () => [first, second] }), [first, second]);
});

test("a move stands for itself where the browser tells of none in it", () => {
  const untold = { clientX: 2, getCoalescedEvents: () => [] };
  const unable = { clientX: 2 };
  for (const event of [untold, unable]) assert.deepEqual(movesIn(event), [event]);
});
