/** Which passages two documents share: a link joins a place on the left with a place on the right. */
import type { Place } from "../../data/report";

export interface Link {
  /** Counted from 1 down the left side. */
  number: number;
  family: number;
  /** Of the family that is open, and its two places. */
  current: boolean;
  /** Indexes of places of the family. */
  leftAt: number;
  rightAt: number;
  left: Place;
  right: Place;
}

/** Hues in the order in which they are given out, then again: green and red, which also mark words, come last. */
const HUES = [1, 0, 2, 5, 6, 4, 3, 7] as const;

/** What two ascending lists share. */
export function common(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      both.push(a[i]!);
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return both;
}

export interface Shared {
  family: number;
  places: readonly Place[];
}

/** What is shown, and how many families lie wholly within it. */
export interface Linked {
  links: Link[];
  within: number;
}

const inside = (place: Place, other: Place) => other.start <= place.start && place.end <= other.end;

/**
 * All links of two documents, numbered from the top of the left one. The open family's two places are joined with each
 * other, longer passages before shorter ones. What lies within a longer link on both sides is a part of that and gets
 * no link of its own. Places of a family that remain are joined in order, and what one side has more with the other's
 * first, unless it stands in a shared passage anyway. In one document each place is joined with the next.
 */
export function links(families: readonly Shared[], open: { family: number; left: number; right: number }): Linked {
  const opened = families.find(({ family }) => family === open.family)?.places;
  const left = opened?.[open.left];
  const right = opened?.[open.right];
  if (!left || !right) return { links: [], within: 0 };
  const one = left.document === right.document;
  const made: Link[] = [];
  let within = 0;
  const longest = ({ places }: Shared) => places.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  const order = families
    .map((shared) => ({ shared, current: shared.family === open.family, length: longest(shared) }))
    .sort((a, b) => Number(b.current) - Number(a.current) || b.length - a.length || a.shared.family - b.shared.family);
  for (const { shared: { family, places }, current } of order) {
    const of = (document: number) =>
      places.flatMap((place, at) => (place.document === document ? [at] : [])).sort((a, b) => places[a]!.start - places[b]!.start || a - b);
    let a = of(left.document);
    let b = of(right.document);
    const before = made.length;
    const join = (leftAt: number, rightAt: number) => {
      const open_ = current && leftAt === open.left && rightAt === open.right;
      made.push({ number: 0, family, current: open_, leftAt, rightAt, left: places[leftAt]!, right: places[rightAt]! });
    };
    const take = (leftAt: number | undefined, rightAt: number | undefined) => {
      a = a.filter((at) => at !== leftAt);
      b = b.filter((at) => at !== rightAt);
    };
    let firstLeft = a[0];
    let firstRight = b[0];
    if (one) {
      // Within one document each place is joined with the next one, in the direction in which the open ones are.
      if (current) join(open.left, open.right);
      for (let n = 0; n + 1 < a.length; n++) {
        const [x, y] = right.start < left.start ? [a[n + 1]!, a[n]!] : [a[n]!, a[n + 1]!];
        const part = made.some((longer, m) => m < before && inside(places[x]!, longer.left) && inside(places[y]!, longer.right));
        if (!part && !(current && x === open.left && y === open.right)) join(x, y);
      }
      if (made.length === before) within++;
      continue;
    }
    if (current) {
      join(open.left, open.right);
      take(open.left, open.right);
      firstLeft = open.left;
      firstRight = open.right;
    }
    for (const longer of made.slice(0, before)) {
      for (const leftAt of [...a]) {
        if (!inside(places[leftAt]!, longer.left)) continue;
        const rightAt = b.find((at) => inside(places[at]!, longer.right));
        if (rightAt !== undefined) take(leftAt, rightAt);
      }
    }
    while (a.length && b.length) {
      join(a[0]!, b[0]!);
      take(a[0], b[0]);
    }
    const shown = (at: number, side: "left" | "right") => made.some((link) => inside(places[at]!, link[side]));
    for (const at of a) if (firstRight !== undefined && !shown(at, "left")) join(at, firstRight);
    for (const at of b) if (firstLeft !== undefined && !shown(at, "right")) join(firstLeft, at);
    if (made.length === before) within++;
  }
  made.sort((a, b) => a.left.start - b.left.start || b.left.end - a.left.end || a.right.start - b.right.start || a.family - b.family);
  made.forEach((link, n) => {
    link.number = n + 1;
  });
  return { links: made, within };
}

/** Colours by family, in the order of the links: 0 to 7. */
export function huesOf(made: readonly Link[]): Map<number, number> {
  const hues = new Map<number, number>();
  for (const { family } of made) if (!hues.has(family)) hues.set(family, HUES[hues.size % HUES.length]!);
  return hues;
}
