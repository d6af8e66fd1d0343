// @ts-check
/** The languages that the page speaks, each with its own articles, plurals and percents; only the one that is spoken comes. */

/** @typedef {typeof import("./sentences/en.js").words} Words @typedef {keyof typeof LANGUAGES} Language */
/** @typedef {{ language: Language, words: Words }} Speech */

/** One more is a file and a row here, and a button. */
export const LANGUAGES = {
  en: () => import("./sentences/en.js"),
  de: () => import("./sentences/de.js"),
  fr: () => import("./sentences/fr.js"),
};

/** @type {Language} the one in which the HTML is written */
export const FIRST = "en";
