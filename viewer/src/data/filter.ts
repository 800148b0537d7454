/** Which families are let through, and how many there would be for each value of each facet if only that facet were left open. */
import { FACETS, type Facet, type Table } from "./table";

/** What is asked for. Of a facet an empty list asks for nothing. */
export interface Wanted extends Record<Facet, readonly string[]> {
  /** Days; families with a place dated in between, both included. */
  from: string;
  to: string;
}

/** The reader's marks as a column. */
export interface Reviewed {
  names: readonly string[];
  value: Uint8Array;
}

export interface Found {
  /** Families in the order asked for. */
  rows: Uint32Array;
  /** For each facet and each of its names. */
  counts: Record<Facet, Uint32Array>;
}

const DAY = 86_400;

/** Seconds since 1970 of the beginning of a day, NaN when it is none. */
export function secondsOf(day: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) / 1000 : NaN;
}

/** For each name of a facet whether it is let through; null when all are. */
function open(names: readonly string[], wanted: readonly string[]): Uint8Array | null {
  if (!wanted.length) return null;
  const set = new Set(wanted);
  return Uint8Array.from(names, (name) => Number(set.has(name)));
}

const BIT = Object.fromEntries(FACETS.map((facet, n) => [facet, 1 << n])) as Record<Facet, number>;
/** Dates and the search have no counts: who fails them is counted nowhere. */
const OTHER = 1 << FACETS.length;

/**
 * `hit` tells for each family whether the search found it; null when nothing is searched for.
 * Cost: one walk over the families, and over the places of those that a span of dates may hold.
 */
export function filter(table: Table, order: Uint32Array, wanted: Wanted, reviewed: Reviewed, hit: Uint8Array | null): Found {
  const names: Record<Facet, readonly string[]> = { ...table.names, review: reviewed.names };
  const single = (["level", "kind", "class", "scope", "state", "review"] as const).map((facet) => ({
    bit: BIT[facet],
    value: facet === "review" ? reviewed.value : table.value[facet],
    open: open(names[facet], wanted[facet]),
    counts: new Uint32Array(names[facet].length),
  }));
  const sourceOpen = open(names.source, wanted.source);
  const sourceCounts = new Uint32Array(names.source.length);
  const { source, sourceFirst } = table;

  const from = secondsOf(wanted.from);
  const before = secondsOf(wanted.to) + DAY;
  const dated = !Number.isNaN(from) || !Number.isNaN(before);

  const rows = new Uint32Array(table.rows);
  let found = 0;
  for (let n = 0; n < order.length; n++) {
    const row = order[n]!;
    let failed = hit && !hit[row] ? OTHER : 0;
    if (failed) continue;
    for (const facet of single) if (facet.open && !facet.open[facet.value[row]!]) failed |= facet.bit;
    if (failed & (failed - 1)) continue;
    if (sourceOpen && !someOpen(source, sourceFirst[row]!, sourceFirst[row + 1]!, sourceOpen)) failed |= BIT.source;
    if (failed & (failed - 1)) continue;
    if (dated && !placed(table, row, from, before)) continue;

    if (!failed) rows[found++] = row;
    for (const facet of single) if (!failed || failed === facet.bit) facet.counts[facet.value[row]!]!++;
    if (!failed || failed === BIT.source) {
      for (let at = sourceFirst[row]!; at < sourceFirst[row + 1]!; at++) sourceCounts[source[at]!]!++;
    }
  }

  const [level, kind, klass, scope, state, review] = single.map((facet) => facet.counts) as [
    Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array,
  ];
  return { rows: rows.slice(0, found), counts: { level, kind, class: klass, scope, state, review, source: sourceCounts } };
}

function someOpen(source: Uint32Array, from: number, to: number, open: Uint8Array): boolean {
  for (let at = from; at < to; at++) if (open[source[at]!]) return true;
  return false;
}

/** Whether a place is dated in a span; an end that is NaN is open. */
function placed(table: Table, row: number, from: number, before: number): boolean {
  const oldest = table.oldest[row]!;
  if (oldest < 0 || table.time[oldest]! >= before || table.time[table.newest[row]!]! < from) return false;
  for (let at = table.placeFirst[row]!; at < table.placeFirst[row + 1]!; at++) {
    const time = table.time[table.of[at]!]!;
    if (!Number.isNaN(time) && !(time < from) && !(time >= before)) return true;
  }
  return false;
}
