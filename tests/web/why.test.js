import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parseWeights } from "../../web/js/network/file.js";
import { createNetwork } from "../../web/js/network/network.js";
import { sharesOf } from "../../web/js/network/shares.js";
import { MOST_STROKES, readWithout, whyOf } from "../../web/js/network/why.js";
import { arc, layer } from "./pen.js";

const file = readFileSync(new URL("../../web/weights/digits.safetensors", import.meta.url));
const network = createNetwork(parseWeights(new Uint8Array(file).buffer));
const SIDE = 140;

const UPPER = [0.5, 0.25, 0.27, 0.25];
const LOWER = [0.5, 0.74, 0.32, 0.26];

/** Of each pair, what is drawn, and the stroke that makes another digit of it. */
const PLANTED = {
  "1 → 7": [[[[0.62, 0.02], [0.54, 0.5], [0.46, 1]]], [[0.12, 0.03], [0.62, 0.02]]],
  "1 → 4": [[[[0.62, 0.02], [0.58, 0.5], [0.56, 1]]], [[0.5, 0.04], [0.14, 0.62], [0.86, 0.6]]],
  "3 → 8": [
    [[...arc(...UPPER, 215, 440), ...arc(...LOWER, 280, 500)]],
    [...arc(...UPPER, 215, 100), ...arc(...LOWER, 260, 140)],
  ],
  "5 → 6": [
    [[[0.7, 0.02], [0.32, 0.06], [0.26, 0.46], ...arc(0.46, 0.7, 0.32, 0.29, 240, 480)]],
    [[0.27, 0.45], [0.2, 0.68], [0.24, 0.86], [0.36, 0.97]],
  ],
};

/** The same drawing by other hands: slanted, stretched, at another size and place, by another pen. */
function* hands(strokes, count) {
  let state = 7;
  const random = (low, high) => low + ((high - low) * (state = (state * 48271) % 2147483647)) / 2147483647;
  for (let i = 0; i < count; i++) {
    const [slant, wide, size, width] = [random(-0.2, 0.2), random(0.75, 1.1), random(0.45, 0.8), random(0.035, 0.08)];
    const [left, top] = [random(0.1, 0.9 - size), random(0.06, 0.94 - size)];
    const place = ([x, y]) => [left + size * (0.5 + (x - 0.5) * wide + (0.5 - y) * slant), top + size * y];
    yield strokes.map((points) => layer(points.map(place), SIDE, width * SIDE));
  }
}

test("shares sum to what all are worth, less what none is", () => {
  for (let count = 1; count <= MOST_STROKES; count++) {
    const worth = (present) => Math.sin(present.reduce((number, each) => 2 * number + Number(each), 1));
    const shares = sharesOf(count, worth);
    const all = worth(Array(count).fill(true)) - worth(Array(count).fill(false));
    assert.ok(Math.abs(shares.reduce((sum, each) => sum + each, 0) - all) < 1e-12);
  }
});

test("who adds the same has the same share, who adds nothing has none, and sums of worths have sums of shares", () => {
  const one = ([a, b, c]) => Number(a && b) + 0 * Number(c);
  assert.deepEqual(sharesOf(3, one), [0.5, 0.5, 0]);
  const other = (present) => present.filter(Boolean).length ** 2;
  const sum = sharesOf(3, (present) => one(present) + other(present));
  sharesOf(3, other).forEach((share, i) => assert.ok(Math.abs(sum[i] - share - sharesOf(3, one)[i]) < 1e-12));
});

test("the stroke that makes another digit of a drawing comes first", () => {
  const counts = {};
  for (const [name, [rest, planted]] of Object.entries(PLANTED)) {
    const found = (counts[name] = { first: 0, all: 0 });
    for (const layers of hands([...rest, planted], 25)) {
      const why = whyOf(layers, SIDE, network);
      const without = readWithout(layers, SIDE, layers.length - 1, network);
      if (why === null || without.nearest === why.digit) continue; // for this hand it makes no other digit
      found.all += 1;
      found.first += Number(why.first === layers.length - 1);
    }
  }
  const [first, all] = ["first", "all"].map((key) => Object.values(counts).reduce((sum, each) => sum + each[key], 0));
  for (const [name, each] of Object.entries(counts)) assert.ok(each.all >= 8, `${name}: ${JSON.stringify(each)}`);
  assert.ok(first >= 0.95 * all, JSON.stringify(counts));
});

