/** Texts as the search compares them: NFKC, lower case, quotes and dashes plain, what cannot be seen left out, white space one blank. */

const PLAIN = /^[\x20-\x7e]*$/;
const DROPPED = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const SINGLE = /[\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060\u2039\u203a\uff07]/g;
const DOUBLE = /[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02]/g;
const DASH = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;

export function fold(text: string): string {
  let out = text;
  if (!PLAIN.test(text)) {
    out = out.replace(DROPPED, "").replace(SINGLE, "'").replace(DOUBLE, '"').replace(DASH, "-");
    out = out.normalize("NFKC").toLowerCase().replaceAll("ς", "σ").normalize("NFKC");
  } else out = out.toLowerCase();
  return out.replace(/\s+/g, " ");
}

/** What is searched for: words apart, and "what stands in quotes" together. All of it must be found. At most 30 parts. */
export function terms(query: string): string[] {
  const out: string[] = [];
  for (const found of fold(query).matchAll(/"([^"]*)(?:"|$)|([^\s"]+)/g)) {
    const term = (found[1] ?? found[2] ?? "").trim();
    if (term && !out.includes(term)) out.push(term);
  }
  return out.slice(0, 30);
}
