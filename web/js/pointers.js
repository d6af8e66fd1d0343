// @ts-check
/** Who draws: rules for pens, palms, fingers and mice. No element is touched here. */

/**
 * @typedef {{ readonly pointer: number, readonly type: string, readonly reach: number }} Holder  who draws; `reach` is
 *   how far its line has come, in pad units
 * @typedef {{ readonly holder: Holder | null, readonly penSeen: boolean }} Hands
 * @typedef {"draw" | "take over" | "take back" | "ignore"} Verdict  "take over" drops the line of another pointer,
 *   "take back" drops it and draws nothing
 * @typedef {Pick<PointerEvent, "pointerId" | "pointerType" | "isPrimary" | "button" | "buttons">} Press
 */

const PEN_ERASER = 32; // the bit in PointerEvent.buttons of a pen held upside down
const PINCH = 100; // pad units: two fingers that pinch land together; a longer line is one, and the second a resting hand

/** @type {Hands} */
export const NOBODY = Object.freeze({ holder: null, penSeen: false });

/**
 * What a pointer that comes down does to the pad.
 *
 * @param {Hands} hands
 * @param {Press} press
 * @returns {[Hands, Verdict]}
 */
export function pressed(hands, { pointerId, pointerType, isPrimary, button }) {
  const { holder } = hands;
  const penSeen = hands.penSeen || pointerType === "pen";
  const mine = { pointer: pointerId, type: pointerType, reach: 0 };
  if (pointerType === "pen") {
    if (holder === null) return [{ holder: mine, penSeen }, "draw"];
    // A palm comes down before its pen.
    return holder.type === "touch" ? [{ holder: mine, penSeen }, "take over"] : [hands, "ignore"];
  }
  if (pointerType === "touch") {
    if (penSeen) return [hands, "ignore"];
    if (holder?.type === "touch" && holder.reach < PINCH) return [{ holder: null, penSeen }, "take back"];
    if (holder !== null || !isPrimary) return [hands, "ignore"];
    return [{ holder: mine, penSeen }, "draw"]; // a first finger: all others are gone
  }
  if (holder !== null || button !== 0) return [hands, "ignore"];
  return [{ holder: mine, penSeen }, "draw"];
}

/**
 * The hands once the line of the one who draws has come that far.
 *
 * @param {Hands} hands
 * @param {number} reach
 * @returns {Hands}
 */
export function reached(hands, reach) {
  return hands.holder === null ? hands : { ...hands, holder: { ...hands.holder, reach } };
}

/**
 * The hands after the line ended.
 *
 * @param {Hands} hands
 * @returns {Hands}
 */
export function lifted(hands) {
  return { ...hands, holder: null };
}

/** @param {Pick<PointerEvent, "pointerType" | "buttons">} press */
export function isUpsideDown({ pointerType, buttons }) {
  return pointerType === "pen" && (buttons & PEN_ERASER) !== 0;
}
