// @ts-check
/** What the page knows → what it shows. Elements come in by name; nothing here asks or remembers. */

import { percent, spoken, verdictOf } from "./answer.js";

/** @typedef {import("./reader.js").Reading} Reading @typedef {import("./reader.js").Status} Status */

const PATIENCE = 1200; // ms: a reading that takes longer deserves a word

/** @param {(id: string) => HTMLElement} element */
export function createView(element) {
  const answer = element("answer");
  const seen = /** @type {HTMLImageElement} */ (element("seen"));
  const rows = [...element("bars").children].map((row) => /** @type {HTMLElement} */ (row));

  /** @param {readonly number[] | null} probabilities */
  function showBars(probabilities) {
    const best = probabilities === null ? -1 : verdictOf(probabilities).digit;
    for (const [digit, row] of rows.entries()) {
      const probability = probabilities?.[digit] ?? 0;
      row.style.setProperty("--share", String(probability));
      row.classList.toggle("best", digit === best);
      const label = row.querySelector(".percent");
      if (label !== null) label.textContent = probabilities === null ? "–" : percent(probability);
    }
  }

  return {
    /** An empty pad. */
    showNothing() {
      answer.dataset.state = "empty";
      element("digit").textContent = "";
      element("runner").textContent = "";
      element("verdict").textContent = "Draw any digit from 0 to 9.";
      element("facts").textContent = "";
      element("spoken").textContent = "";
      seen.hidden = true;
      seen.removeAttribute("src");
      showBars(null);
    },

    /** @param {Reading} reading */
    showReading({ answer: { probabilities, seen: pixels, version, architecture, milliseconds }, live, took }) {
      const verdict = verdictOf(probabilities);
      answer.dataset.state = verdict.doubtful ? "doubtful" : "sure";
      element("digit").textContent = verdict.doubtful ? `${verdict.digit}?` : String(verdict.digit);
      element("runner").textContent = `${verdict.doubtful ? "or" : "then"} ${verdict.runnerUp}`;
      element("verdict").textContent = verdict.doubtful
        ? `Not sure: ${percent(verdict.confidence)} against ${percent(verdict.second)}.`
        : `${percent(verdict.confidence)} sure.`;
      const inside = milliseconds === null ? "" : ` (${duration(milliseconds)} in the function)`;
      const facts = [`${duration(took)}${inside}`, architecture, version && `version ${version}`];
      element("facts").textContent = facts.filter(Boolean).join(" · ");
      seen.hidden = pixels === null;
      if (pixels !== null) seen.src = pixels;
      showBars(probabilities);
      if (!live) element("spoken").textContent = spoken(verdict);
    },

    /**
     * @param {Status} status
     * @param {number} now
     */
    showStatus({ kind, since, trouble, retryAt }, now) {
      const seconds = Math.floor((now - since) / 1000);
      const quiet = kind === "ready" || (kind === "reading" && now - since < PATIENCE);
      const bar = element("status");
      bar.dataset.kind = quiet ? "quiet" : kind;
      const sentence = quiet ? "" : sentenceFor(kind, trouble);
      // Written only when it changes: the seconds beside it tick without being read out each time.
      if (element("sentence").textContent !== sentence) element("sentence").textContent = sentence;
      const wait = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
      element("seconds").textContent = quiet
        ? ""
        : kind === "trouble"
          ? wait > 0 ? `Trying again in ${wait} s.` : ""
          : `${seconds} s`;
      element("retry").hidden = kind !== "trouble" || trouble?.kind === "rejected";
    },
  };
}

/**
 * @param {Status["kind"]} kind
 * @param {Status["trouble"]} trouble
 */
function sentenceFor(kind, trouble) {
  if (kind === "waking") return "The function is waking up. Draw meanwhile; it reads as soon as it can.";
  if (kind === "reading") return "Reading…";
  return [trouble?.message, trouble?.kind === "rejected" ? trouble.detail : ""].filter(Boolean).join(" ");
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  return milliseconds < 1 ? "under 1 ms" : milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
