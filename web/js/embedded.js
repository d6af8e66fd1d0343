// @ts-check
/** Wires the embedded pad: its buttons and keys to the session, the session's states to the view, and to the page around. */

import { speak } from "./language.js";
import { lookOf } from "./look.js";
import { wallClock } from "./pace.js";
import { element, find, firstPaint, functionAddress, padElements, readHere } from "./page.js";
import { connect } from "./service.js";
import { createSession } from "./session.js";
import { news } from "./state.js";
import { toldTo, originIn } from "./told.js";
import { createView } from "./view.js";

/** @param {import("./sentences.js").Speech} speech that the pad begins in */
export function start(speech) {
  const view = createView(find);
  const origin = originIn(location.search);

  const session = createSession({
    speech,
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

  speak(document, speech);
  session.arrive();
  void firstPaint().then(() => readHere(session)).catch(() => undefined); // an extra, as in app.js
}
