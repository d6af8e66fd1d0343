import assert from "node:assert/strict";
import { test } from "node:test";

import { createCorrections, insist } from "../../web/js/corrections.js";
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

/** A tab's storage, and corrections in it that fail as told. */
function tab(...failures) {
  const items = new Map();
  const storage = { getItem: (key) => items.get(key) ?? null, setItem: (key, text) => items.set(key, text) };
  const seen = { sent: [], stored: [] };
  const service = {
    async correct(correction) {
      seen.sent.push(correction);
      const failure = failures.shift();
      if (failure) throw failure;
    },
  };
  const open = () => createCorrections(service, clockOf([]), () => storage, ({ label }) => seen.stored.push(label));
  return { seen, open };
}

test("what can't be sent waits in the tab, over a reload, and is sent once, as it was made", async () => {
  const { seen, open } = tab(new Trouble("offline"), new Trouble("dropped"));
  const before = open();
  assert.equal(await before.store("data:one", "7", "1"), "waits");
  assert.equal(await before.store("data:one", "7", "1"), "waits");
  assert.equal(before.labelOf("data:one"), null);
  const after = open();
  await after.send(); // the line is still down
  await Promise.all([after.send(), after.send()]);
  await after.send();
  assert.equal(seen.sent.length, 3);
  assert.equal(new Set(seen.sent.map((one) => JSON.stringify(one))).size, 1);
  assert.deepEqual(seen.stored, ["7"]);
  assert.equal(after.labelOf("data:one"), "7");
  assert.equal(seen.sent[0].consent, true);
});

test("what the function refuses doesn't wait", async () => {
  const { seen, open } = tab(new Trouble("rejected"), new Trouble("offline"), new Trouble("rejected"));
  const corrections = open();
  assert.equal(await corrections.store("data:one", "7", "1"), "refused");
  assert.equal(await corrections.store("data:two", "7", "1"), "waits");
  await corrections.send();
  await corrections.send();
  assert.equal(seen.sent.length, 3);
  assert.deepEqual(seen.stored, []);
});
