/** Facts of findings in plain words, and the technical ones for tooltips. */
import type { Kind } from "../data/format";
import type { Report } from "../data/report";
import type { Origin } from "../data/origin";

const whole = new Intl.NumberFormat("en");
export const count = (n: number): string => whole.format(n);
export const several = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** "87 %", never 100 for what is not the same, never 0 for what shares something. */
export function percent(share: number): string {
  if (share >= 1) return "100 %";
  if (share <= 0) return "0 %";
  const rounded = Math.round(share * 100);
  return rounded === 100 ? `${Math.floor(share * 1000) / 10} %` : `${Math.max(1, rounded)} %`;
}

/** How alike two places are: "same words", "edited: 87 % the same", "a part of the other". */
export function alike(kind: Kind, similarity: number | undefined): string {
  if (kind === "contained") return "a part of the other";
  if (similarity === 1) return "same words";
  return similarity === undefined ? "edited" : `edited: ${percent(similarity)} the same`;
}

export const LEVELS: Record<string, string> = { document: "whole article", paragraph: "paragraph", sentence: "sentence", passage: "passage" };
export const KINDS: Record<Kind, string> = {
  exact: "same words (exact: the same normalised words)",
  near: "edited (near: alike enough to be the same text)",
  contained: "a part (contained: one text stands within the other)",
};
export const CLASSES: Record<string, string> = { "stock-phrase": "stock phrase", boilerplate: "boilerplate" };

export function whyOrigin(why: Origin["why"]): string {
  if (why === "oldest") return "probably the origin: the oldest date";
  if (why === "archive") return "probably the origin: it was in the archive already";
  return "taken as the origin: the place that is kept";
}

/** A date as it was given, without what only machines need. */
export const day = (date: string | null | undefined): string => (date ? date.replace(/^(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?(Z|[+-]00:?00)?$/, "$1") : "");

/** Title, else name. */
export const titleOf = (report: Report, document: number): string =>
  report.index.documents.title[document]?.trim() || report.index.documents.name[document] || "";

/** http and https alone become links. */
export function linkOf(url: string | null | undefined): string | undefined {
  if (!url) return undefined;
  try {
    const { protocol, href } = new URL(url);
    return protocol === "http:" || protocol === "https:" ? href : undefined;
  } catch {
    return undefined;
  }
}
