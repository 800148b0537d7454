/** What the exports need of marked findings, read from the report. */
import { cut, type Place, type Report } from "../data/report";
import { originIn } from "../data/origin";
import { baselineText, type BaselineLine } from "./baseline";
import { allowText, REASON, type Rule } from "./allow";
import type { Duplicate } from "./duplicates";
import { excerptOf } from "./printable";
import type { Mark } from "./marks";

/** Rows of families with a mark, in the order of the report. */
export const rowsWith = (marks: ReadonlyMap<number, string>, mark: Mark): number[] =>
  [...marks].flatMap(([row, name]) => (name === mark ? [row] : [])).sort((a, b) => a - b);

/** Text of a place, as far as the report has it. */
export async function textOf(report: Report, place: Place): Promise<string> {
  return cut(await report.excerpts(place.document), place.start, place.end)?.text ?? "";
}

async function keeperExcerpt(report: Report, row: number): Promise<string> {
  const place = (await report.places(row))[report.index.families.keeper[row]!];
  return place ? excerptOf(await textOf(report, place)) : "";
}

/** The baseline of accepted findings and, if wished, of those that were known. Suppressed ones are in no baseline. */
export async function baselineOf(report: Report, accepted: readonly number[], known: boolean): Promise<string> {
  const rows = new Set(accepted);
  if (known) for (let row = 0; row < report.families; row++) if (report.state(row) === "known") rows.add(row);
  const lines: BaselineLine[] = [];
  for (const row of [...rows].sort((a, b) => a - b)) {
    if (report.state(row) === "suppressed") continue;
    lines.push({
      fingerprint: await report.fingerprint(row),
      level: report.level(row),
      occurrences: report.index.families.places[row]!,
      excerpt: await keeperExcerpt(report, row),
    });
  }
  return baselineText(Number(report.index.report.settings.words_version ?? 1), lines);
}

export async function ruleOf(report: Report, row: number, reason: string): Promise<Rule> {
  return { fingerprint: await report.fingerprint(row), reason, excerpt: await keeperExcerpt(report, row) };
}

export async function rulesOf(report: Report, rows: readonly number[], reason: string = REASON): Promise<string> {
  const rules: Rule[] = [];
  for (const row of rows) rules.push(await ruleOf(report, row, reason));
  return allowText(rules);
}

/** A row for each place but the one that probably was first. */
export async function duplicatesOf(report: Report, rows: readonly number[]): Promise<Duplicate[]> {
  const { path, record, name } = report.index.documents;
  const made: Duplicate[] = [];
  for (const row of rows) {
    const places = await report.places(row);
    const origin = originIn(report, places, report.index.families.keeper[row]!).at;
    const keep = places[origin]!;
    const family = await report.fingerprint(row);
    for (const [at, place] of places.entries()) {
      if (at === origin) continue;
      made.push({
        family,
        level: report.level(row),
        kind: report.kind(row),
        words: place.words,
        similarity: place.similarity,
        path: path[place.document]!,
        record: record[place.document] ?? null,
        name: name[place.document]!,
        line: place.line,
        start: place.start,
        end: place.end,
        keep_path: path[keep.document]!,
        keep_record: record[keep.document] ?? null,
        keep_name: name[keep.document]!,
        keep_line: keep.line,
        keep_start: keep.start,
        keep_end: keep.end,
        text: await textOf(report, place),
      });
    }
  }
  return made;
}
