// @ts-check
/** Wires the page: its buttons and keys to the session, and the session's states to the view. */

import { keepDraft } from "./draft.js";
import { isLanguage, pick, speak, speechOf } from "./language.js";
import { createLink, openDraft } from "./link.js";
import { lookOf } from "./look.js";
import { wallClock } from "./pace.js";
import { createBrushes, element, find, firstPaint, functionAddress, padElements, readHere } from "./page.js";
import { SAVED, pictureOf } from "./picture.js";
import { connect } from "./service.js";
import { createSession } from "./session.js";
import { news, settled } from "./state.js";
import { fileName, verdictOf } from "./verdict.js";
import { createView } from "./view.js";

/** @typedef {import("./strokes.js").Upload} Upload */
/** @typedef {import("./state.js").State} State @typedef {import("./strokes.js").Stroke} Stroke */

const REST_WITHIN = 5000; // ms: as long as anybody looks at one stroke

/** @param {import("./sentences.js").Speech} speech that the page begins in */
export function start(speech) {
  const service = connect(functionAddress());
  let wanted = speech.language; // the one that was picked last: another's words may come later
  const scratch = document.createElement("canvas");
  const view = createView(find);
  const link = createLink();
  const brushes = createBrushes();
  // What the first paint and the first line do without comes after them, or when it is wanted.
  /** @type {ReturnType<typeof import("./shelves.js").createShelves> | null} */
  let shelves = null;
  /** @type {ReturnType<typeof import("./flight.js").createFlight> | null} */
  let flight = null;
  /** @type {ReturnType<typeof import("./reasons.js").createReasons> | null} */
  let reasons = null;
  /** @type {ReturnType<typeof import("./cropper.js").createCropper> | null} */
  let cropper = null;
  /** @type {ReturnType<typeof import("./corrections.js").createCorrections> | null} */
  let corrections = null;

  const session = createSession({
    speech,
    service,
    clock: wallClock,
    pad: padElements(),
    keys: element("keys"),
    render,
    onAwake: () => void askAboutFeedback(),
  });

  async function comeLater() {
    await firstPaint();
    const [{ acceptUploads }, { createShelves }, { createFlight }] = await Promise.all([
      import("./uploads.js"),
      import("./shelves.js"),
      import("./flight.js"),
    ]);
    acceptUploads({
      inputs: [/** @type {HTMLInputElement} */ (element("file")), /** @type {HTMLInputElement} */ (element("photo"))],
      target: element("pad"),
      onUpload(upload, chosen) {
        if (chosen && upload.type === "image/jpeg") void crop(upload);
        else show(upload);
      },
      onRefusal: () => session.tell("refused"),
    });
    flight = createFlight(/** @type {HTMLCanvasElement} */ (element("ink")), element("seen"), element("digit"));
    const { words } = session.state();
    shelves = createShelves({ examples: element("examples"), recent: element("recent"), ten: element("ten"), words, onPick: replace });
    import("./offline.js").then(({ keepForOffline }) => keepForOffline(), () => undefined); // the page was left
    const own = await readHere(session);
    if (own === null) return;
    const [{ createReasons }, { LAYER_SIDE }] = await Promise.all([import("./reasons.js"), import("./layers.js")]);
    reasons = createReasons({
      pad: element("pad"),
      ink: element("ink"),
      after: element("wrong"),
      state: session.state,
      explain: (layers) => own.why(layers, LAYER_SIDE),
      without: (layers, index) => own.without(layers, LAYER_SIDE, index),
      ask: (picture) => service.read(picture, AbortSignal.timeout(REST_WITHIN)),
    });
    reasons.follow(session.state());
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  function render(state, before) {
    view.show(lookOf(state));
    const { present } = state.timeline;
    link.follow(present);
    if (state === before || state.words !== before.words) tellLanguage(state);
    reasons?.follow(state);
    if (state.status.kind === "ready" && before.status.kind !== "ready") void corrections?.send();
    if (state.line) flight?.stop();
    const reading = news(state, before);
    if (reading === null) return;
    const verdict = verdictOf(reading.answer);
    if (verdict.kind === "digit" && present.upload === null) flight?.fly();
    if (verdict.kind === "digit" && !verdict.doubtful) shelves?.keepDigit(Number(verdict.text), present.strokes);
    // Each picture is stored once: what is drawn again, or again after an undo, remembers its label.
    const stored = corrections?.labelOf(reading.picture) ?? null;
    if (stored !== state.stored) session.update({ stored });
  }

  /** @param {State} state */
  function tellLanguage({ language, words }) {
    speak(document, { language, words });
    shelves?.tell(words);
    reasons?.speak();
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#bars button"))) {
      button.ariaLabel = words.choice(button.value);
    }
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#languages button"))) {
      button.ariaPressed = String(button.value === language);
    }
  }

  /** Another drawing in the place of this one, which stays a click away. @param {readonly Stroke[]} strokes */
  function replace(strokes) {
    shelves?.keepRecent(session.drawn());
    session.change({ strokes, upload: null });
  }

  /** @type {Record<string, () => void>} */
  const ACTIONS = {
    undo: session.undo,
    redo: session.redo,
    clear() {
      shelves?.keepRecent(session.drawn());
      session.clear();
      brushes.dropEraser();
    },
    upload: () => element("file").click(),
    camera: () => element("photo").click(),
    save: () => void save(),
    share: () => void share(),
    retry: session.again,
    wrong() {
      session.update({ choosing: true });
      requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector("#bars button:not([hidden])"))?.focus());
    },
    cancel: stopChoosing,
    none: () => void correct("none"),
    sheet: () => void shelves?.saveSheet(session.state().words.inYourHand),
  };

  for (const [id, act] of Object.entries(ACTIONS)) {
    element(id).addEventListener("click", () => {
      if (element(id).ariaDisabled !== "true") act();
    });
  }

  async function save() {
    const picture = pictureOf(scratch, session.drawn(), SAVED);
    const name = nameOfDrawing();
    const hand = await import("./hand.js");
    if (picture !== null) hand.save(picture, name);
  }

  function nameOfDrawing() {
    const reading = settled(session.state());
    return fileName(reading === null ? null : verdictOf(reading.answer));
  }

  function stopChoosing() {
    session.update({ choosing: false });
    requestAnimationFrame(() => element("wrong").focus());
  }

  /** On phones, by the phone; else the drawing goes into the page's own address, and that on the clipboard. */
  async function share() {
    const drawing = session.state().timeline.present;
    const picture = pictureOf(scratch, drawing, SAVED);
    if (picture !== null && matchMedia("(pointer: coarse)").matches && "canShare" in navigator) {
      const { shareNatively } = await import("./hand.js");
      if (await shareNatively(picture, nameOfDrawing())) return;
    }
    const address = link.put(drawing);
    try {
      await navigator.clipboard.writeText(address);
      session.tell("copied");
    } catch {
      session.tell("address");
    }
  }

  function openLink() {
    const linked = link.open();
    if (linked === undefined) session.tell("damaged");
    else if (linked !== null) session.change(linked);
    return linked !== null;
  }

  async function askAboutFeedback() {
    try {
      const takesFeedback = await service.takesFeedback();
      if (takesFeedback) corrections ??= (await import("./corrections.js")).createCorrections(service, wallClock, () => sessionStorage, tellStored);
      void corrections?.send();
      session.update({ takesFeedback });
    } catch {
      session.update({ takesFeedback: false }); // a courtesy: the page is whole without
    }
  }

  /** @param {string} label "0" … "9", or "none" */
  async function correct(label) {
    const reading = settled(session.state());
    if (reading === null || corrections === null || !session.state().choosing) return;
    const stays = () => settled(session.state()) === reading;
    const storing = corrections.store(reading.picture, label, String(verdictOf(reading.answer).nearest));
    session.update({ choosing: false });
    const kept = await storing;
    if (!stays()) return;
    if (kept === "stored") tellStored({ image: reading.picture, label });
    else session.tell(kept === "waits" ? "later" : "unkept");
  }

  /** @param {{ image: string, label: string }} correction */
  function tellStored({ image, label }) {
    if (settled(session.state())?.picture !== image) return;
    session.update({ stored: label, note: null });
    session.say(session.state().words.stored(label));
  }

  element("bars").addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button !== null) void correct(button.value);
  });

  element("languages").addEventListener("click", (event) => {
    const language = event.target instanceof HTMLButtonElement ? event.target.value : "";
    if (!isLanguage(language)) return;
    pick(() => localStorage, language);
    wanted = language;
    void speechOf(language).then((next) => {
      if (next !== null && wanted === language) session.update(next); // else it goes on in the language at hand
    });
  });

  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") (session.state().choosing ? stopChoosing : reasons?.isOpen() ? reasons.close : ACTIONS.clear)?.();
    else if (command && key === "z") (event.shiftKey ? session.redo : session.undo)();
    else if (command && key === "y") session.redo();
    else return;
    event.preventDefault();
  });

  /** @param {Upload[]} uploads the last one is read; those before it are an Undo away */
  function show(...uploads) {
    shelves?.keepRecent(session.drawn());
    session.change(...uploads.map((upload) => ({ strokes: [], upload })));
  }

  /** Of a photograph, a part is read, or all of it. Few visitors take one: its module comes when it is wanted. @param {Upload} upload */
  async function crop(upload) {
    const { createCropper } = await import("./cropper.js");
    cropper ??= createCropper({
      dialog: /** @type {HTMLDialogElement} */ (element("crop")),
      canvas: /** @type {HTMLCanvasElement} */ (element("photograph")),
      frame: element("frame"),
      onPick: (photograph, part) => show(...(part === null ? [photograph] : [photograph, part])),
    });
    cropper.open(upload);
  }

  window.addEventListener("hashchange", openLink);
  window.addEventListener("pagehide", () => {
    const drawing = session.drawn();
    const picture = drawing.upload === null ? null : pictureOf(scratch, drawing);
    keepDraft(() => sessionStorage, drawing.strokes, picture ?? "");
  });

  session.arrive();
  comeLater().catch(() => undefined); // extras: a page that is left, or offline by then, reads without them
  if (!openLink()) {
    void openDraft().then((draft) => {
      if (draft !== null && session.state().revision <= 1) session.change(draft);
    });
  }
}
