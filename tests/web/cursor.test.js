import assert from "node:assert/strict";
import { test } from "node:test";

import { CELLS, MIDDLE, center, moved } from "../../web/js/cursor.js";

test("the arrows move by a cell and their neighbors diagonally", () => {
  const from = { column: 5, row: 5, down: true };
  const where = (key) => {
    const { column, row, down } = moved(from, key);
    return [column, row, down];
  };
  assert.deepEqual(where("ArrowLeft"), [4, 5, true]);
  assert.deepEqual(where("ArrowDown"), [5, 6, true]);
  assert.deepEqual(where("PageUp"), [6, 4, true]);
  assert.deepEqual(where("End"), [4, 6, true]);
});

test("other keys are not the cursor's", () => {
  for (const key of ["Tab", "Enter", "a", "toString", "constructor"]) assert.equal(moved(MIDDLE, key), null);
});

test("the cursor stays on the pad wherever it is sent", () => {
  let cursor = MIDDLE;
  for (const key of ["ArrowLeft", "ArrowUp", "PageDown", "End", "Home", "ArrowRight", "ArrowDown"]) {
    for (let press = 0; press < 2 * CELLS; press++) {
      cursor = moved(cursor, key);
      const [x, y] = center(cursor);
      assert.ok(x > 0 && x < 1000 && y > 0 && y < 1000);
    }
  }
});
