import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parseWeights } from "../../web/js/network/file.js";
import { createNetwork } from "../../web/js/network/network.js";
import { createSource } from "../../web/js/network/source.js";

const released = new Uint8Array(readFileSync(new URL("../../web/weights/digits.safetensors", import.meta.url)));
const { version, digest } = parseWeights(released.buffer);

const make = (buffer) => createNetwork(parseWeights(buffer));

/** A host and a function that answer as told, by URL; and what they were asked. */
function world(answers) {
  const asked = [];
  const fetcher = async (url, { method = "GET" } = {}) => {
    asked.push(`${method} ${url}`);
    const answer = answers[url];
    if (answer === undefined) throw new TypeError("Failed to fetch");
    if (!(answer instanceof Response)) return answer();
    const { status, headers } = answer;
    return method === "HEAD" ? new Response(null, { status, headers }) : answer.clone();
  };
  return { asked, source: createSource({ beside: "weights.f16", base: "https://f.example/", make, fetcher }) };
}

const file = (tag = digest) => new Response(released, { headers: { ETag: `W/"${tag}"` } });
const none = () => new Response("{}", { status: 404 });

test("the weights beside the page are fetched once", async () => {
  const { asked, source } = world({ "weights.f16": file() });
  assert.equal(source.present(), null);
  assert.equal((await source.arrive())?.version, version);
  assert.equal(await source.arrive(), source.present());
  assert.equal(asked.length, 1);
});

test("where there are none, or no weights, the page goes without", async () => {
  for (const answer of [none(), new Response("<!doctype html>"), undefined]) {
    const { source } = world({ "weights.f16": answer });
    assert.equal(await source.arrive(), null);
    assert.equal(source.present(), null);
  }
});

test("a function with the same version is not asked for it", async () => {
  const { asked, source } = world({ "weights.f16": file() });
  await source.arrive();
  assert.equal((await source.follow(version))?.version, version);
  assert.equal(asked.length, 1);
});

test("the same weights under another version are not sent again", async () => {
  const { asked, source } = world({ "weights.f16": file(), "https://f.example/weights/1700000000": file() });
  const before = await source.arrive();
  const after = await source.follow("1700000000");
  assert.deepEqual([after?.version, after?.digest, after?.outputs], ["1700000000", digest, before?.outputs]);
  assert.equal(source.present()?.version, "1700000000");
  assert.deepEqual(asked, ["GET weights.f16", "HEAD https://f.example/weights/1700000000"]);
});

test("other weights replace the page's own", async () => {
  const { source } = world({ "weights.f16": file(), "https://f.example/weights/a%2Fb": file("of others") });
  const before = await source.arrive();
  const after = await source.follow("a/b");
  assert.notEqual(after?.outputs, before?.outputs);
  assert.equal(source.present(), after);
});

test("a version that the function can't give is asked for once, and the page's own stay", async () => {
  for (const answer of [none(), new Response("no weights")]) {
    const { asked, source } = world({ "weights.f16": file(), "https://f.example/weights/2": answer });
    await source.arrive();
    assert.equal(await source.follow("2"), null);
    assert.equal(await source.follow("2"), null);
    assert.equal(source.present()?.version, version);
    assert.deepEqual(asked.slice(1), ["HEAD https://f.example/weights/2", "GET https://f.example/weights/2"]);
  }
});

test("after a line that failed it is asked for again", async () => {
  const answers = {};
  const { source } = world(answers);
  assert.equal(await source.follow("3"), null);
  answers["https://f.example/weights/3"] = new Response("", { status: 503 });
  assert.equal(await source.follow("3"), null);
  answers["https://f.example/weights/3"] = file();
  assert.equal((await source.follow("3"))?.digest, digest);
});

test("a fault of the page's own is not hidden", async () => {
  const { source } = world({ "weights.f16": () => { throw new RangeError("ours"); } });
  await assert.rejects(source.arrive(), RangeError);
});
