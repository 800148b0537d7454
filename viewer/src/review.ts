/**
 * The reader's marks on findings: kept by fingerprint in the browser under a key of this report, shown by row. Where
 * the browser refuses, they last as long as the page and can be saved as a file.
 */
import { batch, signal } from "@preact/signals";
import type { Report } from "./data/report";
import { isMark, type Mark } from "./export/marks";
import { keeps, recall, remember } from "./ui/storage";

/** For each family that is marked the name of its mark. */
export const marks = signal<Map<number, string>>(new Map());
/** What was done last, for the live region; a number makes repeats new. */
export const said = signal<{ text: string; n: number }>({ text: "", n: 0 });

interface Store {
  report: Report;
  key: string;
  /** By fingerprint, the mark and the row it was set on: the key is of this very report, so rows stay. */
  kept: Map<string, { mark: Mark; row: number }>;
  /** All rows of each fingerprint that has several, and the row of each other; made when first needed. */
  rows: Promise<Map<string, number[]>> | undefined;
  trail: { fingerprint: string; row: number; before: Mark | undefined }[];
}
let store: Store | undefined;

/** 53 bits of a text, to tell reports apart. */
export function digest(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(16).padStart(14, "0");
}

/** Marks of this report are shown. Call once, when the report is open. */
export async function openReview(report: Report): Promise<void> {
  if (!report.families) return;
  const first = await Promise.all(Array.from({ length: Math.min(20, report.families) }, (_, row) => report.fingerprint(row)));
  const { summary, settings } = report.index.report;
  store = { report, key: `twicetold.review.${digest(JSON.stringify([summary, settings, first]))}`, kept: new Map(), rows: undefined, trail: [] };
  load(recall(store.key));
  window.addEventListener("storage", (event) => {
    if (store && event.key === store.key) load(event.newValue);
  });
}

/** What is kept: `{fingerprint: [mark, row]}`. */
function load(text: string | null): void {
  if (!store) return;
  const kept: Store["kept"] = new Map();
  try {
    for (const [fingerprint, value] of Object.entries(JSON.parse(text ?? "{}") as Record<string, unknown>)) {
      const [mark, row] = Array.isArray(value) ? (value as unknown[]) : [];
      if (isMark(mark) && Number.isInteger(row)) kept.set(fingerprint, { mark, row: row as number });
    }
  } catch {
    // What cannot be read is as good as nothing; the next mark writes it anew.
  }
  store.kept = kept;
  show();
}

/** Rows get their marks at once; further rows of the same text when all fingerprints are read. */
function show(): void {
  if (!store) return;
  const shown = new Map<number, string>();
  for (const { mark, row } of store.kept.values()) if (row < store.report.families) shown.set(row, mark);
  marks.value = shown;
  if (!store.kept.size) return;
  const { kept } = store;
  void rowsOf().then((rows) => {
    if (store?.kept !== kept) return;
    const all = new Map<number, string>();
    for (const [fingerprint, { mark }] of kept) for (const row of rows.get(fingerprint) ?? []) all.set(row, mark);
    if (all.size !== marks.peek().size) marks.value = all;
  });
}

const idle = () =>
  new Promise<void>((done) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => done(), { timeout: 500 });
    else setTimeout(done, 0);
  });

/** The rows of each fingerprint: a pass over all blocks of places, in idle time. */
export function rowsOf(): Promise<Map<string, number[]>> {
  const { report } = store!;
  return (store!.rows ??= (async () => {
    const rows = new Map<string, number[]>();
    const step = report.index.places_step;
    for (let from = 0; from < report.families; from += step) {
      await idle();
      for (let row = from; row < Math.min(report.families, from + step); row++) {
        const fingerprint = await report.fingerprint(row);
        const list = rows.get(fingerprint);
        if (list) list.push(row);
        else rows.set(fingerprint, [row]);
      }
    }
    return rows;
  })());
}

function write(fingerprint: string, row: number, mark: Mark | undefined): Mark | undefined {
  if (!store) return undefined;
  const before = store.kept.get(fingerprint);
  store.kept = new Map(store.kept);
  if (mark) store.kept.set(fingerprint, { mark, row: before?.row ?? row });
  else store.kept.delete(fingerprint);
  save();
  return before?.mark;
}

function save(): void {
  if (!store) return;
  const out = Object.fromEntries([...store.kept].map(([fingerprint, { mark, row }]) => [fingerprint, [mark, row]]));
  remember(store.key, store.kept.size ? JSON.stringify(out) : null);
}

export const WORDS: Record<Mark, string> = { accept: "accepted", duplicate: "a duplicate", boilerplate: "boilerplate" };
const say = (text: string) => {
  said.value = { text: keeps.peek() ? text : `${text} This browser keeps nothing for this page: save your marks as a file.`, n: said.peek().n + 1 };
};

/** Marks a finding; the same mark again takes it away. */
export async function setMark(row: number, mark: Mark): Promise<void> {
  if (!store) return;
  const fingerprint = await store.report.fingerprint(row);
  const next = store.kept.get(fingerprint)?.mark === mark ? undefined : mark;
  const before = write(fingerprint, row, next);
  store.trail.push({ fingerprint, row, before });
  batch(() => {
    show();
    say(next ? `Marked: ${WORDS[next]}.` : "Mark taken away.");
  });
}

/** Takes back what was marked last. Gives the row it was on, or nothing. */
export function undoMark(): number | undefined {
  const last = store?.trail.pop();
  if (!last) {
    say("Nothing to undo.");
    return undefined;
  }
  write(last.fingerprint, last.row, last.before);
  show();
  say(last.before ? `Undone: ${WORDS[last.before]} again.` : "Undone: no mark.");
  return last.row;
}

/** Marks by fingerprint, for export. */
export const marksKept = (): Map<string, Mark> => new Map([...(store?.kept ?? [])].map(([fingerprint, { mark }]) => [fingerprint, mark]));

/** Marks from a file go over what is here. How many fit this report, and how many do not. */
export async function importMarks(found: ReadonlyMap<string, Mark>): Promise<{ here: number; elsewhere: number }> {
  if (!store) return { here: 0, elsewhere: found.size };
  const rows = await rowsOf();
  let here = 0;
  const kept = new Map(store.kept);
  for (const [fingerprint, mark] of found) {
    const row = rows.get(fingerprint)?.[0];
    if (row === undefined) continue;
    here++;
    kept.set(fingerprint, { mark, row });
  }
  store.kept = kept;
  store.trail = [];
  save();
  show();
  return { here, elsewhere: found.size - here };
}

/** Takes all marks away. */
export function clearMarks(): void {
  if (!store) return;
  store.kept = new Map();
  store.trail = [];
  save();
  show();
  say("All marks taken away.");
}
