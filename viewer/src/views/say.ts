/** What two places have to do with each other, in words; the words of findings stand in ui/words. */
import type { Kind } from "../data/format";
import type { Origin } from "../data/origin";
import type { Report } from "../data/report";
import { grouped, percent } from "../ui/words";

/** How alike two places are: "same words", "edited: 87 % the same", "a part of the other". */
export function alike(kind: Kind, similarity: number | undefined): string {
  if (kind === "contained") return "a part of the other";
  if (similarity === 1) return "same words";
  return similarity === undefined ? "edited" : `edited: ${percent(similarity)} the same`;
}

export const LEVELS: Record<string, string> = { document: "whole article", paragraph: "paragraph", sentence: "sentence", passage: "passage" };

export function whyOrigin(why: Origin["why"]): string {
  if (why === "oldest") return "It has the oldest date.";
  if (why === "archive") return "It was in the archive already.";
  return "No date tells it from the others: it is the one to keep.";
}

/** "line 3, column 7", and on which line it ends, if on another. */
export const placeOf = ({ line, column, endLine }: { line: number; column: number; endLine: number }): string =>
  `line ${grouped(line)}, column ${grouped(column)}${endLine > line ? `, to line ${grouped(endLine)}` : ""}`;

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
