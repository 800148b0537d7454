/** The way along the list from one finding to the next. */

export interface Neighbours {
  /** Counted from 1; 0 when the list does not show the family. */
  number: number;
  of: number;
  previous: number | undefined;
  next: number | undefined;
}

/** Before and after a family in the list as it is shown. One that is not in it lies between its neighbours by row. */
export function neighbours(list: Uint32Array, family: number): Neighbours {
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
