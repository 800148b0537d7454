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

/** So many hues are told apart; then they come again. */
export const HUES = 8;

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

/**
 * All links of two documents, numbered from the top of the left one. The open family's two places are joined with each
 * other; further places of a family in order, and what one side has more with that side's first.
 */
export function links(families: readonly Shared[], open: { family: number; left: number; right: number }): Link[] {
  const opened = families.find(({ family }) => family === open.family)?.places;
  const left = opened?.[open.left];
  const right = opened?.[open.right];
  if (!left || !right) return [];
  const one = left.document === right.document;
  const made: Link[] = [];
  for (const { family, places } of families) {
    const current = family === open.family;
    const of = (document: number) =>
      places.flatMap((place, at) => (place.document === document ? [at] : [])).sort((a, b) => places[a]!.start - places[b]!.start || a - b);
    let a = of(left.document);
    let b = of(right.document);
    if (one) {
      // Within one document the first place stands for the left, the others for the right.
      const first = current ? open.left : a[0];
      a = a.filter((at) => at === first);
      b = b.filter((at) => at !== first);
    }
    if (current) {
      const put = (list: number[], at: number) => [at, ...list.filter((other) => other !== at)];
      a = put(a, open.left);
      b = put(b, open.right);
    }
    if (!a.length || !b.length) continue;
    for (let n = 0; n < Math.max(a.length, b.length); n++) {
      const leftAt = a[n] ?? a[0]!;
      const rightAt = b[n] ?? b[0]!;
      made.push({
        number: 0,
        family,
        current: current && leftAt === open.left && rightAt === open.right,
        leftAt,
        rightAt,
        left: places[leftAt]!,
        right: places[rightAt]!,
      });
    }
  }
  made.sort((a, b) => a.left.start - b.left.start || b.left.end - a.left.end || a.right.start - b.right.start || a.family - b.family);
  made.forEach((link, n) => {
    link.number = n + 1;
  });
  return made;
}

/** Colours by family, in the order of the links: 0 to 7. */
export function huesOf(made: readonly Link[]): Map<number, number> {
  const hues = new Map<number, number>();
  for (const { family } of made) if (!hues.has(family)) hues.set(family, hues.size % HUES);
  return hues;
}
