import assert from "node:assert/strict";
import { test } from "node:test";

import { paint } from "../../web/js/paint.js";
import { hasInk } from "../../web/js/picture.js";

/** A surface that writes down what is drawn on it. */
function notebook() {
  const lines = [];
  const surface = { lines };
  for (const name of ["save", "restore", "scale", "beginPath", "moveTo", "lineTo", "quadraticCurveTo", "arc"]) {
    surface[name] = (...numbers) => lines.push([name, ...numbers]);
  }
  for (const name of ["stroke", "fill"]) {
    surface[name] = () => lines.push([name, surface.globalCompositeOperation, surface.lineWidth]);
  }
  return surface;
}

function painted(...strokes) {
  const surface = notebook();
  paint(surface, strokes, "black", 280);
  return surface.lines;
}

const named = (lines, name) => lines.filter(([line]) => line === name);

test("a tap is a dot as wide as the pen", () => {
  const lines = painted({ tool: "pen", width: 48, points: [[500, 400, 50]] });
  assert.deepEqual(named(lines, "arc").map(([, x, y, radius]) => [x, y, radius]), [[500, 400, 24]]);
});

test("an even line is one path from its first point to its last", () => {
  const lines = painted({ tool: "pen", width: 48, points: [[0, 0, 50], [100, 0, 50], [100, 100, 50], [0, 100, 50]] });
  assert.deepEqual(named(lines, "stroke"), [["stroke", "source-over", 48]]);
  assert.deepEqual(named(lines, "moveTo"), [["moveTo", 0, 0]]);
  assert.deepEqual(named(lines, "lineTo"), [["lineTo", 0, 100]]);
});

test("a line's curves stay where they are when it grows", () => {
  const points = [[0, 0, 50], [100, 0, 50], [100, 100, 50], [0, 100, 50], [50, 50, 50]];
  const curves = (count) => named(painted({ tool: "pen", width: 48, points: points.slice(0, count) }), "quadraticCurveTo");
  assert.deepEqual(curves(5).slice(0, 2), curves(4));
});

test("a pen's line widens with its pressure", () => {
  const lines = painted({ tool: "pen", width: 50, points: [[0, 0, 0], [100, 0, 50], [200, 0, 100], [300, 0, 100]] });
  assert.deepEqual(named(lines, "stroke").map(([, , width]) => width), [20, 80, 80]);
});

test("the eraser takes away what the pen laid before it", () => {
  const points = [[0, 0, 50], [100, 0, 50]];
  const lines = painted({ tool: "pen", width: 48, points }, { tool: "eraser", width: 110, points });
  assert.deepEqual(named(lines, "stroke").map(([, how]) => how), ["source-over", "destination-out"]);
});

test("a stroke without points draws nothing", () => {
  assert.deepEqual(named(painted({ tool: "pen", width: 48, points: [] }), "stroke"), []);
});

test("ink is what an eraser's soft edge isn't", () => {
  const pixels = (alpha) => new Uint8ClampedArray([0, 0, 0, 0, 0, 0, 0, alpha]);
  assert.equal(hasInk(pixels(255)), true);
  assert.equal(hasInk(pixels(20)), false);
  assert.equal(hasInk(new Uint8ClampedArray(400)), false);
});
