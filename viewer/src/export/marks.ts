/** The reader's marks as a file, and what can be read back: such a file, or a baseline, whose findings are accepted ones. */
import { BASELINE_FORMAT } from "./baseline";

export const MARK_NAMES = ["accept", "duplicate", "boilerplate"] as const;
export type Mark = (typeof MARK_NAMES)[number];
export const isMark = (value: unknown): value is Mark => (MARK_NAMES as readonly unknown[]).includes(value);

export const REVIEW_FORMAT = "twicetold.review/1";

export function marksText(marks: ReadonlyMap<string, Mark>): string {
  const lines = [...marks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([fingerprint, mark]) => `\n    ${JSON.stringify({ fingerprint, mark })}`);
  return `{\n  "schema": "${REVIEW_FORMAT}",\n  "marks": [${lines.join(",")}${lines.length ? "\n  " : ""}]\n}\n`;
}

/** Marks by fingerprint. Fails with a sentence for the reader. */
export function readMarks(text: string): Map<string, Mark> {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("This file is not JSON. Choose a file of marks that was saved here, or a baseline.");
  }
  const { schema, marks, findings } = (file ?? {}) as { schema?: unknown; marks?: unknown; findings?: unknown };
  const found = new Map<string, Mark>();
  const row = (value: unknown) => (value ?? {}) as { fingerprint?: unknown; mark?: unknown };
  if (schema === REVIEW_FORMAT && Array.isArray(marks)) {
    for (const { fingerprint, mark } of marks.map(row)) if (typeof fingerprint === "string" && isMark(mark)) found.set(fingerprint, mark);
  } else if (schema === BASELINE_FORMAT && Array.isArray(findings)) {
    for (const { fingerprint } of findings.map(row)) if (typeof fingerprint === "string") found.set(fingerprint, "accept");
  } else throw new Error("This file holds neither marks nor a baseline of twicetold.");
  return found;
}
