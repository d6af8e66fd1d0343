import assert from "node:assert/strict";
import { test } from "node:test";

import { NOBODY, isUpsideDown, lifted, pressed, reached } from "../../web/js/pointers.js";

const press = (pointerType, pointerId = 1, more = {}) => ({ pointerType, pointerId, isPrimary: true, button: 0, buttons: 1, ...more });

/** The verdicts on one press after another. */
function verdicts(...presses) {
  let hands = NOBODY;
  return presses.map((one) => {
    const [next, verdict] = pressed(hands, one);
    hands = next;
    return verdict;
  });
}

test("a mouse, a finger and a pen draw", () => {
  for (const type of ["mouse", "touch", "pen"]) assert.deepEqual(verdicts(press(type)), ["draw"]);
});

test("another button of a mouse draws nothing", () => {
  assert.deepEqual(verdicts(press("mouse", 1, { button: 2 })), ["ignore"]);
});

test("a pen takes over from the palm that came before it", () => {
  assert.deepEqual(verdicts(press("touch", 1), press("pen", 2)), ["draw", "take over"]);
});

test("once a pen was seen, touches draw nothing", () => {
  const [hands] = pressed(NOBODY, press("pen", 1));
  assert.equal(pressed(lifted(hands), press("touch", 2))[1], "ignore");
  assert.equal(pressed(lifted(hands), press("pen", 3))[1], "draw");
});

test("a second finger takes back a line that has only begun, and none draws until all are gone", () => {
  const second = press("touch", 2, { isPrimary: false });
  const third = press("touch", 3, { isPrimary: false });
  assert.deepEqual(verdicts(press("touch", 1), second, third, press("touch", 4)), ["draw", "take back", "ignore", "draw"]);
});

test("a hand that comes to rest leaves a long line alone", () => {
  const [hands] = pressed(NOBODY, press("touch", 1));
  const [next, verdict] = pressed(reached(hands, 300), press("touch", 2, { isPrimary: false }));
  assert.equal(verdict, "ignore");
  assert.equal(next.holder.pointer, 1);
});

test("a pen held upside down erases", () => {
  assert.equal(isUpsideDown({ pointerType: "pen", buttons: 32 }), true);
  assert.equal(isUpsideDown({ pointerType: "pen", buttons: 1 }), false);
  assert.equal(isUpsideDown({ pointerType: "mouse", buttons: 32 }), false);
});
