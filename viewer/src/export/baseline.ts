/** The file of findings that are known, byte for byte as src/gate/baseline.rs writes it. */

export interface BaselineLine {
  fingerprint: string;
  level: string;
  occurrences: number;
  excerpt: string;
}

export const BASELINE_FORMAT = "twicetold.baseline/1";

/** Findings of one fingerprint are counted together; the first of them gives level and excerpt. */
export function baselineText(wordsVersion: number, findings: readonly BaselineLine[]): string {
  const entries = new Map<string, BaselineLine>();
  for (const { fingerprint, level, occurrences, excerpt } of findings) {
    const known = entries.get(fingerprint);
    if (known) known.occurrences += occurrences;
    else entries.set(fingerprint, { fingerprint, level, occurrences, excerpt });
  }
  const lines = [...entries.values()]
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0))
    .map((line) => `\n    ${JSON.stringify(line)}`);
  const end = lines.length ? "\n  " : "";
  return `{\n  "schema": "${BASELINE_FORMAT}",\n  "words_version": ${wordsVersion},\n  "findings": [${lines.join(",")}${end}]\n}\n`;
}
