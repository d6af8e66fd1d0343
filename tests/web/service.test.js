import assert from "node:assert/strict";
import { test } from "node:test";

import { sentenceOf } from "../../web/js/look.js";
import { words } from "../../web/js/sentences/en.js";
import { connect } from "../../web/js/service.js";

const good = { probabilities: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] };
const still = new AbortController().signal;

/** A function that answers each path as told; a missing path is a broken line. */
function serviceOf(answers, address = "https://digits.example/fn") {
  const asked = [];
  const service = connect(address, async (url, init = {}) => {
    asked.push({ url, ...init });
    const path = url.slice("https://digits.example/fn/".length);
    const answer = answers[init.mode === "no-cors" ? `opaque ${path}` : path];
    if (answer === undefined) throw new TypeError("Failed to fetch");
    const { status = 200, headers, body } = answer;
    return new Response(typeof body === "string" ? body : JSON.stringify(body ?? {}), { status, headers });
  });
  return { service, asked };
}

async function troubleOf(promise) {
  const trouble = await promise.then(() => null, (error) => error);
  return [trouble?.kind, trouble?.retryAfter, trouble?.detail];
}

test("a picture is posted as text, which needs no preflight", async () => {
  const { service, asked } = serviceOf({ "?seen=1": { body: good } });
  const answer = await service.read("data:,", still);
  assert.deepEqual(answer.probabilities, good.probabilities);
  assert.equal(asked[0].url, "https://digits.example/fn/?seen=1");
  assert.deepEqual(asked[0].headers, { "Content-Type": "text/plain" });
  assert.deepEqual(JSON.parse(asked[0].body), { image: "data:," });
});

test("an address with a slash at its end is the same address", async () => {
  const { service, asked } = serviceOf({ model: { body: { version: "v1" } } }, "https://digits.example/fn/");
  assert.equal(await service.wake(), "v1");
  assert.equal(asked[0].url, "https://digits.example/fn/model");
});

test("statuses become troubles", async () => {
  const cases = [
    [{ status: 503, headers: { "Retry-After": "7" }, body: { detail: "d" } }, ["asleep", 7, "d"]],
    [{ status: 503 }, ["asleep", null, ""]],
    [{ status: 503, headers: { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" } }, ["asleep", null, ""]],
    [{ status: 503, headers: { "Retry-After": "86400" } }, ["asleep", null, ""]],
    [{ status: 500, body: "<h1>500</h1>" }, ["broken", null, ""]],
    [{ status: 429, headers: { "Retry-After": "3" } }, ["busy", 3, ""]],
    [{ status: 422, body: { detail: "Nothing is drawn." } }, ["rejected", null, "Nothing is drawn."]],
    [{ body: "It works!" }, ["garbled", null, ""]],
    [{ body: { probabilities: [1] } }, ["garbled", null, ""]],
  ];
  for (const [answer, expected] of cases) {
    assert.deepEqual(await troubleOf(serviceOf({ "?seen=1": answer }).service.read("data:,", still)), expected);
  }
});

test("a rejected picture is explained in a sentence for people", async () => {
  const unread = "The reader couldn’t read this picture.";
  const cases = [
    [{ code: "no-ink", detail: "expected a drawing, got none" }, "Nothing is drawn on this picture, or too faintly."],
    [{ code: "not-a-picture", detail: "expected PNG" }, "The reader can’t open this picture. It may be damaged."],
    [{ code: "too-large", detail: "expected" }, "This picture is too large for the reader. Try a smaller one."],
    [{ code: "malformed", detail: "expected 10 pixels, got 3" }, `${unread} Expected 10 pixels, got 3.`],
    [{ code: "constructor", detail: "no." }, `${unread} No.`],
    [{}, unread],
    ["<h1>400</h1>", unread],
  ];
  for (const [body, sentence] of cases) {
    const reading = serviceOf({ "?seen=1": { status: 400, body } }).service.read("data:,", still);
    const trouble = await reading.catch((error) => error);
    assert.equal(sentenceOf({ kind: "trouble", trouble }, words), sentence);
  }
});

test("a broken line, a refused origin and a dead address are told apart", async () => {
  const cases = [
    [{ health: {} }, "dropped"],
    [{ "opaque health": {} }, "foreign"],
    [{}, "unreachable"],
  ];
  for (const [answers, kind] of cases) {
    assert.equal((await troubleOf(serviceOf(answers).service.read("data:,", still)))[0], kind);
  }
});

test("a question that is taken back is no trouble", async () => {
  const service = connect("https://digits.example", (_, { signal }) => new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  }));
  const asking = new AbortController();
  const reading = service.read("data:,", asking.signal);
  asking.abort();
  await assert.rejects(reading, { name: "AbortError" });
  await assert.rejects(service.read("data:,", asking.signal), { name: "AbortError" });
});

test("a function without /model counts as awake, one in trouble does not", async () => {
  assert.equal(await serviceOf({ model: { status: 404 } }).service.wake(), "");
  assert.equal(await serviceOf({ model: { body: "hello" } }).service.wake(), "");
  assert.equal((await troubleOf(serviceOf({ model: { status: 503 } }).service.wake()))[0], "asleep");
  assert.equal((await troubleOf(serviceOf({ model: { status: 500 } }).service.wake()))[0], "broken");
});

test("corrections are offered only where the function says so", async () => {
  for (const [body, expected] of [[{ feedback: true }, true], [{ feedback: false }, false], [{}, false], ["?", false]]) {
    assert.equal(await serviceOf({ "": { body } }).service.takesFeedback(), expected);
  }
});

test("a correction carries the picture, the label, what was read and the consent", async () => {
  const { service, asked } = serviceOf({ feedback: { status: 201 } });
  const correction = { image: "data:,", label: "7", prediction: "1", consent: true };
  await service.correct(correction);
  assert.equal(asked[0].method, "POST");
  assert.deepEqual(JSON.parse(asked[0].body), correction);
});
