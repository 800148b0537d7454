/**
 * Makes a page from a JSON report as docs/html-report.md lays it down, in Node. For tests and development where there
 * is no binary at hand: `twicetold report REPORT.json -f html=OUT.html` is the real writer.
 *
 *     node test/support/page.mjs REPORT.json OUT.html
 */
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";

/** The page without a report in it, as `npm run build` writes it. */
export const TEMPLATE = fileURLToPath(new URL("../../../src/report/html/viewer.html", import.meta.url));

const PLACES_STEP = 1000;
/** A block of texts is closed when it holds as many bytes. */
const TEXT_BLOCK = 1 << 20;
const WORST = 50;

const NAMES = {
  level: ["document", "paragraph", "sentence", "passage"],
  kind: ["exact", "near", "contained"],
  class: ["stock-phrase", "boilerplate"],
  scope: ["within", "across", "archive"],
  state: ["new", "known", "suppressed"],
};

const millionths = (share) => Math.round(share * 1e6);
const rowOf = (key, name) => {
  const row = NAMES[key].indexOf(name);
  if (row < 0) throw new Error(`no ${key} is called ${name}`);
  return row;
};
/** A column; empty when all of it is null. */
const column = (values) => (values.every((value) => value == null) ? [] : values.map((value) => value ?? null));

function seconds(date) {
  if (typeof date !== "string") return null;
  const day = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/.test(date);
  const time = Date.parse(day && date.length > 10 ? `${date.replace(" ", "T")}Z` : date);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}

/** The texts of places of one document become excerpts: ascending, never overlapping, neighbours joined. */
function excerptsOf(places) {
  places.sort((a, b) => a.start - b.start || b.end - a.end);
  const row = [];
  let reached = -1;
  for (const { start, end, text } of places) {
    if (end <= reached) continue;
    if (start > reached) row.push(start, text);
    else row[row.length - 1] += Buffer.from(text).subarray(reached - start).toString();
    reached = end;
  }
  return row;
}

/** What the page holds: `{ index, places: [...], texts: [...] }`. */
export function blocksOf(report) {
  const byId = new Map(report.documents.map((document) => [document.id, document]));
  const rows = new Map();
  const documents = [];
  const of = [];
  for (const family of report.families) {
    for (const place of family.occurrences) {
      if (!rows.has(place.document)) {
        rows.set(place.document, documents.length);
        documents.push(byId.get(place.document));
      }
      of.push(rows.get(place.document));
    }
  }

  const places = [];
  const held = documents.map(() => []);
  let texts = false;
  for (let from = 0; from < report.families.length; from += PLACES_STEP) {
    const families = report.families.slice(from, from + PLACES_STEP);
    const all = families.flatMap((family) => family.occurrences);
    for (const place of all) {
      if (place.text == null) continue;
      texts = true;
      held[rows.get(place.document)].push(place);
    }
    places.push({
      fingerprint: families.map((family) => family.fingerprint),
      start: all.map((place) => place.start),
      end: all.map((place) => place.end),
      line: all.map((place) => place.line),
      column: all.map((place) => place.column),
      end_line: all.map((place) => place.end_line),
      words: all.map((place) => place.words),
      similarity: all.map((place) => millionths(place.similarity)),
      shared_words: all.map((place) => place.shared_words),
    });
  }

  const textFirst = [];
  const textBlocks = [];
  let size = TEXT_BLOCK;
  if (texts) {
    held.forEach((list, document) => {
      if (size >= TEXT_BLOCK) {
        textFirst.push(document);
        textBlocks.push([]);
        size = 0;
      }
      const row = excerptsOf(list);
      for (let at = 1; at < row.length; at += 2) size += row[at].length;
      textBlocks.at(-1).push(row);
    });
  }

  const { schema, tool, command, settings, summary, problems, families } = report;
  const index = {
    format: 1,
    report: { schema, tool, command, settings, summary },
    incoming: 0,
    problems: {
      path: problems.map((problem) => problem.path),
      record: column(problems.map((problem) => problem.record)),
      line: column(problems.map((problem) => problem.line)),
      kind: problems.map((problem) => problem.kind),
      message: problems.map((problem) => problem.message),
    },
    documents: {
      id: documents.map((document) => document.id),
      name: documents.map((document) => document.name),
      path: documents.map((document) => document.path),
      record: column(documents.map((document) => document.record)),
      title: column(documents.map((document) => document.title)),
      date: column(documents.map((document) => document.date)),
      time: column(documents.map((document) => seconds(document.date))),
      source: column(documents.map((document) => document.source)),
      url: column(documents.map((document) => document.url)),
      bytes: documents.map((document) => document.bytes),
      words: documents.map((document) => document.words),
      duplicated_words: documents.map((document) => document.duplicated_words),
      no_text: documents.some((document) => document.no_text) ? documents.map((document) => document.no_text ?? null) : [],
    },
    families: {
      level: families.map((family) => rowOf("level", family.level)),
      kind: families.map((family) => rowOf("kind", family.kind)),
      class: column(families.map((family) => (family.class == null ? null : rowOf("class", family.class)))),
      scope: families.map((family) => rowOf("scope", family.scope)),
      state: families.map((family) => rowOf("state", family.state)),
      suppressed_by: column(families.map((family) => family.suppressed_by)),
      words: families.map((family) => family.words),
      similarity: families.map((family) => millionths(family.similarity)),
      keeper: families.map((family) => family.keeper),
      places: families.map((family) => family.occurrences.length),
    },
    names: NAMES,
    of,
    places_step: PLACES_STEP,
    text_first: textFirst,
    kept: { whole: false, none: !texts, context: 0, cap: null, first: 0, places: 0 },
  };
  return { index, places, texts: textBlocks };
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => ESCAPES[sign]);

