// @ts-check
/** What leaves the page by the visitor's own hand: a file that is saved, a drawing that is shared. */

/**
 * @param {string} picture data URL
 * @param {string} name
 */
export function save(picture, name) {
  const link = document.createElement("a");
  link.href = picture;
  link.download = name;
  link.click();
}

/**
 * Whether the device itself took the picture to share: phones do, and know more places for it than a page.
 *
 * @param {string} picture data URL of a PNG
 * @param {string} name
 */
export async function shareNatively(picture, name) {
  const file = new File([bytesOf(picture)], name, { type: "image/png" });
  if (!navigator.canShare({ files: [file] })) return false;
  try {
    await navigator.share({ files: [file] });
    return true;
  } catch (error) {
    return error instanceof DOMException && error.name === "AbortError"; // thought better of it
  }
}

/** @param {string} picture data URL */
function bytesOf(picture) {
  return Uint8Array.from(atob(picture.slice(picture.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
}
