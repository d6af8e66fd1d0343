import assert from "node:assert/strict";
import { test } from "node:test";

import { onPad } from "../../web/js/parts.js";
import { placeOf } from "../../web/js/strokes.js";

test("a box of a drawing lies on the pad as in the drawing", () => {
  assert.deepEqual(onPad([0.1, 0.2, 0.3, 0.4], placeOf({ strokes: [], upload: null })), [0.1, 0.2, 0.3, 0.4]);
});

test("a box of an upload lies where the pad shows the upload", () => {
  const wide = placeOf({ strokes: [], upload: { image: null, width: 800, height: 400, type: "image/png" } });
  assert.deepEqual(wide, [0, 0.25, 1, 0.5]);
  assert.deepEqual(onPad([0.5, 0.5, 0.25, 0.5], wide), [0.5, 0.5, 0.25, 0.25]);
  const high = placeOf({ strokes: [], upload: { image: null, width: 400, height: 800, type: "image/png" } });
  assert.deepEqual(onPad([0, 0, 1, 1], high), [0.25, 0, 0.5, 1]);
});
