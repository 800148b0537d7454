/** The walk over columns against a plain telling of the same rules, family by family, over random reports. */
import { describe, expect, it } from "vitest";
import { filter, secondsOf, type Reviewed, type Wanted } from "../src/data/filter";
import type { Index } from "../src/data/format";
import { arranged, ORDERS } from "../src/data/order";
import { FACETS, type Facet, NO_CLASS, NO_SOURCE, tableOf } from "../src/data/table";
import { random, randomIndex, type Random } from "./support/random";

const NOTHING: Wanted = { level: [], kind: [], class: [], scope: [], state: [], review: [], source: [], from: "", to: "" };

function documentsOf(index: Index, family: number): number[] {
  let first = 0;
  for (let row = 0; row < family; row++) first += index.families.places[row]!;
  return index.of.slice(first, first + index.families.places[family]!);
}

function valuesOf(index: Index, reviewed: Reviewed, family: number): Record<Facet, string[]> {
  const { families, names, documents } = index;
  const class_ = families.class[family];
  return {
    level: [names.level[families.level[family]!]!],
    kind: [names.kind[families.kind[family]!]!],
    class: [class_ == null ? NO_CLASS : names.class[class_]!],
    scope: [names.scope[families.scope[family]!]!],
    state: [names.state[families.state[family]!]!],
    review: [reviewed.names[reviewed.value[family]!]!],
    source: [...new Set(documentsOf(index, family).map((row) => documents.source[row] ?? NO_SOURCE))],
  };
}

function passes(index: Index, reviewed: Reviewed, hit: Uint8Array | null, wanted: Wanted, family: number): boolean {
  if (hit && !hit[family]) return false;
  const values = valuesOf(index, reviewed, family);
  for (const facet of FACETS) {
    if (wanted[facet].length && !values[facet].some((name) => wanted[facet].includes(name))) return false;
  }
  if (!wanted.from && !wanted.to) return true;
  return documentsOf(index, family).some((row) => {
    const time = index.documents.time[row];
    if (time == null) return false;
    const day = new Date(time * 1000).toISOString().slice(0, 10);
    return (!wanted.from || day >= wanted.from) && (!wanted.to || day <= wanted.to);
  });
}

function ask(next: Random, index: Index, reviewed: Reviewed): Wanted {
  const all = { ...index.names, class: [NO_CLASS, ...index.names.class], review: reviewed.names, source: ["paper, no. 0", "paper, no. 1", NO_SOURCE, "not there"] };
  const some = (names: readonly string[]) => (next(3) ? [] : names.filter(() => next(2)));
  const day = () => (next(3) ? "" : `2026-01-0${1 + next(9)}`);
  return {
    level: some(all.level), kind: some(all.kind), class: some(all.class), scope: some(all.scope), state: some(all.state),
    review: some(all.review), source: some(all.source), from: day(), to: day(),
  };
}

function cases(run: (next: Random, index: Index, reviewed: Reviewed, hit: Uint8Array | null) => void) {
  for (let seed = 0; seed < 200; seed++) {
    const next = random(seed);
    const index = randomIndex(next, next(40));
    const reviewed = { names: ["none", "keep", "remove"], value: Uint8Array.from({ length: index.families.places.length }, () => next(3)) };
    run(next, index, reviewed, next(2) ? null : Uint8Array.from({ length: index.families.places.length }, () => next(2)));
  }
}

describe("filter", () => {
  it("lets the same families through as the rules told one by one", () => {
    cases((next, index, reviewed, hit) => {
      const table = tableOf(index);
      const wanted = ask(next, index, reviewed);
      const order = arranged(table, ["", "words", "-oldest", "level"][next(4)]!);
      const { rows } = filter(table, order, wanted, reviewed, hit);
      expect([...rows]).toEqual([...order].filter((family) => passes(index, reviewed, hit, wanted, family)));
    });
  });

  it("counts for each value what would be let through if only its facet were left open", () => {
    cases((next, index, reviewed, hit) => {
      const table = tableOf(index);
      const wanted = ask(next, index, reviewed);
      const { counts } = filter(table, arranged(table, ""), wanted, reviewed, hit);
      const names: Record<Facet, readonly string[]> = { ...table.names, review: reviewed.names };
      for (const facet of FACETS) {
        const expected = names[facet].map(() => 0);
        for (let family = 0; family < table.rows; family++) {
          if (!passes(index, reviewed, hit, { ...wanted, [facet]: [] }, family)) continue;
          for (const name of valuesOf(index, reviewed, family)[facet]) expected[names[facet].indexOf(name)]!++;
        }
        expect([...counts[facet]], facet).toEqual(expected);
      }
    });
  });

  it("takes a day that is none for an open end", () => {
    expect(secondsOf("2026-05-01")).toBe(1_777_593_600);
    expect(secondsOf("soon")).toBeNaN();
    const index = randomIndex(random(3), 20);
    const table = tableOf(index);
    const reviewed = { names: ["none"], value: new Uint8Array(20) };
    expect(filter(table, arranged(table, ""), { ...NOTHING, from: "soon" }, reviewed, null).rows).toHaveLength(20);
  });
});

describe("orders", () => {
  it("are permutations with what is set aside last, and equals worst first", () => {
    cases((_, index) => {
      const table = tableOf(index);
      for (const sort of [...ORDERS, ...ORDERS.map((name) => `-${name}`), "no such order"]) {
        const rows = [...arranged(table, sort)];
        expect([...rows].sort((a, b) => a - b)).toEqual(rows.map((_, n) => n));
        const aside = rows.map((row) => table.aside[row]!);
        expect(aside, sort).toEqual([...aside].sort());
      }
      const words = [...arranged(table, "words")].map((row) => [table.aside[row]!, -table.words[row]!, row]);
      expect(words).toEqual([...words].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!));
    });
  });

  it("put families without a date last, both ways round", () => {
    cases((_, index) => {
      const table = tableOf(index);
      table.aside.fill(0);
      for (const sort of ["oldest", "-oldest", "newest", "-newest"]) {
        const undated = [...arranged(table, sort)].map((row) => Number(table.oldest[row]! < 0));
        expect(undated, sort).toEqual([...undated].sort());
        const times = [...arranged(table, sort)].filter((row) => table.oldest[row]! >= 0)
          .map((row) => table.time[(sort.includes("oldest") ? table.oldest : table.newest)[row]!]!);
        const up = sort === "oldest" || sort === "-newest";
        expect(times, sort).toEqual([...times].sort((a, b) => (up ? a - b : b - a)));
      }
    });
  });
});

describe("table", () => {
  it("counts different documents and finds the oldest and newest date", () => {
    cases((_, index) => {
      const table = tableOf(index);
      for (let family = 0; family < table.rows; family++) {
        const documents = documentsOf(index, family);
        expect(table.documents[family]).toBe(new Set(documents).size);
        const times = documents.map((row) => index.documents.time[row]).filter((time) => time != null);
        const time = (row: number) => (row < 0 ? undefined : index.documents.time[row]);
        expect(time(table.oldest[family]!)).toBe(times.length ? Math.min(...times) : undefined);
        expect(time(table.newest[family]!)).toBe(times.length ? Math.max(...times) : undefined);
      }
    });
  });
});
