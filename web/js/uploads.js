// @ts-check
/** A file, a paste or a drop → an upload the pad can show. */

/** @typedef {import("./strokes.js").Upload} Upload */

/**
 * The first picture among dropped or pasted things, or null.
 *
 * @param {DataTransfer | null} transfer
 * @returns {File | null}
 */
export function pictureIn(transfer) {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/")) ?? null;
}

/**
 * The picture in a file, upright as its camera meant it, or null when this browser can't read it.
 *
 * @param {File} file
 * @returns {Promise<Upload | null>}
 */
export async function uploadOf(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    return { image, width: image.width, height: image.height, type: file.type };
  } catch {
    return null; // not a picture, or a format of another browser's
  }
}
