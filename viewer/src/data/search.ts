/** The search: names, titles and sources at once, texts as they are read in idle time. */
import type { Index } from "./format";
import { fold } from "./fold";
import { cut, type Excerpt, type Place, type Report } from "./report";
import type { Table } from "./table";

/** No more of texts than this is held a second time, folded: what is beyond is not searched, and the page says so. */
const MOST = 300_000_000;

/** For each document what it is called. */
export function namesFolded(index: Index): string[] {
  const { name, path, title, source } = index.documents;
  return name.map((own, row) => {
    const parts = [own, title[row] ?? "", source[row] ?? ""];
    if (path[row] !== own) parts.push(path[row] ?? "");
    // A line break is in no term, so that none is found across two parts.
    return parts.map(fold).join("\n");
  });
}

/** For each family whether all terms are found in it, each in the names of its documents or in its texts. Null without terms. */
export function hits(table: Table, names: readonly string[], texts: readonly string[], terms: readonly string[]): Uint8Array | null {
  if (!terms.length) return null;
  const all = 2 ** terms.length - 1;
  const named = new Uint32Array(names.length);
  for (let row = 0; row < names.length; row++) {
    const name = names[row]!;
    for (let n = 0; n < terms.length; n++) if (name.includes(terms[n]!)) named[row]! |= 1 << n;
  }
  const out = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    let seen = 0;
    for (let at = table.placeFirst[row]!; at < table.placeFirst[row + 1]! && seen !== all; at++) seen |= named[table.of[at]!]!;
    const text = texts[row];
    for (let n = 0; text && seen !== all && n < terms.length; n++) {
      if (!(seen & (1 << n)) && text.includes(terms[n]!)) seen |= 1 << n;
      else if (!(seen & (1 << n))) break;
    }
    if (seen === all) out[row] = 1;
  }
  return out;
}

/** What is searched of a family's texts: the keeper's, and those that differ from it. */
export function textFolded(places: readonly Place[], excerpts: readonly (readonly Excerpt[])[]): string {
  const parts = new Set<string>();
  places.forEach((place, n) => {
    const text = cut(excerpts[n] ?? [], place.start, place.end)?.text;
    if (text) parts.add(fold(text));
  });
  return [...parts].join("\n");
}

export interface Reading {
  /** For each family, as far as it is read. */
  texts: string[];
  /** Families read. */
  read: number;
  done: boolean;
  /** Set when not all could be held or read. */
  stopped: "" | "too many" | "damaged";
}

/** Reads all texts, worst first, a little at a time. `rest` waits for a quiet moment and says how long work may go on. */
export async function readTexts(report: Report, reading: Reading, rest: () => Promise<number>, told: () => void): Promise<void> {
  let held = 0;
  let until = await rest();
  try {
    for (; reading.read < report.families; reading.read++) {
      const family = reading.read;
      let places = await report.places(family);
      // All members of an exact family are the same words.
      if (report.kind(family) === "exact") places = places.slice(0, 1);
      const excerpts: Excerpt[][] = [];
      for (const place of places) excerpts.push(await report.excerpts(place.document));
      const text = textFolded(places, excerpts);
      held += text.length;
      if (held > MOST) {
        reading.stopped = "too many";
        break;
      }
      reading.texts[family] = text;
      if (performance.now() >= until) {
        told();
        until = await rest();
      }
    }
  } catch {
    reading.stopped = "damaged";
  }
  reading.done = true;
  told();
}
