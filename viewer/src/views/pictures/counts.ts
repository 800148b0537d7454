/** Findings by how alike their places are, and by when they were published. One walk over the columns; no DOM. */
import type { Index } from "../../data/format";
import { firstsOf } from "./matrix";

/** Findings from one similarity up to another, in hundredths; `to` is not in it, but for the last one: the same words. */
export interface Alike {
  from: number;
  to: number;
  findings: number;
}

/** In steps of five hundredths from the lowest there is, and those of the same words by themselves. */
export function alikeOf(index: Index, rows?: ArrayLike<number>): Alike[] {
  const { similarity } = index.families;
  const counts = new Uint32Array(21);
  const count = rows ? rows.length : similarity.length;
  for (let n = 0; n < count; n++) {
    const value = similarity[rows ? rows[n]! : n]!;
    counts[Math.max(0, Math.min(20, Math.floor(value / 50_000)))]!++;
  }
  const lowest = counts.findIndex((findings) => findings > 0);
  if (lowest < 0) return [];
  return Array.from(counts.subarray(lowest), (findings, n) => {
    const from = (lowest + n) * 5;
    return { from, to: Math.min(100, from + 5), findings };
  });
}

export type Unit = "day" | "week" | "month" | "year" | "years";

/** What was published in a stretch of time. Days are of UTC, as `YYYY-MM-DD`; `to` is its last day. */
export interface Stretch {
  from: string;
  to: string;
  /** Findings with a place dated in it. */
  findings: number;
  /** Places dated in it that are not the one to keep. */
  copies: number;
}

export interface Timeline {
  unit: Unit;
  /** Without gaps: what lies between has zeros. */
  stretches: Stretch[];
  /** Places whose date is missing or unreadable. */
  undated: number;
}

const DAY = 86_400;
const MOST = 120;

const dayName = (day: number) => {
  const date = new Date(day * DAY * 1000);
  const year = date.getUTCFullYear();
  const digits = year < 0 || year > 9999 ? String(year) : String(year).padStart(4, "0");
  return `${digits}-${String(date.getUTCMonth() + 1).padStart(2, "0")}-${String(date.getUTCDate()).padStart(2, "0")}`;
};

/** Ways to cut time into stretches: which one a day lies in, and the first day of one. */
interface Cut {
  unit: Unit;
  number: (day: number) => number;
  first: (number: number) => number;
}

const monthStart = (months: number) => Math.floor(utc(Math.floor(months / 12), months - Math.floor(months / 12) * 12) / 1000 / DAY);
/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
const utc = (year: number, month: number) => new Date(0).setUTCFullYear(year, month, 1);
const monthOf = (day: number) => {
  const date = new Date(day * DAY * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};
const months = (unit: Unit, step: number): Cut => ({ unit, number: (day) => Math.floor(monthOf(day) / step), first: (number) => monthStart(number * step) });

const CUTS: readonly Cut[] = [
  { unit: "day", number: (day) => day, first: (day) => day },
  // Weeks begin on Monday; 1970 began on a Thursday.
  { unit: "week", number: (day) => Math.floor((day + 3) / 7), first: (week) => week * 7 - 3 },
  months("month", 1),
  months("year", 12),
  months("years", 120),
  months("years", 1200),
  months("years", 12_000),
  months("years", 1_200_000),
];

/** Days up to two months, weeks up to a year and a bit, then months, years and more of them; never more than 120 stretches. */
function cutFor(first: number, last: number): Cut {
  const most = (unit: Unit) => (unit === "day" ? 62 : unit === "week" ? 60 : MOST);
  return CUTS.find((cut) => cut.number(last) - cut.number(first) < most(cut.unit)) ?? CUTS.at(-1)!;
}

/** Nothing when no place has a date. */
export function timelineOf(index: Index, rows?: ArrayLike<number>): Timeline | undefined {
  const { places, keeper } = index.families;
  const time = index.documents.time;
  if (!time.length) return undefined;
  const firsts = firstsOf(places);
  const count = rows ? rows.length : places.length;
  const days = new Int32Array(time.length);
  const dated = new Uint8Array(time.length);
  for (let row = 0; row < time.length; row++) {
    const seconds = time[row];
    // Farther than this no calendar of the browser reaches.
    if (seconds == null || Math.abs(seconds) > 8.6e12) continue;
    dated[row] = 1;
    days[row] = Math.floor(seconds / DAY);
  }
  let low = Infinity;
  let high = -Infinity;
  let undated = 0;
  for (let n = 0; n < count; n++) {
    const family = rows ? rows[n]! : n;
    for (let at = firsts[family]!, end = firsts[family + 1]!; at < end; at++) {
      const row = index.of[at]!;
      if (!dated[row]) {
        undated++;
        continue;
      }
      if (days[row]! < low) low = days[row]!;
      if (days[row]! > high) high = days[row]!;
    }
  }
  if (low === Infinity) return undefined;

  const cut = cutFor(low, high);
  const base = cut.number(low);
  const size = cut.number(high) - base + 1;
  const findings = new Uint32Array(size);
  const copies = new Uint32Array(size);
  const stamp = new Int32Array(size).fill(-1);
  const stretchOf = new Int32Array(time.length);
  for (let row = 0; row < time.length; row++) stretchOf[row] = dated[row] ? cut.number(days[row]!) - base : -1;
  for (let n = 0; n < count; n++) {
    const family = rows ? rows[n]! : n;
    const first = firsts[family]!;
    for (let at = first, end = firsts[family + 1]!; at < end; at++) {
      const stretch = stretchOf[index.of[at]!]!;
      if (stretch < 0) continue;
      if (at - first !== keeper[family]) copies[stretch]!++;
      if (stamp[stretch] === family) continue;
      stamp[stretch] = family;
      findings[stretch]!++;
    }
  }
  const stretches = Array.from(findings, (number, n) => ({
    from: dayName(cut.first(base + n)),
    to: dayName(cut.first(base + n + 1) - 1),
    findings: number,
    copies: copies[n]!,
  }));
  return { unit: cut.unit, stretches, undated };
}
