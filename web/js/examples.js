// @ts-check
/** Six drawings to try, made for this page; each is harder than it looks in its own way. */

/** @typedef {import("./strokes.js").Stroke} Stroke @typedef {import("./strokes.js").Point} Point */

/** @typedef {keyof import("./sentences.js").Words["shelf"]} Name */
/** @type {readonly { readonly name: Name, readonly digit: number, readonly strokes: readonly Stroke[] }[]} */
export const EXAMPLES = [
  {
    name: "bar",
    digit: 7,
    strokes: [
      line(48, "262,236 330,250 470,248 610,236 722,224 700,290 640,410 560,570 500,700 462,806"),
      line(48, "376,534 460,522 560,516 668,518"),
    ],
  },
  {
    name: "corner",
    digit: 4,
    strokes: [
      line(22, "172,112 150,160 124,214 108,246 150,250 210,244 262,240"),
      line(22, "222,168 218,220 212,280 206,336"),
    ],
  },
  {
    name: "fat",
    digit: 8,
    strokes: [
      line(
        96,
        "640,300 580,220 490,196 400,226 366,300 400,378 490,440 590,510 650,600 640,706 560,780 " +
          "460,786 380,730 362,640 410,550 500,476 590,410 640,340 640,290",
      ),
    ],
  },
  {
    name: "loop",
    digit: 2,
    strokes: [
      line(
        30,
        "300,330 330,250 410,196 510,190 594,230 630,310 604,410 530,520 440,630 370,712 320,740 282,722 " +
          "288,684 336,672 410,700 500,744 590,764 680,748 730,708",
      ),
    ],
  },
  {
    name: "strokes",
    digit: 5,
    strokes: [
      line(
        44,
        "404,226 392,320 374,424 362,468 430,430 520,416 606,446 652,524 646,630 590,720 496,770 400,770 326,730",
      ),
      line(44, "404,228 490,222 580,214 672,206"),
    ],
  },
  {
    name: "question",
    digit: 1,
    strokes: [line(48, "380,330 450,290 520,242 578,206 566,300 540,430 516,560 496,680 480,796")],
  },
];

/**
 * @param {number} width
 * @param {string} path x,y pairs
 * @returns {Stroke}
 */
function line(width, path) {
  const points = path.split(" ").map((pair) => {
    const [x = 0, y = 0] = pair.split(",").map(Number);
    return /** @type {Point} */ ([x, y, 50]);
  });
  return { tool: "pen", width, points };
}