/** The verdict and the worst findings, for readers whose browser runs no script. */
function noscript(report) {
  const byId = new Map(report.documents.map((document) => [document.id, document]));
  const { families, documents, duplicated_words, duplicated_share } = report.summary;
  const items = report.families.slice(0, WORST).map((family) => {
    const places = family.occurrences.map((place) => `<li><bdi>${escape(byId.get(place.document).name)}</bdi> line ${place.line}</li>`);
    const text = family.occurrences[family.keeper].text;
    const quote = text == null ? "" : `<blockquote dir="auto">${escape([...text].slice(0, 400).join(""))}</blockquote>`;
    const head = `${family.level}, ${family.kind}, ${family.words} words, ${family.occurrences.length} places`;
    return `<li><p>${escape(head)}</p>${quote}<ul>${places.join("")}</ul></li>`;
  });
  return `<main><h1>twicetold report</h1>
<p>${families} findings in ${documents} documents: ${duplicated_words} words stand twice (${(duplicated_share * 100).toFixed(1)} %). This list shows the worst ${items.length}; the whole report needs JavaScript, which it runs from this file alone.</p>
<ol>${items.join("\n")}</ol></main>`;
}

const block = (name, value) =>
  `<script type="application/octet-stream" data-name="${name}">${deflateRawSync(JSON.stringify(value)).toString("base64")}</script>\n`;

/** The whole page as text. */
export function pageOf(report, template = readFileSync(TEMPLATE, "utf8")) {
  const { index, places, texts } = blocksOf(report);
  const parts = {
    noscript: noscript(report),
    index: block("index", index),
    data: [...places.map((part, n) => block(`places-${n}`, part)), ...texts.map((part, n) => block(`text-${n}`, part))].join(""),
  };
  return template.replace(/<!--twicetold:(noscript|index|data)-->/g, (_, part) => parts[part]);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [from, to] = process.argv.slice(2);
  if (!from || !to) {
    console.error("usage: node test/support/page.mjs REPORT.json OUT.html");
    process.exit(2);
  }
  writeFileSync(to, pageOf(JSON.parse(readFileSync(from, "utf8"))));
}
