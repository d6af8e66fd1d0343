// @ts-check
/** How it works, shown: a copy of the ink flies from the pad to what the network sees, and becomes its pixels. */

const TIME = 280; // ms
const SETTLE = 120; // ms in which the numeral comes to rest
const SIDES = [140, 70, 40, 28]; // pixels of the copy on its way

/**
 * @param {HTMLCanvasElement} ink
 * @param {HTMLElement} seen
 * @param {HTMLElement} numeral
 */
export function createFlight(ink, seen, numeral) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const copy = document.createElement("canvas");
  copy.className = "flight";
  copy.setAttribute("aria-hidden", "true");
  /** @type {Animation | null} */
  let flight = null;
  let frame = 0;

  function stop() {
    cancelAnimationFrame(frame);
    flight?.cancel();
    flight = null;
    copy.remove();
  }

  /** @param {number} side */
  function pixelate(side) {
    if (copy.width === side) return;
    copy.width = copy.height = side;
    copy.getContext("2d")?.drawImage(ink, 0, 0, side, side);
  }

  return {
    /** Never while the pen is down. */
    stop,
    fly() {
      stop();
      if (still.matches) return;
      const [from, to] = [ink.getBoundingClientRect(), seen.getBoundingClientRect()];
      if (to.width === 0 || to.bottom > innerHeight) return; // nobody would see it land
      for (const side of /** @type {const} */ (["left", "top", "width", "height"])) copy.style[side] = `${from[side]}px`;
      copy.width = 0;
      document.body.append(copy);
      const landed = `translate(${to.left - from.left}px, ${to.top - from.top}px) scale(${to.width / from.width})`;
      flight = copy.animate([{ transform: "none", opacity: 0.7 }, { transform: landed, opacity: 0.9 }], { duration: TIME, easing: "ease-out" });
      flight.onfinish = stop;
      const follow = () => {
        const progress = Number(flight?.currentTime ?? TIME) / TIME;
        pixelate(SIDES[Math.min(SIDES.length - 1, Math.floor(progress * SIDES.length))] ?? 28);
        if (flight !== null) frame = requestAnimationFrame(follow);
      };
      follow();
      numeral.animate([{ opacity: 0.4, transform: "translateY(4px)" }, {}], { duration: SETTLE, easing: "ease-out" });
    },
  };
}
