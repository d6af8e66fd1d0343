// @ts-check
/** Which language the page speaks: the one that was picked, else the browser's first that the page knows. */

import { FIRST, LANGUAGES } from "./sentences.js";

/** @typedef {import("./sentences.js").Language} Language @typedef {import("./sentences.js").Speech} Speech */

const KEY = "digits-language";

/**
 * @param {string | null} picked
 * @param {readonly string[]} accepted the browser's, as in navigator.languages
 * @returns {Language}
 */
export function languageOf(picked, accepted) {
  for (const tag of [picked ?? "", ...accepted]) {
    const language = tag.slice(0, 2).toLowerCase();
    if (isLanguage(language)) return language;
  }
  return FIRST;
}

/**
 * What was picked in an earlier visit, or null. A browser that keeps nothing throws.
 *
 * @param {() => Storage} storage
 */
export function picked(storage) {
  try {
    return storage().getItem(KEY);
  } catch {
    return null;
  }
}

/**
 * @param {() => Storage} storage
 * @param {Language} language
 */
export function pick(storage, language) {
  try {
    storage().setItem(KEY, language);
  } catch {
    // a courtesy: it is asked of the browser again next time
  }
}

/**
 * A language with its words, or null where they don't come.
 *
 * @param {Language} language
 * @returns {Promise<Speech | null>}
 */
export async function speechOf(language) {
  try {
    const { words } = await LANGUAGES[language]();
    return { language, words };
  } catch {
    return null;
  }
}

/** What a page begins with: where the words of its language don't come, the first one's. @param {Language} language */
export async function firstSpeech(language) {
  return (await speechOf(language)) ?? { language: FIRST, words: (await LANGUAGES[FIRST]()).words };
}

/**
 * Writes the words into a document whose elements name them: data-say for its text, data-title and data-label.
 *
 * @param {Document} document
 * @param {Speech} speech
 */
export function speak(document, speech) {
  const { language } = speech;
  const words = /** @type {Record<string, unknown>} */ (speech.words);
  document.documentElement.lang = language;
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-say], [data-title], [data-label], [data-alt]"))) {
    const { say, title, label, alt } = element.dataset;
    if (say) element.textContent = String(words[say]);
    if (title) element.title = String(words[title]);
    if (label) element.setAttribute("aria-label", String(words[label]));
    if (alt) element.setAttribute("alt", String(words[alt]));
  }
}

/**
 * @param {string} text
 * @returns {text is Language}
 */
export function isLanguage(text) {
  return Object.hasOwn(LANGUAGES, text);
}
