import assert from "node:assert/strict";
import { test } from "node:test";

import { between, guess, moved, sized } from "../../web/js/crop.js";

/** Paper of a level, with dark rectangles: left, top, right, bottom. */
function paper(width, height, ...marks) {
  const gray = new Uint8Array(width * height).fill(200);
  for (const [left, top, right, bottom] of marks) {
    for (let y = top; y < bottom; y++) gray.fill(40, y * width + left, y * width + right);
  }
  return gray;
}

const near = (box, expected) => box.forEach((side, index) => assert.ok(Math.abs(side - expected[index]) < 1e-9, String(box)));

test("the first guess is around the ink, with a margin", () => {
  near(guess(paper(100, 50, [40, 10, 45, 30]), 100), [0.36, 0.12, 0.13, 0.56]);
});

test("a ruled line that runs into the edge, and grain, are not framed", () => {
  const plain = guess(paper(100, 50, [40, 10, 45, 30]), 100);
  near(guess(paper(100, 50, [40, 10, 45, 30], [0, 40, 100, 42], [90, 5, 91, 6]), 100), plain);
});

test("a slow shadow is no ink, and blank paper gives the middle", () => {
  const shadow = Uint8Array.from({ length: 5000 }, (_, index) => 80 + (index % 100));
  for (const gray of [shadow, paper(100, 50)]) near(guess(gray, 100), [0.2, 0.2, 0.6, 0.6]);
});

test("a frame stays inside the photograph however it is moved, sized or drawn", () => {
  near(moved([0.2, 0.2, 0.5, 0.5], 2, -2), [0.5, 0, 0.5, 0.5]);
  near(sized([0.9, 0.2, 0.1, 0.5], 0.5, -2), [0.4, 0.2, 0.6, 0.05]);
  near(between([0.8, 1.5], [0.2, -1]), [0.2, 0, 0.6, 1]);
  near(between([1, 1], [1, 1]), [0.95, 0.95, 0.05, 0.05]);
});
