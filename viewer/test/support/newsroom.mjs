/** A report of a small invented newsroom, from articles and quotes of them: bytes, lines and words are counted, not written down. */

const wordsOf = (text) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
const bytes = (text) => Buffer.byteLength(text);
const hex = (n) => (n + 1).toString(16).padStart(8, "0").repeat(4);

/**
 * `articles`: `{ name, text, path?, record?, title?, date?, source?, url? }`.
 * `findings`: `{ level, kind, places: [[article, quote, nth?], …], keeper?, class?, scope?, state?, suppressed_by?, similarity? }`; a quote
 * that is left out is the whole article.
 */
export function newsroom(articles, findings, { problems = [], settings = {} } = {}) {
  const families = findings.map((finding, n) => {
    const occurrences = finding.places.map(([article, quote, nth = 1], place) => {
      const { text } = articles[article];
      let at = quote === undefined ? 0 : -1;
      if (quote !== undefined) for (let turn = 0; turn < nth; turn++) at = text.indexOf(quote, at + 1);
      if (at < 0) throw new Error(`article ${article} has no ${quote}`);
      const told = quote ?? text;
      const before = text.slice(0, at);
      const line = before.split("\n").length;
      const words = wordsOf(told);
      const similarity = place === (finding.keeper ?? 0) ? 1 : (finding.similarity ?? 1);
      return {
        document: article,
        start: bytes(before),
        end: bytes(before) + bytes(told),
        line,
        column: [...before.slice(before.lastIndexOf("\n") + 1)].length + 1,
        end_line: line + told.split("\n").length - 1,
        words,
        similarity,
        shared_words: Math.round(words * similarity),
        text: told,
      };
    });
    const { level, kind, state = "new", keeper = 0 } = finding;
    const across = new Set(occurrences.map((place) => place.document)).size > 1;
    return {
      fingerprint: hex(n),
      level,
      kind,
      ...(finding.class ? { class: finding.class } : {}),
      scope: finding.scope ?? (across ? "across" : "within"),
      words: occurrences[keeper].words,
      similarity: Math.min(...occurrences.map((place) => place.similarity)),
      keeper,
      state,
      ...(finding.suppressed_by ? { suppressed_by: finding.suppressed_by } : {}),
      occurrences,
    };
  });
  const weight = (family) => family.words * (family.occurrences.length - 1);
  families.sort((a, b) => weight(b) - weight(a) || (a.fingerprint < b.fingerprint ? -1 : 1));

  const duplicated = articles.map(() => 0);
  for (const family of families) {
    if (family.state === "suppressed") continue;
    family.occurrences.forEach((place, n) => {
      if (n !== family.keeper) duplicated[place.document] += place.words;
    });
  }
  const documents = articles.map((article, id) => {
    const words = wordsOf(article.text);
    const twice = Math.min(duplicated[id], words);
    return {
      id,
      name: article.name,
      path: article.path ?? article.name,
      record: article.record ?? null,
      title: article.title ?? null,
      date: article.date ?? null,
      source: article.source ?? null,
      url: article.url ?? null,
      bytes: bytes(article.text),
      words,
      duplicated_words: twice,
      duplicated_share: words ? Math.floor((twice / words) * 1e6) / 1e6 : 0,
    };
  });
  const used = new Set(families.flatMap((family) => family.occurrences.map((place) => place.document)));
  const sum = (key) => documents.reduce((total, document) => total + document[key], 0);
  const of = (key, value) => families.filter((family) => family[key] === value).length;
  return {
    schema: "twicetold.report/1",
    tool: { name: "twicetold", version: "0.1.0" },
    command: "scan",
    settings: { ...SETTINGS, ...settings },
    summary: {
      documents: documents.length,
      bytes: sum("bytes"),
      words: sum("words"),
      families: families.length,
      families_by_level: { document: of("level", "document"), paragraph: of("level", "paragraph"), sentence: of("level", "sentence"), passage: of("level", "passage") },
      occurrences: families.reduce((total, family) => total + family.occurrences.length, 0),
      duplicated_words: sum("duplicated_words"),
      duplicated_share: sum("words") ? Math.floor((sum("duplicated_words") / sum("words")) * 1e6) / 1e6 : 0,
      new: of("state", "new"),
      known: of("state", "known"),
      suppressed: of("state", "suppressed"),
      problems: problems.length,
    },
    documents: documents.filter((document) => used.has(document.id)),
    families,
    problems,
  };
}

