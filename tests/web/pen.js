/** A round pen on a square canvas, as node has none: strokes in 0..1 → layers, as the page has its strokes. */

/**
 * One stroke alone: how much of each pixel it covers, 0..255.
 *
 * @param {number[][]} points
 * @param {number} side pixels
 * @param {number} width pixels
 */
export function layer(points, side, width = side / 18, tool = "pen") {
  const alpha = new Uint8Array(side * side);
  for (let i = 0; i < Math.max(1, points.length - 1); i++) {
    const ends = [points[i], points[Math.min(i + 1, points.length - 1)]];
    const [[ax, ay], [bx, by]] = ends.map(([x, y]) => [x * side, y * side]);
    const [top, bottom] = [Math.min(ay, by) - width, Math.max(ay, by) + width];
    const [left, right] = [Math.min(ax, bx) - width, Math.max(ax, bx) + width];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(side, bottom); y++) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(side, right); x++) {
        const part = length === 0 ? 0 : ((x + 0.5 - ax) * (bx - ax) + (y + 0.5 - ay) * (by - ay)) / length;
        const along = Math.min(1, Math.max(0, part));
        const far = Math.hypot(x + 0.5 - ax - along * (bx - ax), y + 0.5 - ay - along * (by - ay));
        const covered = Math.round(255 * Math.min(1, Math.max(0, width / 2 - far + 0.5)));
        alpha[y * side + x] = Math.max(alpha[y * side + x], covered);
      }
    }
  }
  return { tool, alpha };
}

/** Points along an ellipse, angles in degrees, clockwise from the right. */
export function arc(x, y, wide, high, from, to) {
  return Array.from({ length: 25 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 24) * Math.PI) / 180;
    return [x + wide * Math.cos(angle), y + high * Math.sin(angle)];
  });
}
