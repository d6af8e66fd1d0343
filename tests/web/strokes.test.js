import assert from "node:assert/strict";
import { test } from "node:test";

import { BLANK, PAD, isBlank, isDot, pointAt, withStroke, worthKeeping } from "../../web/js/strokes.js";

const pen = { tool: "pen", width: 48, points: [[100, 100, 50], [200, 200, 50]] };
const eraser = { ...pen, tool: "eraser" };
const upload = { image: {}, width: 10, height: 10, type: "image/png" };

test("a point is the same on a pad of any size", () => {
  for (const size of [280, 358, 552, 1695]) {
    assert.deepEqual(pointAt(size / 4, size / 2, size, 0.5), [250, 500, 50]);
  }
});

test("a point outside the pad is held at its edge", () => {
  assert.deepEqual(pointAt(-5, 300, 200, 2), [0, PAD, 100]);
});

test("points that nobody could tell apart are kept once", () => {
  assert.equal(worthKeeping([], [1, 1, 50]), true);
  assert.equal(worthKeeping([[100, 100, 50]], [101, 101, 50]), false);
  assert.equal(worthKeeping([[100, 100, 50]], [100, 103, 50]), true);
});

test("a stroke joins the drawing and leaves the one before as it was", () => {
  const one = withStroke(BLANK, pen);
  const two = withStroke(one, eraser);
  assert.deepEqual([BLANK.strokes.length, one.strokes.length, two.strokes.length], [0, 1, 2]);
});

test("a pen stroke over an uploaded picture begins a new drawing, an eraser does nothing to it", () => {
  const uploaded = { strokes: [], upload };
  assert.deepEqual(withStroke(uploaded, pen), { strokes: [pen], upload: null });
  assert.equal(withStroke(uploaded, eraser), uploaded);
});

test("a pad is blank until a pen or a picture was on it", () => {
  assert.equal(isBlank(BLANK), true);
  assert.equal(isBlank({ strokes: [eraser], upload: null }), true);
  assert.equal(isBlank({ strokes: [pen], upload: null }), false);
  assert.equal(isBlank({ strokes: [], upload }), false);
});

test("what the pen drew is a dot up to twice its width", () => {
  const to = (x, y, width = 48) => ({ tool: "pen", width, points: [[100, 100, 50], [x, y, 50]] });
  const cases = [
    [[{ ...pen, points: [[100, 100, 50]] }], true],
    [[to(148, 148)], true],
    [[to(149, 100)], false],
    [[to(100, 149)], false],
    [[to(149, 100, 84)], true],
    [[to(140, 100), to(60, 100)], false],
    [[to(140, 100), { ...eraser, points: [[900, 900, 50]] }], true],
    [[eraser], false],
    [[], false],
  ];
  for (const [strokes, dot] of cases) assert.equal(isDot({ strokes, upload: null }), dot, JSON.stringify(strokes));
  assert.equal(isDot({ strokes: [], upload }), false);
});
