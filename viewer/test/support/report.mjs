/**
 * Generates a JSON report of many findings with invented English text, the same for the same seed, streamed to a file.
 *
 *     node test/support/report.mjs FAMILIES OUT.json [SEED]
 */
import { once } from "node:events";
import { createWriteStream, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NOUNS = `council harbour bridge river market school hospital railway minister mayor court union factory farmer orchard library
theatre museum airport stadium budget tender inquiry licence flood storm drought harvest fishery vaccine archive ferry tunnel
pipeline reservoir turbine quarry vineyard brewery bakery parish district province committee regulator auditor spokeswoman
engineer surveyor teacher nurse pilot captain tenant landlord shareholder commuter resident volunteer scientist historian`.split(/\s+/);
const VERBS = `approved rejected delayed announced doubled halved questioned defended repaired closed reopened inspected funded
praised criticised cancelled measured flooded sold bought renamed extended shortened audited restored abandoned`.split(/\s+/);
const MODIFIERS = `northern coastal disputed temporary unfinished wooden regional annual emergency private public costly modest
unexpected narrow crowded empty historic experimental overdue illegal popular seasonal damaged electric rural`.split(/\s+/);
/** Those that go with "a". */
const PLAIN = MODIFIERS.filter((word) => !/^[aeiou]/.test(word));
const TAILS = [
  "according to figures seen by this newspaper",
  "although nobody at the meeting would say why",
  "after a vote that lasted until the small hours",
  "which is more than in any of the nine years before",
  "despite the objections of two former members",
  "while the neighbouring towns look on with some envy",
  "a decision that opponents want the court to examine",
  "and work is to begin before the first frost",
];
const SOURCES = ["Harbour Gazette", "The Lakes Daily", "Wire", "Coast Herald", "Evening Courier", "Hill & Vale", "Nordkurier, Beilage", "The Parish Pump", "Signal", "Orchard Weekly", "Borough Times", "Ledger"];
const CLOCK = Date.UTC(2026, 0, 5) / 1000;

/** A small generator of numbers (mulberry32): enough for texts, and the same everywhere. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    /** 0 to below. */
    below: (limit) => Math.floor(next() * limit),
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (share) => next() < share,
  };
}

function sentence(dice) {
  const number = dice.chance(0.3) ? `${2 + dice.below(98)} ` : "";
  const text = `The ${dice.pick(MODIFIERS)} ${dice.pick(NOUNS)} ${dice.pick(VERBS)} ${number ? `${number}${dice.pick(MODIFIERS)} ${dice.pick(NOUNS)}s` : `the ${dice.pick(MODIFIERS)} ${dice.pick(NOUNS)}`}`;
  const middle = dice.chance(0.5) ? `, and the ${dice.pick(NOUNS)} ${dice.pick(VERBS)} a ${dice.pick(PLAIN)} ${dice.pick(NOUNS)}` : "";
  const tail = dice.chance(0.5) ? `, ${dice.pick(TAILS)}` : "";
  return `${text}${middle}${tail}.`;
}

const wordsOf = (text) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

function paragraph(dice, words) {
  let text = sentence(dice);
  for (let count = wordsOf(text); count < words; ) {
    const next = sentence(dice);
    text += dice.chance(0.12) ? `\n\n${next}` : ` ${next}`;
    count += wordsOf(next);
  }
  return text;
}

/** The same text with some words changed, as an editor would. */
function edited(dice, text, share) {
  return text.replace(/[a-z]{4,}/g, (word) => (dice.chance(share) ? dice.pick(dice.chance(0.5) ? MODIFIERS : NOUNS) : word));
}

/** Words of the longer text that stand in the other too: what a report would say, about. */
function shared(a, b) {
  const left = a.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const right = b.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const longest = Math.min(left.length, right.length);
  let same = 0;
  for (let at = 0; at < longest; at++) if (left[at] === right[at]) same++;
  return { words: right.length, same, similarity: longest ? same / Math.max(left.length, right.length) : 0 };
}

