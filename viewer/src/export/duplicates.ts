/** Lists of what may go: a row for each place of a duplicate that is not the one to keep. */

export interface Duplicate {
  family: string;
  level: string;
  kind: string;
  words: number;
  similarity: number;
  /** What goes. */
  path: string;
  record: number | null;
  name: string;
  line: number;
  start: number;
  end: number;
  /** What stays. */
  keep_path: string;
  keep_record: number | null;
  keep_name: string;
  keep_line: number;
  keep_start: number;
  keep_end: number;
  text: string;
}

const COLUMNS: readonly (keyof Duplicate)[] = [
  "family", "level", "kind", "words", "similarity",
  "path", "record", "name", "line", "start", "end",
  "keep_path", "keep_record", "keep_name", "keep_line", "keep_start", "keep_end", "text",
];

/** A field that a spreadsheet would calculate gets a quote before it, as in the CSV report (src/report/table.rs). */
function field(value: string | number | null): string {
  let text = value === null ? "" : String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvText(rows: readonly Duplicate[]): string {
  return [COLUMNS.join(","), ...rows.map((row) => COLUMNS.map((column) => field(row[column])).join(","))].map((line) => `${line}\n`).join("");
}

export function jsonLines(rows: readonly Duplicate[]): string {
  return rows.map((row) => `${JSON.stringify(Object.fromEntries(COLUMNS.map((column) => [column, row[column]])))}\n`).join("");
}
