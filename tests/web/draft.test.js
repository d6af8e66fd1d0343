import assert from "node:assert/strict";
import { test } from "node:test";

import { keepDraft, keptDraft } from "../../web/js/draft.js";
import { EXAMPLES } from "../../web/js/examples.js";

/** A tab's storage. */
function storage(kept = new Map()) {
  return () => ({ setItem: (key, text) => kept.set(key, text), getItem: (key) => kept.get(key) ?? null });
}

test("a drawing that was kept comes back as it was, the last one only", () => {
  const tab = storage();
  for (const { strokes } of EXAMPLES) {
    keepDraft(tab, strokes, "");
    assert.deepEqual(keptDraft(tab), { strokes, picture: "" });
  }
  keepDraft(tab, [], "data:image/png;base64,AA");
  assert.deepEqual(keptDraft(tab), { strokes: [], picture: "data:image/png;base64,AA" });
});

test("a tab that kept nothing gives nothing", () => {
  assert.equal(keptDraft(storage()), null);
});

test("a browser that refuses to keep anything is no trouble", () => {
  const refused = () => {
    throw new DOMException("access denied", "SecurityError");
  };
  keepDraft(refused, EXAMPLES[0].strokes, "");
  assert.equal(keptDraft(refused), null);
});
