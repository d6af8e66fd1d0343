// @ts-check
/** The digits of a number: a box around each, over the drawing, and what the network saw of each. */

/** @typedef {import("./answer.js").Part} Part @typedef {import("./answer.js").Box} Box */

/**
 * @param {HTMLElement} boxes covers the pad
 * @param {HTMLElement} strip
 */
export function createParts(boxes, strip) {
  return {
    /**
     * None of them, where a single digit is read: the whole drawing is shown then.
     *
     * @param {readonly Part[]} parts
     * @param {Box} place where their picture lies on the pad
     */
    show(parts, place) {
      const several = parts.length > 1 ? parts : [];
      boxes.replaceChildren(...several.map(({ box }) => frame(onPad(box, place))));
      strip.replaceChildren(...several.flatMap(({ seen }) => (seen === null ? [] : [picture(seen)])));
      strip.hidden = strip.childElementCount === 0;
    },
  };
}

/**
 * @param {Box} box in fractions of a picture
 * @param {Box} place
 * @returns {Box} in fractions of what the picture lies on
 */
export function onPad([left, top, width, height], [x, y, wide, high]) {
  return [x + left * wide, y + top * high, width * wide, height * high];
}

/** @param {Box} box */
function frame(box) {
  const frame = document.createElement("i");
  for (const [index, side] of /** @type {const} */ (["left", "top", "width", "height"]).entries()) {
    frame.style[side] = `${100 * /** @type {number} */ (box[index])}%`;
  }
  return frame;
}

/** @param {string} seen data URL */
function picture(seen) {
  const image = new Image(28, 28);
  image.alt = "";
  image.src = seen;
  return image;
}
