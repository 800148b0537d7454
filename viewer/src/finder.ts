/** The list as it is asked for now: ties the columns of a report to the route, the reader's marks and the texts read so far. */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { filter, type Found, type Reviewed } from "./data/filter";
import { terms } from "./data/fold";
import { arranged } from "./data/order";
import type { Report } from "./data/report";
import { hits, namesFolded, readTexts, type Reading } from "./data/search";
import { type Table, tableOf } from "./data/table";
import { verdictOf, type Verdict } from "./data/verdict";
import { marks } from "./review";
import { route } from "./state";

/** Of a finding without a mark. */
export const UNMARKED = "none";

export interface Finder {
  table: Table;
  verdict: Verdict;
  reviewed: ReadonlySignal<Reviewed>;
  /** Families that are let through, in the order asked for. */
  found: ReadonlySignal<Found>;
  /** Terms that are searched for. */
  terms: ReadonlySignal<string[]>;
  /** How far the texts are read, 0 to 1; 1 also when there are none or no more can be. */
  progress: ReadonlySignal<number>;
  reading: Reading;
  /** Begins to read texts; once. */
  begin: () => void;
}

const finders = new WeakMap<Report, Finder>();

export function finderOf(report: Report): Finder {
  let finder = finders.get(report);
  if (!finder) finders.set(report, (finder = make(report)));
  return finder;
}

/** A signal that only changes with what it holds, not with every step of the route. */
function held<T>(value: () => T): ReadonlySignal<T> {
  let last: T;
  let key: string | undefined;
  return computed(() => {
    const next = value();
    const text = JSON.stringify(next);
    if (text !== key) {
      key = text;
      last = next;
    }
    return last;
  });
}

function make(report: Report): Finder {
  const table = tableOf(report.index);
  const orders = new Map<string, Uint32Array>();
  let names: string[] | undefined;
  const reading: Reading = { texts: [], read: 0, done: report.index.kept.none, stopped: "" };
  const progress = signal(reading.done ? 1 : 0);
  /** Changes when texts came in while something is searched for. */
  const texts = signal(0);
  let begun = reading.done;

  const reviewed = computed<Reviewed>(() => {
    const value = new Uint8Array(table.rows);
    const list = [UNMARKED];
    for (const [family, mark] of marks.value) {
      let at = list.indexOf(mark);
      if (at < 0) at = list.push(mark) - 1;
      value[family] = at;
    }
    return { names: list, value };
  });

  const sought = held(() => terms(route.value.search));
  const hit = computed(() => {
    texts.value;
    if (!sought.value.length) return null;
    names ??= namesFolded(report.index);
    return hits(table, names, reading.texts, sought.value);
  });
  const order = computed(() => {
    const { sort } = route.value;
    let rows = orders.get(sort);
    if (!rows) orders.set(sort, (rows = arranged(table, sort)));
    return rows;
  });
  const wanted = held(() => {
    const { level, kind, class: klass, scope, state, review, source, from, to } = route.value;
    return { level, kind, class: klass, scope, state, review, source, from, to };
  });
  const found = computed(() => filter(table, order.value, wanted.value, reviewed.value, hit.value));

  function begin() {
    if (begun) return;
    begun = true;
    let shown = 0;
    const told = () => {
      const share = reading.done ? 1 : reading.read / Math.max(1, report.families);
      progress.value = reading.done ? 1 : Math.floor(share * 100) / 100;
      // A list that changed with every little bit would flicker, and cost more than the reading.
      if (!reading.done && share - shown < 0.1) return;
      shown = share;
      if (sought.peek().length) texts.value++;
    };
    void readTexts(report, reading, rest, told);
  }

  return { table, verdict: verdictOf(report.index, table), reviewed, found, terms: sought, progress, reading, begin };
}

/** Waits until the page has nothing better to do; work may go on for some milliseconds then. */
function rest(): Promise<number> {
  return new Promise((done) => {
    const go = () => done(performance.now() + 12);
    if (typeof requestIdleCallback === "function") requestIdleCallback(go, { timeout: 500 });
    else setTimeout(go, 30);
  });
}
