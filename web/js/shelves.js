// @ts-check
/** The small drawings around the pad: six to try, the visitor's last ones, and one of the visitor's for each digit. */

import { EXAMPLES } from "./examples.js";
import { element } from "./page.js";
import { createRow } from "./shelf.js";
import { isBlank } from "./strokes.js";
import { keep, kept as keptIn, withDigit, withRecent } from "./tab.js";

/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {import("./strokes.js").Drawing} Drawing */
/** @typedef {import("./sentences.js").Words} Words */

/**
 * @param {{ examples: HTMLElement, recent: HTMLElement, ten: HTMLElement, words: Words, onPick: (strokes: readonly Stroke[]) => void }} parts
 */
export function createShelves({ examples, recent, ten, words, onPick }) {
  const rows = { examples: createRow(examples, onPick), recent: createRow(recent, onPick), ten: createRow(ten, onPick) };
  let kept = keptIn(() => sessionStorage);

  /** @param {typeof kept} next */
  function remember(next) {
    if (next === kept) return;
    kept = next;
    keep(() => sessionStorage, kept);
    show();
  }

  function show() {
    rows.recent.show(kept.recent.map((strokes, index) => ({ strokes, label: words.earlier(index + 1) })));
    rows.ten.show(kept.ten.map((strokes, digit) => ({ strokes, label: words.yours(digit), digit })));
    const left = kept.ten.filter((one) => one === null).length;
    element("left").textContent = left === 10 ? "" : words.left(left);
    element("sheet").hidden = left > 0;
    for (const id of ["recent", "recent-title"]) element(id).hidden = kept.recent.length === 0;
  }

  /** @param {readonly Stroke[]} strokes */
  function isExample(strokes) {
    return EXAMPLES.some((example) => example.strokes === strokes);
  }

  /** @param {Words} next */
  function tell(next) {
    words = next;
    rows.examples.show(EXAMPLES.map(({ name, strokes }) => ({ strokes, label: words.example(words.shelf[name]) })));
    show();
  }

  tell(words);
  return {
    tell,
    /** @param {Drawing} drawing that is about to go */
    keepRecent(drawing) {
      if (!isBlank(drawing) && drawing.upload === null && !isExample(drawing.strokes)) {
        remember(withRecent(kept, drawing.strokes));
      }
    },
    /**
     * @param {number} digit
     * @param {readonly Stroke[]} strokes that were surely read as it
     */
    keepDigit(digit, strokes) {
      if (strokes.length > 0 && !isExample(strokes)) remember(withDigit(kept, digit, strokes));
    },
    /** @param {string} caption */
    async saveSheet(caption) {
      const [{ save }, { sheetOf }] = await Promise.all([import("./hand.js"), import("./sheet.js")]);
      const all = kept.ten.flatMap((strokes) => (strokes === null ? [] : [strokes]));
      if (all.length === kept.ten.length) save(sheetOf(all, caption), "0123456789.png");
    },
  };
}
