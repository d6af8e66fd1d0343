import assert from "node:assert/strict";
import { test } from "node:test";

import { BURST, createPace, waitFor } from "../../web/js/pace.js";
import { handClock } from "./clock.js";

/** A pace whose every request takes `takes` ms unless it is taken back. */
function setUp(takes) {
  const clock = handClock();
  const log = [];
  let open = 0;
  const pace = createPace((signal, live) => {
    const entry = { at: clock.now(), live, signal, together: ++open };
    log.push(entry);
    return new Promise((resolve) => {
      const end = () => {
        open -= 1;
        resolve();
      };
      const timer = clock.setTimeout(end, takes);
      signal.addEventListener("abort", () => {
        clock.clearTimeout(timer);
        end();
      });
    });
  }, clock);
  return { clock, log, pace };
}

function mostInASecond(times) {
  return Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + 1000).length));
}

test("the wait ends when both the burst and the pen allow", () => {
  assert.equal(waitFor([], 0, null), 0);
  assert.equal(waitFor([0, 100, 200, 300, 400], 500, null), 500);
  assert.equal(waitFor([0], 300, 290), 240);
  assert.equal(waitFor([0, 100, 200, 300, 400], 900, 890), 240);
});

test("while drawing, requests follow one another and never overlap", async () => {
  const { clock, log, pace } = setUp(700);
  for (let time = 0; time < 5000; time += 10) {
    pace.soon();
    await clock.pass(10);
  }
  assert.ok(log.length >= 5);
  assert.ok(log.every(({ live, together, signal }) => live && together === 1 && !signal.aborted));
});

test("however hasty the strokes, no second sees more than five requests", async () => {
  const { clock, log, pace } = setUp(20);
  for (let time = 0; time < 6000; time += 10) {
    if (time % 90 === 0) pace.now();
    else pace.soon();
    await clock.pass(10);
  }
  assert.equal(mostInASecond(log.map(({ at }) => at)), BURST);
});

test("lifting the pen sends at once and takes the older request back", async () => {
  const { clock, log, pace } = setUp(5000);
  pace.soon();
  await clock.pass(400);
  pace.now();
  assert.deepEqual(log.map(({ at, live, signal }) => [at, live, signal.aborted]), [[250, true, true], [400, false, false]]);
});

test("a stroke shorter than a moment is read once", async () => {
  const { clock, log, pace } = setUp(20);
  pace.soon();
  await clock.pass(100);
  pace.now();
  await clock.pass(2000);
  assert.deepEqual(log.map(({ at, live }) => [at, live]), [[100, false]]);
});

test("nothing is sent after cancel", async () => {
  const { clock, log, pace } = setUp(500);
  pace.now();
  await clock.pass(100);
  pace.soon();
  pace.cancel();
  await clock.pass(3000);
  assert.equal(log.length, 1);
  assert.equal(log[0].signal.aborted, true);
});
