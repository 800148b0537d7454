/** Where in a text as it is written the terms of a search stand. The search itself compares folded texts; this finds what a reader would. */

const SAME: Record<string, string> = {
  "'": "['\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`]",
  '"': '["\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]',
  "-": "[-\u2010-\u2015\u2212]",
  " ": "\\s+",
  σ: "[σς]",
};

/** Null without terms. */
export function pattern(terms: readonly string[]): RegExp | null {
  if (!terms.length) return null;
  const one = (term: string) => Array.from(term, (char) => SAME[char] ?? char.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("[\u00ad\u200b]?");
  return new RegExp([...terms].sort((a, b) => b.length - a.length).map(one).join("|"), "giu");
}

export interface Part {
  text: string;
  marked: boolean;
}

/** A text in parts; at most so many of them marked. */
export function parts(text: string, terms: readonly string[], most = 200): Part[] {
  const found = pattern(terms);
  const out: Part[] = [];
  let at = 0;
  if (found) {
    for (const match of text.matchAll(found)) {
      if (out.length > most * 2) break;
      if (match.index > at) out.push({ text: text.slice(at, match.index), marked: false });
      out.push({ text: match[0], marked: true });
      at = match.index + match[0].length;
    }
  }
  if (at < text.length || !out.length) out.push({ text: text.slice(at), marked: false });
  return out;
}

/** The stretch of a text to show: its beginning, or where the first term stands when that is further on. */
export function stretch(text: string, terms: readonly string[], length: number): { text: string; before: boolean; after: boolean } {
  const first = pattern(terms)?.exec(text)?.index ?? 0;
  let from = first > length * 0.6 ? first - 60 : 0;
  // Begin at a word.
  if (from > 0) {
    const blank = text.indexOf(" ", from);
    if (blank >= 0 && blank < first) from = blank + 1;
    else if (text.charCodeAt(from) >= 0xdc00 && text.charCodeAt(from) < 0xe000) from++;
  }
  let to = Math.min(text.length, from + length);
  // And end at one.
  const last = to < text.length ? text.lastIndexOf(" ", to) : -1;
  if (last > from + length * 0.8) to = last;
  if (to < text.length && text.charCodeAt(to) >= 0xdc00 && text.charCodeAt(to) < 0xe000) to++;
  return { text: text.slice(from, to), before: from > 0, after: to < text.length };
}
