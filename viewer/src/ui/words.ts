/** Plain words for what a report calls by technical terms, and numbers as they are read. */
import type { Kind, Level, Scope, State } from "../data/format";
import type { Facet } from "../data/table";

const format = new Intl.NumberFormat("en-GB");
export const grouped = (n: number): string => format.format(n);

/** `1 word`, `2 words`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

/** `14.2 %`: cut, never rounded up, so that 100 % is all of it; and what is not nothing never reads 0 %. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return "under 0.1 %";
  const tenths = Math.floor(share * 1000 + 1e-9) / 10;
  return `${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)} %`;
}

const UNIT: Record<Level, string> = { document: "article", paragraph: "paragraph", sentence: "sentence", passage: "passage" };
const UNITS: Record<Level, string> = { document: "Whole articles", paragraph: "Paragraphs", sentence: "Sentences", passage: "Passages" };
const KINDS: Record<Kind, string> = { exact: "Word for word", near: "Edited", contained: "Contained" };
const SCOPES: Record<Scope, string> = { within: "Within one article", across: "In several articles", archive: "With the archive" };
const STATES: Record<State, string> = { new: "New", known: "Known", suppressed: "Suppressed" };

/** What a finding is: `Same paragraph, word for word`. */
export function typeOf(level: Level, kind: Kind): string {
  const unit = UNIT[level];
  if (kind === "exact") return `Same ${unit}, word for word`;
  if (kind === "near") return `Edited ${unit}`;
  return `${unit[0]!.toUpperCase()}${unit.slice(1)} contained in another text`;
}

export const classOf = (name: string): string => (name === "stock-phrase" ? "Stock phrase" : name === "boilerplate" ? "Boilerplate" : name);

/** What suppressed a finding, of `suppressed_by`. */
export function suppressedBy(by: string | null | undefined): string {
  if (!by) return "told not to count";
  const [what = "", ...rest] = by.split(":");
  const which = rest.join(":").trim();
  const why = what === "allow" ? "allowed by a rule" : what === "boilerplate" ? "in the list of boilerplate" : what === "max-doc-freq" ? "in too many articles to matter" : what;
  return which ? `${why}: ${which}` : why;
}

export const FACET_TITLES: Record<Facet, string> = {
  level: "What is repeated",
  kind: "How alike",
  class: "Sort of text",
  scope: "Where",
  state: "New or known",
  review: "Your review",
  source: "Source",
};

/** A value of a facet in words. */
export function valueOf(facet: Facet, name: string): string {
  const of = (words: Record<string, string>) => words[name] ?? name;
  switch (facet) {
    case "level":
      return of(UNITS);
    case "kind":
      return of(KINDS);
    case "scope":
      return of(SCOPES);
    case "state":
      return of(STATES);
    case "class":
      return name === "none" ? "Ordinary text" : classOf(name);
    case "review":
      return name === "none" ? "Not marked" : `${name[0]?.toUpperCase() ?? ""}${name.slice(1).replaceAll("-", " ")}`;
    case "source":
      return name || "No source given";
  }
}

/** The exact meaning, for a tooltip. */
export const MEANINGS: Record<string, string> = {
  document: "level document: every place is a whole article",
  paragraph: "level paragraph: every place is a whole paragraph",
  sentence: "level sentence: every place is a whole sentence",
  passage: "level passage: a run of words that need not be a sentence or a paragraph",
  exact: "kind exact: the same words; case, marks and white space may differ",
  near: "kind near: most of the words are the same",
  contained: "kind contained: one text is a part of the other",
  within: "scope within: all places are in one article",
  across: "scope across: places in several articles",
  archive: "scope archive: one of the articles is in the archive",
  new: "state new: no baseline knows it",
  known: "state known: the baseline has it",
  suppressed: "state suppressed: a rule, a boilerplate file or a limit tells not to count it",
  "stock-phrase": "class stock-phrase: a short turn of phrase that many different articles use",
  boilerplate: "class boilerplate: a longer text that many different articles carry",
};

const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A day to read: the one that the source wrote, where it begins with one; else the time's in UTC; else what the source wrote. */
export function dayOf(date: string | null | undefined, time: number | null | undefined): string {
  const written = /^(\d{4}-\d\d-\d\d)(?!\d)/.exec(date ?? "")?.[1];
  const at = written ? Date.parse(`${written}T00:00:00Z`) : time == null ? NaN : time * 1000;
  return Number.isNaN(at) || Math.abs(at) > 8.64e15 ? (date ?? "") : DATE.format(at);
}
