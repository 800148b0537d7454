/** What filters and orders walk: for each family a number in each column, made once of a report. */
import type { Index } from "./format";

export const FACETS = ["level", "kind", "class", "scope", "state", "review", "source"] as const;
export type Facet = (typeof FACETS)[number];
/** Facets that a report decides and of which a family has one value. */
type Fixed = "level" | "kind" | "class" | "scope" | "state";

/** A family of no class. */
export const NO_CLASS = "none";
/** A document of no source. */
export const NO_SOURCE = "";

export interface Table {
  rows: number;
  names: Record<Fixed | "source", string[]>;
  /** Rows of `names`. */
  value: Record<Fixed, Uint8Array>;
  /** Sources of family `n`: rows of `names.source`, each once, from `sourceFirst[n]` to `sourceFirst[n + 1]`. */
  sourceFirst: Uint32Array;
  source: Uint32Array;
  /** Places of family `n`: from `placeFirst[n]` to `placeFirst[n + 1]` in `index.of`. */
  placeFirst: Uint32Array;
  of: readonly number[];
  /** Of each document, NaN when it is not known. */
  time: Float64Array;
  /** Rows of the documents with the oldest and the newest date; -1 when none has one. */
  oldest: Int32Array;
  newest: Int32Array;
  /** How many different documents. */
  documents: Uint32Array;
  words: readonly number[];
  members: readonly number[];
  similarity: readonly number[];
  /** 0 for what counts, 1 for stock phrases and boilerplate, 2 for what is suppressed. */
  aside: Uint8Array;
}

export function tableOf(index: Index): Table {
  const { families, documents, names, of } = index;
  const rows = families.places.length;
  const column = (values: readonly (number | null)[], shift = 0) => {
    const out = new Uint8Array(rows);
    if (values.length) for (let row = 0; row < rows; row++) out[row] = (values[row] ?? -1) + shift;
    return out;
  };
  const value = {
    level: column(families.level),
    kind: column(families.kind),
    class: column(families.class, 1),
    scope: column(families.scope),
    state: column(families.state),
  };

  const sourceRow = new Map<string, number>();
  const documentSource = new Uint32Array(documents.id.length);
  const time = new Float64Array(documents.id.length).fill(NaN);
  for (let row = 0; row < documents.id.length; row++) {
    const name = documents.source[row] ?? NO_SOURCE;
    let at = sourceRow.get(name);
    if (at === undefined) sourceRow.set(name, (at = sourceRow.size));
    documentSource[row] = at;
    const seconds = documents.time[row];
    if (seconds != null) time[row] = seconds;
  }

  const placeFirst = new Uint32Array(rows + 1);
  const sourceFirst = new Uint32Array(rows + 1);
  const source = new Uint32Array(of.length);
  const oldest = new Int32Array(rows).fill(-1);
  const newest = new Int32Array(rows).fill(-1);
  const different = new Uint32Array(rows);
  // The family that last had a source or a document: cheaper than a set for each family.
  const sourceSeen = new Int32Array(sourceRow.size).fill(-1);
  const documentSeen = new Int32Array(documents.id.length).fill(-1);
  let at = 0;
  let sources = 0;
  for (let row = 0; row < rows; row++) {
    for (const end = at + families.places[row]!; at < end; at++) {
      const document = of[at]!;
      if (documentSeen[document] === row) continue;
      documentSeen[document] = row;
      different[row]!++;
      const from = documentSource[document]!;
      if (sourceSeen[from] !== row) {
        sourceSeen[from] = row;
        source[sources++] = from;
      }
      const seconds = time[document]!;
      if (Number.isNaN(seconds)) continue;
      if (oldest[row] === -1 || seconds < time[oldest[row]!]!) oldest[row] = document;
      if (newest[row] === -1 || seconds > time[newest[row]!]!) newest[row] = document;
    }
    placeFirst[row + 1] = at;
    sourceFirst[row + 1] = sources;
  }

  const suppressed = names.state.indexOf("suppressed");
  const aside = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) aside[row] = value.state[row] === suppressed ? 2 : value.class[row] ? 1 : 0;

  return {
    rows,
    names: {
      level: names.level,
      kind: names.kind,
      class: [NO_CLASS, ...names.class],
      scope: names.scope,
      state: names.state,
      source: [...sourceRow.keys()],
    },
    value,
    sourceFirst,
    source: source.slice(0, sources),
    placeFirst,
    of,
    time,
    oldest,
    newest,
    documents: different,
    words: families.words,
    members: families.places,
    similarity: families.similarity,
    aside,
  };
}
