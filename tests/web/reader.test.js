import assert from "node:assert/strict";
import { test } from "node:test";

import { createReader } from "../../web/js/reader.js";
import { Trouble } from "../../web/js/trouble.js";
import { handClock } from "./clock.js";

const answer = { probabilities: Array(10).fill(0.1), seen: null, version: "v", architecture: "a", milliseconds: 1 };

/** A reader on a service that fails as listed, then does well. */
function setUp({ wakes = [], reads = [], picture = "data:one", watched = false, meanwhile = () => {} } = {}) {
  const clock = handClock();
  const seen = { status: [], readings: [], wakes: [], reads: [], versions: [] };
  const state = { picture, revision: 1 };
  const reader = createReader({
    clock,
    revision: () => state.revision,
    picture: () => state.picture,
    isWatched: () => watched,
    service: {
      async wake() {
        seen.wakes.push(clock.now());
        const trouble = wakes.shift();
        if (trouble) throw trouble;
        return "v";
      },
      async read(image) {
        seen.reads.push([clock.now(), image]);
        meanwhile(state);
        const trouble = reads.shift();
        if (trouble) throw trouble;
        return answer;
      },
    },
    onStatus: (status) => seen.status.push(status),
    onReading: (reading) => seen.readings.push(reading),
    onNothing: () => seen.readings.push(null),
    onAwake: (version) => seen.versions.push(version),
  });
  return { clock, reader, seen, state, kind: () => seen.status.at(-1)?.kind };
}

test("nothing is read before the function is awake, then what is there at once", async () => {
  const { clock, reader, seen, kind } = setUp();
  reader.rests();
  await clock.pass(10);
  assert.equal(seen.reads.length, 0);
  reader.arrive();
  await clock.pass(10);
  assert.deepEqual(seen.versions, ["v"]);
  assert.equal(seen.readings.at(-1).picture, "data:one");
  assert.equal(kind(), "ready");
});

test("an answer tells which revision of the drawing it is of", async () => {
  const change = (state) => Object.assign(state, { picture: "data:two", revision: 2 });
  const { clock, reader, seen } = setUp({ meanwhile: change });
  reader.arrive();
  await clock.pass(10);
  assert.deepEqual(seen.readings.map(({ picture, revision }) => [picture, revision]), [["data:one", 1]]);
  reader.rests();
  await clock.pass(1000);
  const last = seen.readings.at(-1);
  assert.deepEqual([last.picture, last.revision], ["data:two", 2]);
});

test("somebody who waits for an answer waits at most five seconds for the next try", async () => {
  const wakes = Array.from({ length: 6 }, () => new Trouble("unreachable"));
  const { clock, reader, seen } = setUp({ wakes, watched: true });
  reader.arrive();
  await clock.pass(120_000);
  const gaps = seen.wakes.slice(1).map((at, index) => (at - seen.wakes[index]) / 1000);
  assert.deepEqual(gaps, [1, 2, 4, 5, 5, 5]);
});

test("a visitor's own strokes make nobody wait longer", async () => {
  const { clock, reader, seen } = setUp({ reads: Array.from({ length: 8 }, () => new Trouble("broken")) });
  reader.arrive();
  for (let stroke = 0; stroke < 6; stroke += 1) {
    await clock.pass(300);
    reader.rests();
  }
  await clock.pass(100);
  const { retryAt } = seen.status.at(-1);
  assert.ok(retryAt - clock.now() <= 1000, "as after the first failure");
});

test("a sleeping function is asked again when it said so, and its waking counts as one", async () => {
  const asleep = new Trouble("asleep", { retryAfter: 5 });
  const { clock, reader, seen, kind } = setUp({ wakes: [asleep, asleep] });
  reader.arrive();
  await clock.pass(9000);
  assert.equal(kind(), "waking");
  assert.deepEqual(new Set(seen.status.map(({ since }) => since)), new Set([0]));
  await clock.pass(2000);
  assert.deepEqual(seen.wakes, [0, 5000, 10000]);
  assert.equal(kind(), "ready");
});

test("failures are tried again later and later", async () => {
  const { clock, reader, seen, kind } = setUp({ wakes: Array.from({ length: 7 }, () => new Trouble("unreachable")) });
  reader.arrive();
  await clock.pass(120_000);
  const gaps = seen.wakes.slice(1).map((at, index) => (at - seen.wakes[index]) / 1000);
  assert.deepEqual(gaps, [1, 2, 4, 8, 16, 30, 30]);
  assert.equal(kind(), "ready");
});

test("a reading that fails is read again, with the drawing as it is by then", async () => {
  const { clock, reader, seen, state, kind } = setUp({ reads: [new Trouble("dropped")] });
  reader.arrive();
  await clock.pass(500);
  assert.equal(kind(), "trouble");
  state.picture = "data:two";
  await clock.pass(1000);
  assert.equal(seen.readings.at(-1).picture, "data:two");
  assert.equal(kind(), "ready");
});

test("a function that falls asleep between two readings is woken again", async () => {
  const { clock, reader, seen, kind } = setUp({ reads: [new Trouble("asleep", { retryAfter: 2 })] });
  reader.arrive();
  await clock.pass(1000);
  assert.equal(kind(), "waking");
  await clock.pass(2000);
  assert.equal(seen.wakes.length, 2);
  assert.equal(seen.readings.length, 1);
  assert.equal(kind(), "ready");
});

test("a refused picture is not sent again by itself", async () => {
  const { clock, reader, seen, kind } = setUp({ reads: [new Trouble("rejected", { detail: "why" })] });
  reader.arrive();
  await clock.pass(100_000);
  assert.equal(seen.reads.length, 1);
  assert.deepEqual(seen.readings, [null], "and no older answer stands for it");
  assert.equal(kind(), "trouble");
});

test("in trouble, a moving pen asks nothing and a lifted one does", async () => {
  const { clock, reader, seen } = setUp({ reads: [new Trouble("broken", { retryAfter: 60 })] });
  reader.arrive();
  await clock.pass(100);
  reader.moves();
  await clock.pass(1000);
  assert.equal(seen.reads.length, 1);
  reader.rests();
  await clock.pass(100);
  assert.equal(seen.readings.length, 1);
});

test("a blank pad is never read and ends the trouble", async () => {
  const { clock, reader, seen, state, kind } = setUp({ reads: [new Trouble("broken")] });
  reader.arrive();
  await clock.pass(100);
  assert.equal(kind(), "trouble");
  state.picture = null;
  reader.rests();
  await clock.pass(100_000);
  assert.equal(seen.reads.length, 1);
  assert.equal(seen.readings.at(-1), null);
  assert.equal(kind(), "ready");
});
