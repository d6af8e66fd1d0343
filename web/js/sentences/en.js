// @ts-check
/** All that the page says, in English. */

export const words = {
  title: "Draw a digit",
  tagline: "A neural network reads it while you draw.",
  embedded: "This page works only by itself: open it.",
  doors: "Ways in and out",
  open: "Open",
  openTitle: "Open a picture; or drop or paste one",
  camera: "Camera",
  cameraTitle: "Photograph a digit",
  save: "Save",
  saveTitle: "Save the drawing as PNG",
  share: "Link",
  shareTitle: "Copy a link that holds the drawing",
  shareUnable: "A link holds drawings only, not pictures",
  copied: "Copied",
  file: "Picture of a digit",
  photo: "Photograph of a digit",
  drawing: "Drawing",
  pad: "Drawing pad",
  keys: "Arrow keys and Home, End, Page Up, Page Down move the pen; Space puts it down and lifts it; Ctrl+Z takes back, Escape clears.",
  brush: "Brush",
  fine: "Fine pen",
  medium: "Medium pen",
  thick: "Thick pen",
  eraser: "Eraser",
  undo: "Undo",
  redo: "Redo",
  clear: "Clear",
  answer: "Answer",
  seen: "what the network sees",
  seenAlt: "The 28 by 28 pixels that the network was given",
  stripAlt: "The 28 by 28 pixels that the network was given of each digit",
  bars: "Probability of each digit",
  retry: "Try again",
  cancel: "Cancel",
  none: "No digit",
  crop: "What is to be read?",
  cropPart: "This part",
  cropWhole: "All of it",
  cropFrame: "Frame. Arrow keys move it, with Shift they size it.",
  examples: "Or try one of these",
  ten: "Draw all ten",
  tenSave: "Save the sheet",
  recent: "Yours",
  privacy: "A drawing is read, not kept. The log keeps the digit and how sure the reader was.",
  languages: "Language",
  shelf: {
    bar: "a seven with a bar",
    corner: "a small four in a corner",
    fat: "a fat eight",
    loop: "a two with a loop",
    strokes: "a five in two strokes",
    question: "a one, or a seven?",
  },
  nothing: {
    blank: "Draw a digit, or a number.",
    dot: "Draw a digit; a dot is too little.",
    hidden: "Your browser hides your drawing from this page. Let it use canvas image data.",
    rejected: "No answer for this picture.",
  },
  stale: "Read before your last change.",
  waits: "Alone, this page reads one drawn digit. This waits for the reader.",
  waking: "The reader is waking up; draw meanwhile.",
  reading: "Reading…",
  trouble: {
    offline: "You are offline. Your drawing is safe and will be read when you are back.",
    unreachable: "The reader can’t be reached. It may be down, or its address may be wrong.",
    foreign: "The reader is there, but doesn’t accept questions from this page’s address.",
    dropped: "The connection broke off. Your drawing is safe.",
    slow: "The reader took too long. Your drawing is safe.",
    asleep: "The reader is waking up.",
    busy: "Many people are drawing just now. Your drawing is safe.",
    broken: "The reader stumbled. Your drawing is safe.",
    garbled: "What came back is no answer. Is the reader’s address right?",
    rejected: "The reader couldn’t read this picture.",
  },
  rejections: {
    "no-ink": "Nothing is drawn on this picture, or too faintly.",
    "not-a-picture": "The reader can’t open this picture. It may be damaged.",
    "too-large": "This picture is too large for the reader. Try a smaller one.",
  },
  notes: {
    copied: "Link copied. The drawing is in the link itself; nothing was uploaded.",
    address: "The drawing is in this page’s address now: copy it from there.",
    damaged: "This link holds no drawing.",
    refused: "This is not a picture that your browser can open.",
    picture: "Your picture is one Undo away.",
    eraser: "The eraser takes ink away, not pictures.",
    unkept: "The correction could not be stored.",
    later: "The correction waits in this tab, and is sent once the reader is there.",
  },
  consent: "A click sends this drawing, your pick and what was read, to be kept and learned from; nothing about you.",
  consentNumber: "Numbers aren’t kept, but a single digit that was taken for one is. ",
  cleared: "Cleared.",
  undone: "Undone.",
  redone: "Redone.",
  /** @param {string} digits with the article that they are spoken with */
  one: (digits) => `${/^(8|1[18]$)/.test(digits) ? "an" : "a"} ${digits}`,
  /** @param {string} digits */
  number: (digits) => `the number ${digits}`,
  /** @param {string} english as verdict.js writes it, "99.9%" */
  percent: (english) => english,
  /** @param {string} share */
  sure: (share) => `${share} sure.`,
  /** @param {string} share @param {string} rival empty where there is none */
  unsure: (share, rival) => `Not sure: ${share}${rival && ` against ${rival}`}.`,
  /** @param {number} nearest */
  unknown: (nearest) => `No digit I know. Nearest: ${nearest}.`,
  /** @param {number} digit @param {boolean} doubtful */
  runner: (digit, doubtful) => `${doubtful ? "or" : "then"} ${digit}`,
  /** @param {string} name @param {string} share */
  is: (name, share) => `It is ${name}, ${share} sure.`,
  /** @param {string} name @param {string} share @param {string} rival */
  maybe: (name, share, rival) => `Maybe ${name}, ${share}${rival && `, or ${rival}`}.`,
  took: {
    /** @param {string} time */
    function: (time) => `Read in ${time}`,
    /** @param {string} time */
    page: (time) => `Read here in ${time}`,
    /** @param {string} time */
    guess: (time) => `Read here, as one digit, in ${time}`,
  },
  /** @param {string} time */
  inside: (time) => `${time} in the function`,
  /** @param {string} version */
  version: (version) => `version ${version}`,
  /** @param {number} ms */
  duration: (ms) => (ms < 1 ? "under 1 ms" : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`),
  /** @param {number} seconds */
  next: (seconds) => `Trying again in ${seconds} s.`,
  /** @param {string} digits empty where none was read @param {number | null} rival */
  wrong: (digits, rival) => (digits === "" ? "A digit after all?" : rival === null ? `Not ${words.one(digits)}?` : `${digits} or ${rival}?`),
  /** @param {string} digits */
  wrongNumber: (digits) => `Not ${digits}?`,
  /** @param {string} digit */
  choice: (digit) => `It is ${words.one(digit)}`,
  /** @param {string} label */
  stored: (label) => `Stored as ${label === "none" ? "no digit" : words.one(label)}. Thank you.`,
  /** @param {string} name */
  example: (name) => `Try ${name}`,
  /** @param {number} left */
  left: (left) => (left === 0 ? "All ten." : left === 1 ? "One digit to go." : `${left} digits to go.`),
  /** @param {number} digit */
  yours: (digit) => `Your ${digit}`,
  /** @param {number} back 1 is the latest */
  earlier: (back) => (back === 1 ? "Your last drawing" : `${back} drawings ago`),
  /** @param {boolean} down @param {number} row @param {number} column @param {number} cells */
  cursor: (down, row, column, cells) => `${down ? "Drawing" : "Pen up"}, row ${row}, column ${column} of ${cells}.`,
  why: "Why?",
  whyNot: "One look can’t tell which stroke did it.",
  strokes: "Strokes",
  /** @param {number} number */
  stroke: (number) => `Stroke ${number}.`,
  without: {
    blank: "Without this stroke, nothing is left.",
    unknown: "Without this stroke I know no digit.",
    several: "Without this stroke, one look can’t tell what is left.",
    /** @param {string} text @param {boolean} same */
    digit: (text, same) => `Without this stroke I ${same ? "still " : ""}read ${text}.`,
  },
  inYourHand: "in your hand",
};
