// @ts-check
/** The drawing in the page's own address, and what brings a drawing back: a link, or the tab's own draft. */

import { keptDraft } from "./draft.js";
import { decode, encode } from "./share.js";
import { isBlank } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing @typedef {import("./strokes.js").Stroke} Stroke */

export function createLink() {
  /** @type {Drawing | null} the one in the page's address */
  let linked = null;

  /** @param {string} hash */
  function rewrite(hash) {
    const link = new URL(location.href);
    link.hash = hash;
    history.replaceState(null, "", link);
    return link.href;
  }

  return {
    /** The page's address with the drawing in it, from now on. @param {Drawing} drawing */
    put(drawing) {
      linked = drawing;
      return rewrite(encode(drawing.strokes));
    },

    /** An address that no longer shows what is drawn would bring an old drawing back. @param {Drawing} drawing */
    follow(drawing) {
      if (linked === null || linked === drawing) return;
      linked = null;
      rewrite("");
    },

    /** The drawing that the address names; null when it names none, undefined when it is damaged. */
    open() {
      if (location.hash.length < 2) return null;
      const strokes = decode(location.hash.slice(1));
      if (strokes === null || isBlank({ strokes, upload: null })) {
        rewrite("");
        return undefined;
      }
      linked = { strokes, upload: null };
      return linked;
    },
  };
}

/**
 * What was on the pad when this page was left or reloaded, or null; opening it anew begins with a blank pad.
 *
 * @returns {Promise<Drawing | null>}
 */
export async function openDraft() {
  const [visit] = performance.getEntriesByType("navigation");
  if (!(visit instanceof PerformanceNavigationTiming) || !["reload", "back_forward"].includes(visit.type)) return null;
  const kept = keptDraft(() => sessionStorage);
  if (kept === null) return null;
  if (kept.picture === "") return kept.strokes.length > 0 ? { strokes: kept.strokes, upload: null } : null;
  const [type = ""] = /^image\/\w+/.exec(kept.picture.slice("data:".length)) ?? [];
  const { uploadFrom } = await import("./uploads.js");
  const upload = await uploadFrom(kept.picture, type);
  return upload && { strokes: [], upload };
}
