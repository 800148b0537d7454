/** Two columns scrolled together: heights on the left that belong to heights on the right. */

export interface Anchor {
  left: number;
  right: number;
}

/** The longest list of anchors that goes down on both sides: text that was moved elsewhere would send the reader to and fro. */
export function ascending(anchors: readonly Anchor[]): Anchor[] {
  const list = [...anchors].sort((a, b) => a.left - b.left || a.right - b.right);
  const best: number[] = [];
  const before: number[] = [];
  list.forEach((anchor, n) => {
    let length = 0;
    let from = -1;
    for (let m = 0; m < n; m++) {
      if (list[m]!.left < anchor.left && list[m]!.right < anchor.right && best[m]! > length) {
        length = best[m]!;
        from = m;
      }
    }
    best.push(length + 1);
    before.push(from);
  });
  let at = best.indexOf(Math.max(...best, 0));
  const chain: Anchor[] = [];
  for (; at >= 0; at = before[at]!) chain.push(list[at]!);
  return chain.reverse();
}

/** The height on the other side: between anchors in proportion, beyond them at the same distance. */
export function opposite(chain: readonly Anchor[], at: number, from: "left" | "right"): number {
  const to = from === "left" ? "right" : "left";
  const first = chain[0];
  const last = chain[chain.length - 1];
  if (!first || !last) return at;
  if (at <= first[from]) return first[to] - (first[from] - at);
  if (at >= last[from]) return last[to] + (at - last[from]);
  let low = 0;
  for (let high = chain.length - 1; low + 1 < high; ) {
    const middle = (low + high) >> 1;
    if (chain[middle]![from] <= at) low = middle;
    else high = middle;
  }
  const a = chain[low]!;
  const b = chain[low + 1]!;
  return a[to] + ((at - a[from]) * (b[to] - a[to])) / (b[from] - a[from]);
}

/** The corners of a band between the columns, as an SVG path. */
export function band(width: number, left: Span, right: Span): string {
  const bend = width * 0.45;
  const n = (value: number) => Math.round(value * 10) / 10;
  return (
    `M0 ${n(left.top)}C${n(bend)} ${n(left.top)} ${n(width - bend)} ${n(right.top)} ${n(width)} ${n(right.top)}` +
    `V${n(right.bottom)}C${n(width - bend)} ${n(right.bottom)} ${n(bend)} ${n(left.bottom)} 0 ${n(left.bottom)}Z`
  );
}

export interface Span {
  top: number;
  bottom: number;
}
