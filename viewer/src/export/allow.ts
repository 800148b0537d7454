/** Rules for a configuration file: findings that are allowed, each with its reason (src/cli/config/allow.rs reads them). */

export interface Rule {
  fingerprint: string;
  reason: string;
  /** How the text begins, for people; already fit to be shown. */
  excerpt: string;
}

/** A TOML basic string. What reorders or hides text is escaped too, so that a reviewer sees what stands there. */
export function tomlString(text: string): string {
  const short: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };
  const clean = text.replace(
    /[\\"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu,
    (char) => {
      const hex = (digits: number) => char.codePointAt(0)!.toString(16).toUpperCase().padStart(digits, "0");
      if (/\p{Cs}/u.test(char)) return "\ufffd";
      return short[char] ?? (char.length > 1 ? `\\U${hex(8)}` : `\\u${hex(4)}`);
    },
  );
  return `"${clean}"`;
}

/** The reason that a rule without one is given: the reader refuses rules that do not say why. */
export const REASON = "boilerplate: marked so in the report";

export function allowText(rules: readonly Rule[]): string {
  const seen = new Set<string>();
  const tables = rules.flatMap(({ fingerprint, reason, excerpt }) => {
    if (seen.has(fingerprint)) return [];
    seen.add(fingerprint);
    const comment = excerpt ? `# ${excerpt}\n` : "";
    return [`${comment}[[allow]]\nfingerprint = ${tomlString(fingerprint)}\nreason = ${tomlString(reason.trim() || REASON)}\n`];
  });
  return tables.join("\n");
}
