/** Who shares text with whom: documents, files, folders or sources against each other, counted in one walk over the columns. No DOM. */
import type { DocumentColumns, Index } from "../../data/format";

/** What stands for one row of the map. */
export type By = "document" | "file" | "folder" | "source";

/** Which group each document is in, and what the groups are called; `null` for documents that name none. */
export interface Grouping {
  by: By;
  of: Int32Array;
  names: (string | null)[];
}

const folderOf = (path: string) => {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "." : path.slice(0, cut);
};

function gather(by: By, documents: DocumentColumns, name: (row: number) => string | null): Grouping {
  const rows = documents.id.length;
  const of = new Int32Array(rows);
  const seen = new Map<string | null, number>();
  const names: (string | null)[] = [];
  for (let row = 0; row < rows; row++) {
    const called = name(row);
    let group = seen.get(called);
    if (group === undefined) {
      group = names.length;
      names.push(called);
      seen.set(called, group);
    }
    of[row] = group;
  }
  return { by, of, names };
}

/** The ways to group that tell something: each coarser one has fewer groups than the finer, and more than one. */
export function groupings(documents: DocumentColumns): Grouping[] {
  const rows = documents.id.length;
  const each: Grouping = { by: "document", of: Int32Array.from({ length: rows }, (_, row) => row), names: documents.name };
  const ways = [each];
  const coarser = [
    gather("file", documents, (row) => documents.path[row] ?? null),
    gather("folder", documents, (row) => folderOf(documents.path[row] ?? "")),
    gather("source", documents, (row) => documents.source[row] || null),
  ];
  for (const way of coarser) if (way.names.length > 1 && way.names.length < rows) ways.push(way);
  return ways;
}

/** The finest way that fits; when none does, the coarsest. */
export function bestGrouping(ways: readonly Grouping[], most: number): Grouping | undefined {
  let best: Grouping | undefined;
  for (const way of ways) {
    if (!best) best = way;
    else if (way.names.length <= most ? best.names.length > most || way.names.length > best.names.length : way.names.length < best.names.length) best = way;
  }
  return best;
}

export interface MatrixGroup {
  /** `null`: documents that name none; ignored when `rest`. */
  name: string | null;
  /** All groups that are not shown by themselves. */
  rest: boolean;
  /** How many groups it stands for. */
  groups: number;
  /** Words of the findings it takes part in. */
  words: number;
}

/** Half a table: cell (row, column) with column <= row stands at `row * (row + 1) / 2 + column`. */
export interface Matrix {
  groups: MatrixGroup[];
  words: Float64Array;
  findings: Uint32Array;
  /** The first, so worst, finding of the cell; -1 when there is none. */
  worst: Int32Array;
  /** For each document the group of the table it is in, or -1. */
  shown: Int32Array;
}

export const cellOf = (a: number, b: number): number => (a >= b ? (a * (a + 1)) / 2 + b : (b * (b + 1)) / 2 + a);

/** `rows`: the findings that count, ascending; all when it is not given. A finding counts once for each pair of groups it stands in,
    and for a group with itself when two of its places are there. Never more steps for a finding than its places and the cells of the table. */
