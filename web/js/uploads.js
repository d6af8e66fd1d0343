// @ts-check
/** The other ways in: a chosen file, a photograph, a drop, a paste → an upload the pad can show. */

/** @typedef {import("./strokes.js").Upload} Upload */

const VECTOR_SIDE = 840; // pixels: as large as a drawing is saved

/**
 * @param {{
 *   inputs: readonly HTMLInputElement[],
 *   target: HTMLElement,
 *   onUpload: (upload: Upload, chosen: boolean) => void,
 *   onRefusal: () => void,
 * }} parts  `target` is marked while something is dragged over the page; `chosen` in a dialog, or taken by the camera
 */
export function acceptUploads({ inputs, target, onUpload, onRefusal }) {
  /**
   * @param {File | undefined} file
   * @param {boolean} [chosen]
   */
  async function take(file, chosen = false) {
    if (file === undefined) return;
    const upload = await uploadOf(file);
    if (upload === null) onRefusal();
    else onUpload(upload, chosen);
  }

  for (const input of inputs) {
    const choose = () => {
      void take(input.files?.[0], true);
      input.value = ""; // so that the same file can be chosen again
    };
    input.addEventListener("change", choose);
    choose(); // one may have been before this module was here
  }
  document.addEventListener("paste", (event) => void take(event.clipboardData?.files[0]));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    target.classList.toggle("over", event.dataTransfer?.types.includes("Files"));
  });
  document.addEventListener("dragleave", () => target.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("over");
    void take(event.dataTransfer?.files[0]);
  });
}

/**
 * The picture in a file, upright as its camera meant it, or null when this browser can't read it.
 *
 * @param {File} file
 * @returns {Promise<Upload | null>}
 */
async function uploadOf(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    return { image, width: image.width, height: image.height, type: file.type };
  } catch {
    return uploadFrom(await textOf(file), file.type); // SVG is opened only by an element
  }
}

/**
 * The picture in a data URL, or null when this browser can't read it.
 *
 * @param {string} url
 * @param {string} type
 * @returns {Promise<Upload | null>}
 */
export async function uploadFrom(url, type) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    return null; // not a picture, or a format that only other browsers know
  }
  const { naturalWidth, naturalHeight } = image;
  const vector = type === "image/svg+xml" || naturalWidth === 0;
  const scale = vector ? VECTOR_SIDE / Math.max(naturalWidth, naturalHeight, 1) : 1;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((naturalWidth || 1) * scale);
  canvas.height = Math.round((naturalHeight || 1) * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return { image: canvas, width: canvas.width, height: canvas.height, type };
}

/**
 * @param {File} file
 * @returns {Promise<string>} data URL; the page's policy allows no other
 */
function textOf(file) {
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => done("");
    reader.readAsDataURL(file);
  });
}
