/** The rows of families as the list shows them now, and the way along them from one finding to the next. */
import { signal } from "@preact/signals";

/** Null while no list was shown: then all families in the order of the report. */
export const listed = signal<Uint32Array | null>(null);

export interface Neighbours {
  /** Counted from 1; 0 when the family is not in the list. */
  number: number;
  of: number;
  previous: number | undefined;
  next: number | undefined;
}

/** Before and after a family. One that the list does not show lies between its neighbours by row. */
export function neighbours(list: Uint32Array | null, families: number, family: number): Neighbours {
  if (!list) return { number: family + 1, of: families, previous: family > 0 ? family - 1 : undefined, next: family + 1 < families ? family + 1 : undefined };
  const at = list.indexOf(family);
  if (at >= 0) return { number: at + 1, of: list.length, previous: list[at - 1], next: list[at + 1] };
  let previous: number | undefined;
  let next: number | undefined;
  for (const row of list) {
    if (row < family && (previous === undefined || row > previous)) previous = row;
    if (row > family && (next === undefined || row < next)) next = row;
  }
  return { number: 0, of: list.length, previous, next };
}