const hex = (dice) => Array.from({ length: 4 }, () => Math.floor(dice.next() * 2 ** 32).toString(16).padStart(8, "0")).join("");
const title = (dice) => {
  const text = `${dice.pick(MODIFIERS)} ${dice.pick(NOUNS)} ${dice.pick(VERBS)} by ${dice.pick(NOUNS)}`;
  return text[0].toUpperCase() + text.slice(1);
};

function documentOf(dice, id) {
  const day = CLOCK + 86400 * Math.floor(dice.next() ** 2 * 300) + 60 * dice.below(1440);
  const date = new Date(day * 1000).toISOString();
  const file = Math.floor(id / 400);
  const source = dice.pick(SOURCES);
  return {
    id,
    name: `a-${String(id).padStart(6, "0")}`,
    path: `${source.toLowerCase().replace(/[^a-z]+/g, "-")}/${2026}-${String(file % 12).padStart(2, "0")}.jsonl`,
    record: (id % 400) + 1,
    title: dice.chance(0.95) ? title(dice) : null,
    date: dice.chance(0.95) ? (dice.chance(0.5) ? date.slice(0, 10) : date.replace(".000", "")) : null,
    source: dice.chance(0.97) ? source : null,
    url: dice.chance(0.8) ? `https://news.example/${id}` : null,
    bytes: 0,
    words: 0,
    duplicated_words: 0,
    duplicated_share: 0,
  };
}

function familyOf(dice, documents, cursor) {
  const level = dice.chance(0.03) ? "document" : dice.chance(0.25) ? "paragraph" : dice.chance(0.4) ? "sentence" : "passage";
  const length = level === "document" ? 150 + dice.below(450) : level === "paragraph" ? 30 + dice.below(70) : 12 + dice.below(30);
  const base = paragraph(dice, length);
  const within = level !== "document" && dice.chance(0.15);
  const count = within ? 2 : dice.chance(0.7) ? 2 : 3 + dice.below(4);
  const kind = dice.chance(0.45) ? "exact" : dice.chance(0.9) ? "near" : "contained";
  const scope = within ? "within" : dice.chance(0.1) ? "archive" : "across";
  const state = dice.chance(0.9) ? "new" : dice.chance(0.7) ? "known" : "suppressed";
  const first = dice.below(documents.length);
  const chosen = new Set([first]);
  // Copies stand near each other as often as not: a wire text in the papers of that day.
  while (!within && chosen.size < Math.min(count, documents.length)) {
    const near = (first + 1 + dice.below(40)) % documents.length;
    chosen.add(dice.chance(0.5) ? near : dice.below(documents.length));
  }
  const rows = within ? [first, first] : [...chosen].sort((a, b) => a - b);
  const words = wordsOf(base);
  const occurrences = rows.map((row, n) => {
    const text = n === 0 || kind === "exact" ? base : kind === "contained" ? base.split(/(?<=\.) /)[0] : edited(dice, base, 0.04 + dice.next() * 0.18);
    const { words: own, same, similarity } = shared(base, text);
    const document = documents[row];
    const start = document.bytes;
    const bytes = Buffer.byteLength(text);
    const line = cursor[row];
    const breaks = text.split("\n").length - 1;
    cursor[row] += breaks + 2;
    document.bytes = start + bytes + 2;
    document.words += own + dice.below(20);
    if (n > 0 && state !== "suppressed") document.duplicated_words += own;
    const kept = kind === "near" ? Math.min(0.999999, Math.round(similarity * 1e6) / 1e6) : 1;
    return { document: row, start, end: start + bytes, line, column: 1, end_line: line + breaks, words: own, similarity: n === 0 ? 1 : kept, shared_words: n === 0 ? words : same, text };
  });
  return {
    fingerprint: hex(dice),
    level,
    kind,
    ...(dice.chance(0.06) ? { class: dice.chance(0.6) ? "stock-phrase" : "boilerplate" } : {}),
    scope,
    words,
    similarity: Math.min(...occurrences.map((place) => place.similarity)),
    keeper: 0,
    state,
    ...(state === "suppressed" ? { suppressed_by: "allow: masthead and imprint" } : {}),
    occurrences,
  };
}

