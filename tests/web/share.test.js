import assert from "node:assert/strict";
import { test } from "node:test";

import { EXAMPLES } from "../../web/js/examples.js";
import { decode, encode } from "../../web/js/share.js";

/** A small generator of numbers that are the same in every run. */
function numbers(seed) {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

function randomStrokes(random) {
  return Array.from({ length: random(6) }, () => {
    const pressed = random(2) === 1;
    return {
      tool: random(2) === 1 ? "eraser" : "pen",
      width: 1 + random(1000),
      points: Array.from({ length: 1 + random(80) }, () => [random(1001), random(1001), pressed ? random(101) : 50]),
    };
  });
}

test("any strokes come back from their text as they were", () => {
  const random = numbers(7);
  for (let round = 0; round < 500; round++) {
    const strokes = randomStrokes(random);
    const text = encode(strokes);
    assert.match(text, /^[\w-]*$/, "safe in any address");
    assert.deepEqual(decode(text), strokes);
  }
});

test("a drawing's text is short enough for a message", () => {
  for (const { strokes } of EXAMPLES) assert.ok(encode(strokes).length < 150);
});

test("text that was not made by encode gives null and never throws", () => {
  for (const text of ["", "x", "AQ==AQ", "section-2", "%7B%7D", "Ag", "💧", "AQBbroken", "_".repeat(5000)]) {
    assert.equal(decode(text), null, text);
  }
});

test("text cut anywhere gives null or whole strokes inside the pad", () => {
  const random = numbers(11);
  for (let round = 0; round < 200; round++) {
    const text = encode(randomStrokes(random));
    const strokes = decode(text.slice(0, random(text.length + 1)));
    for (const { width, points } of strokes ?? []) {
      assert.ok(width >= 1 && points.length >= 1);
      assert.ok(points.every(([x, y, p]) => x >= 0 && x <= 1000 && y >= 0 && y <= 1000 && p >= 0 && p <= 100));
    }
  }
});

test("scrambled text never throws", () => {
  const random = numbers(13);
  for (let round = 0; round < 2000; round++) {
    const bytes = [1, ...Array.from({ length: random(40) }, () => random(256))];
    decode(Buffer.from(bytes).toString("base64url"));
  }
});

test("a link can't make the page draw without end", () => {
  const points = Array.from({ length: 11_000 }, (_, i) => [i % 1000, 0, 50]);
  const stroke = { tool: "pen", width: 48, points };
  assert.notEqual(decode(encode([stroke])), null);
  assert.equal(decode(encode([stroke, stroke])), null);
});
