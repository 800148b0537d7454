/** Random values that come again with the same seed, and reports made of them. */
import type { Index } from "../../src/data/format";

export type Random = (below: number) => number;

export function random(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const maybe = <T>(next: Random, value: T): T | null => (next(4) ? value : null);

/** The index of a report of some families; columns that are all null are empty, as in a page. */
export function randomIndex(next: Random, families: number, documents = 1 + next(12)): Index {
  const rows = <T>(n: number, make: (row: number) => T) => Array.from({ length: n }, (_, row) => make(row));
  const bare = next(3) === 0;
  const places = rows(families, () => 1 + next(5));
  const of = places.flatMap((n) => rows(n, () => next(documents)));
  const time = rows(documents, () => maybe(next, 1_767_225_600 + next(10) * 86_400 + next(86_400)));
  return {
    format: 1,
    report: {
      schema: "twicetold.report/1",
      tool: { name: "twicetold", version: "0.0.0" },
      command: "scan",
      settings: {},
      summary: {
        documents, bytes: 0, words: 0, families, families_by_level: { document: 0, paragraph: 0, sentence: 0, passage: 0 },
        occurrences: of.length, duplicated_words: 0, duplicated_share: 0, new: 0, known: 0, suppressed: 0, problems: 0,
      },
    },
    incoming: 0,
    problems: { path: [], record: [], line: [], kind: [], message: [] },
    documents: {
      id: rows(documents, (row) => row),
      name: rows(documents, (row) => `doc ${row}`),
      path: rows(documents, (row) => `in/doc${row}.txt`),
      record: [],
      title: bare ? [] : rows(documents, (row) => maybe(next, `Title ${"abc"[row % 3]}`)),
      date: bare ? [] : time.map((at) => at === null ? null : new Date(at * 1000).toISOString()),
      time: bare ? [] : time,
      source: bare ? [] : rows(documents, () => maybe(next, `paper, no. ${next(4)}`)),
      url: [],
      bytes: rows(documents, () => 1),
      words: rows(documents, () => 1),
      duplicated_words: rows(documents, () => next(2)),
      no_text: [],
    },
    families: {
      level: rows(families, () => next(4)),
      kind: rows(families, () => next(3)),
      class: bare ? [] : rows(families, () => maybe(next, next(2))),
      scope: rows(families, () => next(3)),
      state: rows(families, () => next(3)),
      suppressed_by: [],
      words: rows(families, () => 1 + next(9)),
      similarity: rows(families, () => next(1_000_001)),
      keeper: places.map((n) => next(n)),
      places,
    },
    names: {
      level: ["document", "paragraph", "sentence", "passage"],
      kind: ["exact", "near", "contained"],
      class: ["stock-phrase", "boilerplate"],
      scope: ["within", "across", "archive"],
      state: ["new", "known", "suppressed"],
    },
    of,
    places_step: 1000,
    text_first: [],
    kept: { whole: false, none: false, context: 100, cap: null, first: 0, places: 0 },
  };
}
