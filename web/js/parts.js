// @ts-check
/** The digits of a number: a box around each, over the drawing, and what the network saw of each. */

/** @typedef {import("./answer.js").Box} Box */

/**
 * @param {HTMLElement} boxes covers the pad
 * @param {HTMLElement} strip
 */
export function createParts(boxes, strip) {
  return {
    /**
     * @param {readonly Box[]} frames of digits, in fractions of their picture
     * @param {readonly string[]} views data URLs
     * @param {Box} place where that picture lies on the pad
     */
    show(frames, views, place) {
      boxes.replaceChildren(...frames.map((box) => frame(onPad(box, place))));
      boxes.hidden = frames.length === 0;
      strip.replaceChildren(...views.map(picture));
      strip.hidden = views.length === 0;
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
