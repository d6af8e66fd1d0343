import assert from "node:assert/strict";
import { test } from "node:test";

import { insist } from "../../web/js/corrections.js";
import { Trouble } from "../../web/js/trouble.js";

/** A clock whose pauses are over at once; what they were is noted. */
function clockOf(pauses) {
  return { now: () => 0, setTimeout: (run, ms) => (pauses.push(ms), queueMicrotask(run), 1), clearTimeout: () => {} };
}

/** Fails as told, then succeeds; the number of tries and the pauses between them. */
async function sent(...failures) {
  const pauses = [];
  let tries = 0;
  const outcome = await insist(async () => {
    tries += 1;
    const failure = failures.shift();
    if (failure) throw failure;
  }, clockOf(pauses)).then(() => "kept", (error) => error);
  return { outcome, tries, pauses };
}

test("what is kept at once is sent once", async () => {
  assert.deepEqual(await sent(), { outcome: "kept", tries: 1, pauses: [] });
});

test("a function that is busy is asked again when it says", async () => {
  const busy = [new Trouble("asleep", { retryAfter: 6 }), new Trouble("asleep")];
  assert.deepEqual(await sent(...busy), { outcome: "kept", tries: 3, pauses: [6000, 2000] });
});

test("one that stays busy is given up after four tries", async () => {
  const busy = Array.from({ length: 9 }, () => new Trouble("asleep", { retryAfter: 1 }));
  const { outcome, tries } = await sent(...busy);
  assert.equal(outcome.kind, "asleep");
  assert.equal(tries, 4);
});

test("what is refused is not sent again", async () => {
  for (const kind of ["rejected", "broken", "dropped"]) {
    const { outcome, tries } = await sent(new Trouble(kind));
    assert.deepEqual([outcome.kind, tries], [kind, 1]);
  }
});
