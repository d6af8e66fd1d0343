// @ts-check
/**
 * The pad and the answer alone, inside another page, which is told what was read if this page's address names its
 * origin: embed.html?origin=https://example.org. Nobody else's page hears of it, and nothing here can be corrected.
 */

import { firstSpeech, isLanguage, languageOf } from "./language.js";

const asked = new URLSearchParams(location.search).get("lang");
const words = firstSpeech(languageOf(asked !== null && isLanguage(asked) ? asked : null, navigator.languages));
// Not awaited: Safari before 15 knows no await outside of functions.
void Promise.all([import("./embedded.js"), words]).then(([{ start }, speech]) => start(speech));
