// @ts-check
/** The worker that the network runs in, as the page asks it. */

import { scriptUrl } from "../trusted.js";
import { BadWeights } from "./file.js";

/** @typedef {(task: "make" | "read" | "why" | "without", given: unknown) => Promise<any>} Ask */

/**
 * @param {() => void} onBroken when it will answer no more: this browser runs no such worker, or the worker has a fault
 * @returns {Ask} which throws BadWeights where the file that is given is no network
 */
export function startWorker(onBroken) {
  const worker = new Worker(scriptUrl(new URL("worker.js", import.meta.url).href), { type: "module" });
  /** @type {Map<number, { done: (answer: unknown) => void, fail: (error: unknown) => void }>} */
  const waiting = new Map();
  let asked = 0;
  worker.onmessage = ({ data: { id, answer, bad } }) => {
    const question = waiting.get(id);
    waiting.delete(id);
    if (bad === undefined) question?.done(answer);
    else question?.fail(new BadWeights(bad));
  };
  worker.onerror = () => {
    worker.terminate();
    for (const { fail } of waiting.values()) fail(new DOMException("the worker ended", "AbortError"));
    onBroken();
  };
  return (task, given) =>
    new Promise((done, fail) => {
      waiting.set((asked += 1), { done, fail });
      worker.postMessage({ id: asked, task, given });
    });
}