test("the shares sum to the difference that both digits' probabilities make", () => {
  let told = 0;
  for (const [rest, planted] of Object.values(PLANTED)) {
    for (const layers of hands([...rest, planted, [[0.1, 0.9]]], 4)) {
      const why = whyOf(layers, SIDE, network);
      if (why === null) continue; // with the dot, this hand's drawing is no digit
      const { probabilities } = readWithout([...layers, layer([[0, 0]], SIDE, 0)], SIDE, layers.length, network);
      const sum = why.shares.reduce((total, each) => total + each, 0);
      assert.ok(Math.abs(sum - (probabilities[why.digit] - probabilities[why.rival])) < 1e-3);
      told += 1;
    }
  }
  assert.ok(told >= 8, `${told} drawings were digits`);
});

test("an eraser has no share, and what it took away counts as away", () => {
  const [rest, planted] = PLANTED["1 → 7"];
  const [layers] = hands([...rest, planted], 1);
  const loose = layer([[0.9, 0.9], [0.95, 0.95]], SIDE, SIDE / 12);
  const eraser = layer([[0.9, 0.9], [0.95, 0.95]], SIDE, SIDE / 4, "eraser");
  const plain = whyOf(layers, SIDE, network);
  const { digit, rival, shares, first } = whyOf([...layers, loose, eraser], SIDE, network);
  assert.deepEqual([digit, rival, first], [plain.digit, plain.rival, plain.first]);
  assert.equal(shares[3], 0);
  assert.ok(Math.abs(shares[2]) < 1e-6);
});

test("no share is told of one stroke, of too many, of nothing, or of what is no digit", () => {
  const [stem, bar] = [layer([[0.6, 0.1], [0.5, 0.9]], SIDE), layer([[0.2, 0.1], [0.6, 0.1]], SIDE)];
  assert.equal(whyOf([stem], SIDE, network), null);
  assert.equal(whyOf(Array(MOST_STROKES + 1).fill(stem), SIDE, network), null);
  const empty = { tool: "pen", alpha: new Uint8Array(SIDE * SIDE) };
  assert.equal(whyOf([empty, empty], SIDE, network), null);
  const face = [arc(0.5, 0.5, 0.4, 0.4, 0, 360), [[0.35, 0.4]], [[0.65, 0.4]], arc(0.5, 0.55, 0.2, 0.2, 20, 160)];
  assert.equal(whyOf(face.map((points) => layer(points, SIDE)), SIDE, network), null);
  assert.notEqual(whyOf([stem, bar], SIDE, network), null);
});

test("the rest is read alone: as another digit, as the same, as nothing, or as what one look can't tell", () => {
  const [rest, planted] = PLANTED["1 → 7"];
  const [layers] = hands([...rest, planted], 1);
  const without = (index, ...more) => {
    const { kind, text } = readWithout([...layers, ...more], SIDE, index, network);
    return [kind, text];
  };
  assert.deepEqual(without(1), ["digit", "1"]);
  assert.deepEqual(without(2, layer([[0.5, 0.5]], SIDE, 1)), ["digit", "7"]);
  assert.equal(readWithout(layers.slice(0, 1), SIDE, 0, network).kind, "blank");
  assert.deepEqual(without(1, layer([[0.9, 0.1], [0.88, 0.9]], SIDE)), ["several", ""]);
});

test("a bar across a seven and a slash through a zero make no other digit", () => {
  const crossed = [[[0.12, 0.05], [0.8, 0.03], [0.42, 1]], [[0.34, 0.5], [0.78, 0.48]]];
  const slashed = [arc(0.5, 0.5, 0.36, 0.48, -90, 270), [[0.24, 0.82], [0.76, 0.18]]];
  for (const [digit, strokes] of [["7", crossed], ["0", slashed]]) {
    let told = 0;
    for (const layers of hands(strokes, 25)) {
      const { kind, text } = readWithout(layers, SIDE, 1, network);
      if (kind === "digit") assert.equal(text, digit);
      told += Number(kind === "digit");
    }
    assert.ok(told >= 15, `${digit}: ${told}`);
  }
});