export const SETTINGS = {
  words_version: 1,
  profile: "news",
  level: ["document", "paragraph", "sentence", "passage"],
  document: { shingle: 3, threshold: 0.7, min_words: 1, bands: 32, rows: 4 },
  paragraph: { shingle: 3, threshold: 0.8, min_words: 6, bands: 25, rows: 5 },
  sentence: { shingle: 3, threshold: 0.8, min_words: 6, bands: 25, rows: 5 },
  passage: { seed: 4, exact_within: 8, exact_across: 12, exact_unit: 8, edited: 12, aligned: 8, gap: 12, snap: 2, rare_documents: 0, rare_runs: 3, formula: 50, threshold: 0.6, short_threshold: 0.75 },
  class: { stock_words: 15, stock_documents: 5, common_documents: 20, edge_words: 60, edge_documents: 5 },
  containment: 0.9,
  containment_words: 12,
  lanes: 128,
  seed: 1,
  keep: "first",
};

const STORM = "The harbour wall at Ness broke shortly after four in the morning, and the sea took nine boats with it.";
const STORM2 = "The harbour wall at Ness broke shortly after five in the morning, and the sea carried off nine boats with it.";
const TRAIN = "The night train will run again from June, the operator said, with two sleeping cars and a kitchen.";
const VOTE = "The council voted by seven to six to sell the old library, which has stood empty since the flood.";
const PHRASE = "could not be reached for comment on Friday evening";
const FOOT = "Subscribe to our letter and read every article of the week in one place.";
const RAIL = `Travellers were pleased.\n\n${TRAIN}\n\nTickets will be sold from Monday at every station of the valley.`;

export const ARTICLES = [
  { name: "wire-storm.txt", title: "Sea breaks the wall at Ness", date: "2026-03-02", source: "Wire", url: "https://wire.example/storm", text: `A storm crossed the coast on Monday.\n\n${STORM}\n\nThe mayor ${PHRASE}.\n\n${FOOT}\n` },
  { name: "herald-storm.txt", title: "Nine boats lost", date: "2026-03-03", source: "Coast Herald", url: "http://herald.example/1", text: `Herald readers woke to find their beach in the High Street.\n\n${STORM2}\n\nThe harbour master ${PHRASE}.\n\n${FOOT}\n` },
  { name: "lakes-train.txt", title: "Sleeping cars return", date: "2026-03-10", source: "The Lakes Daily", text: RAIL },
  { name: "night-train.txt", title: "Night train is back", date: "2026-03-11", source: "Signal", text: RAIL },
  { name: "library.txt", title: "Library to be sold", date: "2026-04-20", source: "Coast Herald", text: `${VOTE}\n\nOpponents spoke of a black day.\n\n${VOTE}\n\nThe buyer ${PHRASE}.\n` },
];

export const FINDINGS = [
  { level: "document", kind: "exact", places: [[2], [3]] },
  { level: "sentence", kind: "near", places: [[0, STORM], [1, STORM2]], similarity: 0.809524 },
  { level: "paragraph", kind: "exact", places: [[4, VOTE], [4, VOTE, 2]], state: "known" },
  { level: "passage", kind: "exact", class: "stock-phrase", places: [[0, PHRASE], [1, PHRASE], [4, PHRASE]] },
  { level: "paragraph", kind: "exact", class: "boilerplate", places: [[0, FOOT], [1, FOOT]], state: "suppressed", suppressed_by: "allow: our own footer" },
];

export const PROBLEMS = [{ path: "broken.jsonl", record: 3, line: 3, kind: "malformed", message: "the line is no JSON: mend or remove it" }];

export const small = () => newsroom(ARTICLES, FINDINGS, { problems: PROBLEMS });
