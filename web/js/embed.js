// @ts-check
/**
 * The pad and the answer alone, inside another page, which is told what was read if this page's address names its
 * origin: embed.html?origin=https://example.org. Nobody else's page hears of it, and nothing here can be corrected.
 */

import { isLanguage, languageOf, speak } from "./language.js";
import { lookOf } from "./look.js";
import { wallClock } from "./pace.js";
import { element, find, firstPaint, functionAddress, padElements, readHere } from "./page.js";
import { connect } from "./service.js";
import { createSession } from "./session.js";
import { news } from "./state.js";
import { toldTo, originIn } from "./told.js";
import { createView } from "./view.js";

const view = createView(find);
const origin = originIn(location.search);
const asked = new URLSearchParams(location.search).get("lang");

const session = createSession({
  language: languageOf(asked !== null && isLanguage(asked) ? asked : null, navigator.languages),
  service: connect(functionAddress()),
  clock: wallClock,
  pad: padElements(),
  keys: element("keys"),
  render(state, before) {
    view.show(lookOf(state));
    const reading = news(state, before);
    if (reading !== null && origin !== null) window.parent.postMessage(toldTo(reading.answer), origin);
  },
  onAwake: () => {},
});

for (const act of /** @type {const} */ (["undo", "clear"])) element(act).addEventListener("click", () => session[act]());
element("retry").addEventListener("click", () => session.again());
document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Escape") session.clear();
  else if (command && event.key.toLowerCase() === "z") session.undo();
  else return;
  event.preventDefault();
});

speak(document, session.state().language);
session.arrive();
void firstPaint().then(() => readHere(session)).catch(() => undefined); // an extra, as in app.js
