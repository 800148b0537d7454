/** The data of a page, as docs/html-report.md lays it down. Rows are columns; bytes count in UTF-8. */

export type Level = "document" | "paragraph" | "sentence" | "passage";
export type Kind = "exact" | "near" | "contained";
export type Scope = "within" | "across" | "archive";
export type State = "new" | "known" | "suppressed";

export interface Summary {
  documents: number;
  bytes: number;
  words: number;
  families: number;
  families_by_level: Record<Level, number>;
  occurrences: number;
  duplicated_words: number;
  duplicated_share: number;
  new: number;
  known: number;
  suppressed: number;
  problems: number;
}

/** A column; empty when every value would be null. */
export type Column<T> = (T | null)[];

export interface DocumentColumns {
  id: number[];
  name: string[];
  path: string[];
  record: Column<number>;
  title: Column<string>;
  date: Column<string>;
  /** Seconds since 1970. */
  time: Column<number>;
  source: Column<string>;
  url: Column<string>;
  bytes: number[];
  words: number[];
  duplicated_words: number[];
  /** True where an archive keeps nothing of its text. */
  no_text: Column<boolean>;
}

export interface FamilyColumns {
  /** Rows of `names`. */
  level: number[];
  kind: number[];
  class: Column<number>;
  scope: number[];
  state: number[];
  suppressed_by: Column<string>;
  words: number[];
  /** Millionths. */
  similarity: number[];
  /** Index of a place of the family. */
  keeper: number[];
  /** How many places. */
  places: number[];
}

export interface Kept {
  /** Every document is whole. */
  whole: boolean;
  /** No texts at all. */
  none: boolean;
  /** Bytes around a place. */
  context: number;
  /** Bytes of one passage that are kept. */
  cap: number | null;
  /** Of so many families, the worst, all is kept. */
  first: number;
  /** Places of which the cap took something. */
  places: number;
}

export interface Index {
  format: 1;
  report: {
    schema: string;
    tool: { name: string; version: string };
    command: string;
    settings: Record<string, unknown>;
    summary: Summary;
  };
  incoming: number;
  problems: {
    path: string[];
    record: Column<number>;
    line: Column<number>;
    kind: string[];
    message: string[];
  };
  documents: DocumentColumns;
  families: FamilyColumns;
  names: { level: Level[]; kind: Kind[]; class: string[]; scope: Scope[]; state: State[] };
  /** For each place of each family the row of its document. */
  of: number[];
  places_step: number;
  text_first: number[];
  kept: Kept;
}

export interface PlacesBlock {
  /** One for each family. */
  fingerprint: string[];
  /** One for each place of each family, as all below. */
  start: number[];
  end: number[];
  line: number[];
  column: number[];
  end_line: number[];
  words: number[];
  similarity: number[];
  shared_words: number[];
}

/** For each document `[start, text, start, text, …]`. */
export type TextBlock = (number | string)[][];
