import assert from "node:assert/strict";
import { test } from "node:test";

import { originIn, toldTo } from "../../web/js/told.js";

test("an address names one origin, and nothing else passes for one", () => {
  assert.equal(originIn("?origin=https://example.org"), "https://example.org");
  assert.equal(originIn("?lang=de&origin=http%3A%2F%2Flocalhost%3A3000"), "http://localhost:3000");
  for (const search of ["", "?", "?origin=", "?origin=*", "?origin=null", "?origin=example.org", "?origin=javascript:1"]) {
    assert.equal(originIn(search), null, search);
  }
  for (const more of ["https://example.org/", "https://example.org/page", "https://a@example.org", "file:///etc"]) {
    assert.equal(originIn(`?origin=${encodeURIComponent(more)}`), null, more);
  }
});

test("what is told is the reading and no more", () => {
  const probabilities = [0, 0, 0, 0, 0.9, 0, 0.1, 0, 0, 0];
  const number = { kind: "number", text: "42", confidence: 0.97, parts: [] };
  assert.deepEqual(toldTo({ probabilities, written: number }), { type: "digits-reading", kind: "number", text: "42", confidence: 0.97 });
  assert.deepEqual(toldTo({ probabilities, written: null }), { type: "digits-reading", kind: "digit", text: "4", confidence: 0.9 });
});
