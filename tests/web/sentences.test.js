import assert from "node:assert/strict";
import { test } from "node:test";

import { firstSpeech, languageOf, speechOf } from "../../web/js/language.js";
import { LANGUAGES } from "../../web/js/sentences.js";
import { spoken, told, verdictOf } from "../../web/js/verdict.js";

const loaded = await Promise.all(Object.keys(LANGUAGES).map(speechOf));
const SENTENCES = Object.fromEntries(loaded.map(({ language, words }) => [language, words]));
const torn = verdictOf({ probabilities: [0, 0, 0, 0, 0, 0, 0, 0.41, 0.55, 0.04], written: null });

/** The names of all that a language says, inner ones with a dot. */
function names(words, before = "") {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === "object" ? names(value, `${before}${name}.`) : [`${before}${name}: ${typeof value}`],
  );
}

test("every language says all that English says", () => {
  for (const words of Object.values(SENTENCES)) assert.deepEqual(names(words), names(SENTENCES.en));
});

test("no language leaves a sentence in another's words", () => {
  const same = new Set(["share", "answer"]); // Link, Pixel and the like
  for (const [language, words] of Object.entries(SENTENCES)) {
    if (language === "en") continue;
    for (const [name, text] of Object.entries(words)) {
      if (typeof text === "string" && !same.has(name)) assert.notEqual(text, SENTENCES.en[name], `${language}: ${name}`);
    }
  }
});

test("each language has its own articles", () => {
  const one = (language) => [..."0123456789"].map((digit) => SENTENCES[language].one(digit));
  assert.deepEqual(one("en").filter((name) => name.startsWith("an ")), ["an 8"]);
  assert.deepEqual(["11", "18", "80", "81", "12", "118"].map(SENTENCES.en.one), ["an 11", "an 18", "an 80", "an 81", "a 12", "a 118"]);
  assert.equal(SENTENCES.de.one("8"), "eine 8");
  assert.equal(SENTENCES.fr.one("8"), "un 8");
  assert.equal(SENTENCES.en.stored("8"), "Stored as an 8. Thank you.");
});

test("each language has its own plurals", () => {
  const left = (language) => [2, 1, 0].map((count) => SENTENCES[language].left(count));
  assert.deepEqual(left("en"), ["2 digits to go.", "One digit to go.", "All ten."]);
  assert.deepEqual(left("de"), ["Noch 2 Ziffern.", "Noch eine Ziffer.", "Alle zehn."]);
  assert.deepEqual(left("fr"), ["Encore 2 chiffres.", "Encore un chiffre.", "Les dix y sont."]);
});

test("a doubt is told in each language's own order and numbers", () => {
  assert.equal(spoken(torn, SENTENCES.en), "Maybe an 8, 55%, or a 7, 41%.");
  assert.equal(spoken(torn, SENTENCES.de), "Vielleicht eine 8, 55 %, oder eine 7, 41 %.");
  assert.equal(told(torn, SENTENCES.fr), "Pas sûr : 55 % contre 41 %.");
  assert.equal(SENTENCES.de.percent("99.9%"), "99,9 %");
});

test("the language is the one that was picked, else the browser's first that the page knows", () => {
  assert.equal(languageOf("fr", ["de-DE", "en"]), "fr");
  assert.equal(languageOf(null, ["pt-BR", "de-AT", "en"]), "de");
  assert.equal(languageOf("xx", ["zh"]), "en");
  assert.equal(languageOf(null, []), "en");
});

test("a language whose words don't come is none, and a page begins in the first one instead", async (context) => {
  context.mock.method(LANGUAGES, "de", () => Promise.reject(new TypeError("Failed to fetch")));
  assert.equal(await speechOf("de"), null);
  assert.deepEqual(await firstSpeech("de"), { language: "en", words: SENTENCES.en });
  assert.equal((await firstSpeech("fr")).language, "fr");
});

test("each language tells times by its own numbers", () => {
  const times = (language) => [0.4, 20.4, 1234].map(SENTENCES[language].duration);
  assert.deepEqual(times("en"), ["under 1 ms", "20 ms", "1.2 s"]);
  assert.deepEqual(times("de"), ["unter 1 ms", "20 ms", "1,2 s"]);
  assert.deepEqual(times("fr"), ["moins de 1 ms", "20 ms", "1,2 s"]);
});

test("where the keyboard's pen is, is told", () => {
  assert.equal(SENTENCES.en.cursor(true, 16, 1, 16), "Drawing, row 16, column 1 of 16.");
});