export function matrixOf(index: Index, way: Grouping, most: number, rows?: ArrayLike<number>): Matrix {
  const { words, places } = index.families;
  const of = index.of;
  const firsts = firstsOf(places);
  const count = rows ? rows.length : places.length;

  // First walk: how much every group takes part in.
  const totals = new Float64Array(way.names.length);
  const stamp = new Int32Array(way.names.length).fill(-1);
  for (let n = 0; n < count; n++) {
    const family = rows ? rows[n]! : n;
    for (let at = firsts[family]!, end = firsts[family + 1]!; at < end; at++) {
      const group = way.of[of[at]!]!;
      if (stamp[group] === family) continue;
      stamp[group] = family;
      totals[group]! += words[family]!;
    }
  }

  const order: number[] = [];
  for (let group = 0; group < totals.length; group++) if (totals[group]! > 0) order.push(group);
  order.sort((a, b) => totals[b]! - totals[a]! || a - b);
  const kept = order.length > most ? order.slice(0, most) : order;
  const rest = order.slice(kept.length);
  const rowOf = new Int32Array(way.names.length).fill(-1);
  kept.forEach((group, row) => { rowOf[group] = row; });
  for (const group of rest) rowOf[group] = kept.length;
  const groups: MatrixGroup[] = kept.map((group) => ({ name: way.names[group] ?? null, rest: false, groups: 1, words: totals[group]! }));
  if (rest.length) groups.push({ name: null, rest: true, groups: rest.length, words: 0 });

  const shown = new Int32Array(way.of.length);
  for (let document = 0; document < shown.length; document++) shown[document] = rowOf[way.of[document]!]!;

  // Second walk: the cells.
  const size = groups.length;
  const cells = (size * (size + 1)) / 2;
  const table: Matrix = { groups, words: new Float64Array(cells), findings: new Uint32Array(cells), worst: new Int32Array(cells).fill(-1), shown };
  const inGroup = new Uint32Array(size);
  const here: number[] = [];
  for (let n = 0; n < count; n++) {
    const family = rows ? rows[n]! : n;
    here.length = 0;
    for (let at = firsts[family]!, end = firsts[family + 1]!; at < end; at++) {
      const row = shown[of[at]!]!;
      if (inGroup[row]!++ === 0) here.push(row);
    }
    for (let i = 0; i < here.length; i++) {
      const a = here[i]!;
      if (inGroup[a]! > 1) count1(table, cellOf(a, a), family, words[family]!);
      for (let j = 0; j < i; j++) count1(table, cellOf(a, here[j]!), family, words[family]!);
      if (size > 0 && groups[a]!.rest) groups[a]!.words += words[family]!;
    }
    for (const row of here) inGroup[row] = 0;
  }
  return table;
}

function count1(table: Matrix, cell: number, family: number, words: number): void {
  table.words[cell]! += words;
  table.findings[cell]!++;
  if (table.worst[cell]! < 0) table.worst[cell] = family;
}

/** For each family the first of its places in `index.of`. */
export function firstsOf(places: readonly number[]): Uint32Array {
  const firsts = new Uint32Array(places.length + 1);
  for (let family = 0; family < places.length; family++) firsts[family + 1] = firsts[family]! + places[family]!;
  return firsts;
}

/** The places of a finding that make it belong to a cell: one in each group, or two in the one. */
export function pairOf(documents: readonly number[], shown: Int32Array, a: number, b: number): [number, number] | undefined {
  const left = documents.findIndex((document) => shown[document] === a);
  const right = documents.findIndex((document, n) => shown[document] === b && n !== left);
  if (left < 0 || right < 0) return undefined;
  return left < right ? [left, right] : [right, left];
}

/** The worst findings of a cell. */
export function findingsOf(index: Index, table: Matrix, a: number, b: number, most: number, rows?: ArrayLike<number>): number[] {
  const found: number[] = [];
  const firsts = firstsOf(index.families.places);
  const count = rows ? rows.length : index.families.places.length;
  for (let n = 0; n < count && found.length < most; n++) {
    const family = rows ? rows[n]! : n;
    let ofA = 0;
    let ofB = 0;
    for (let at = firsts[family]!, end = firsts[family + 1]!; at < end; at++) {
      const row = table.shown[index.of[at]!]!;
      if (row === a) ofA++;
      if (row === b) ofB++;
    }
    if (a === b ? ofA > 1 : ofA > 0 && ofB > 0) found.push(family);
  }
  return found;
}

/** Limits of the steps of colour: round numbers about where sixths of the values lie. Ascending, at most five, all above the smallest value. */
export function steps(values: ArrayLike<number>): number[] {
  const some = Float64Array.from(values).filter((value) => value > 0).sort();
  if (!some.length) return [];
  const limits: number[] = [];
  for (let sixth = 1; sixth < 6; sixth++) {
    const limit = round(some[Math.floor((some.length * sixth) / 6)]!);
    if (limit > some[0]! && limit > (limits.at(-1) ?? 0)) limits.push(limit);
  }
  return limits;
}

/** Down to two digits and zeros. */
function round(value: number): number {
  const unit = Math.max(1, 10 ** (Math.floor(Math.log10(value)) - 1));
  return Math.floor(value / unit) * unit;
}