/**
 * A report as an object with its families as lines of JSON: `{ head, families, problems }`. All of it is held, since
 * the worst come first; a hundred thousand families are some hundred megabytes.
 */
function generate(count, seed) {
  const dice = random(seed);
  const documents = Array.from({ length: Math.max(4, Math.ceil(count * 0.7)) }, (_, id) => documentOf(dice, id));
  const cursor = documents.map(() => 1);
  const made = [];
  for (let n = 0; n < count; n++) {
    const family = familyOf(dice, documents, cursor);
    made.push({ family, weight: family.words * (family.occurrences.length - 1) });
  }
  made.sort((a, b) => b.weight - a.weight || (a.family.fingerprint < b.family.fingerprint ? -1 : 1));
  const families = made.map((entry) => entry.family);
  const used = new Set(families.flatMap((family) => family.occurrences.map((place) => place.document)));
  for (const document of documents) {
    document.duplicated_words = Math.min(document.duplicated_words, document.words);
    document.duplicated_share = document.words ? Math.floor((document.duplicated_words / document.words) * 1e6) / 1e6 : 0;
  }
  const sum = (key) => documents.reduce((total, document) => total + document[key], 0);
  const states = (state) => families.filter((family) => family.state === state).length;
  const levels = (level) => families.filter((family) => family.level === level).length;
  const words = sum("words");
  const problems = [
    { path: "coast-herald/2026-03.jsonl", record: 17, line: 17, kind: "malformed", message: "the line is no JSON: mend or remove it" },
  ];
  const head = {
    schema: "twicetold.report/1",
    tool: { name: "twicetold", version: "0.1.0" },
    command: "scan",
    settings: SETTINGS,
    summary: {
      documents: documents.length,
      bytes: sum("bytes"),
      words,
      families: count,
      families_by_level: { document: levels("document"), paragraph: levels("paragraph"), sentence: levels("sentence"), passage: levels("passage") },
      occurrences: families.reduce((total, family) => total + family.occurrences.length, 0),
      duplicated_words: sum("duplicated_words"),
      duplicated_share: words ? Math.floor((sum("duplicated_words") / words) * 1e6) / 1e6 : 0,
      new: states("new"),
      known: states("known"),
      suppressed: states("suppressed"),
      problems: problems.length,
    },
  };
  return { head, documents: documents.filter((document) => used.has(document.id)), families, problems };
}

const SETTINGS = {
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

/** The report as one object, for tests of a few findings. */
export function reportOf(count, seed = 1) {
  const { head, documents, families, problems } = generate(count, seed);
  return { ...head, documents, families, problems };
}

/** Writes the report to a file, piece by piece. */
export async function writeReport(count, file, seed = 1) {
  const { head, documents, families, problems } = generate(count, seed);
  const out = createWriteStream(file);
  const write = async (text) => {
    if (!out.write(text)) await once(out, "drain");
  };
  const list = async (rows) => {
    for (let from = 0; from < rows.length; from += 500) {
      await write((from ? ",\n" : "\n") + rows.slice(from, from + 500).map((row) => JSON.stringify(row)).join(",\n"));
    }
  };
  await write(`${JSON.stringify(head, null, 1).slice(0, -2)},\n"documents": [`);
  await list(documents);
  await write(`],\n"families": [`);
  await list(families);
  await write(`],\n"problems": [`);
  await list(problems);
  await write("]\n}\n");
  out.end();
  await once(out, "close");
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [count, file, seed] = process.argv.slice(2);
  if (!Number(count) || !file) {
    console.error("usage: node test/support/report.mjs FAMILIES OUT.json [SEED]");
    process.exit(2);
  }
  await writeReport(Number(count), file, Number(seed ?? 1));
}
