import { describe, expect, it } from "vitest";
import type { Index } from "../src/data/format";
import { bestGrouping, cellOf, findingsOf, groupings, matrixOf, pairOf, steps } from "../src/views/pictures/matrix";
// @ts-expect-error a script of the tests, without types
import { blocksOf } from "./support/page.mjs";
// @ts-expect-error a script of the tests, without types
import { random, reportOf } from "./support/report.mjs";

const indexOf = (count: number, seed: number): Index => blocksOf(reportOf(count, seed)).index;

/** By pairs of places, one by one. */
function slow(index: Index, shown: Int32Array, size: number, rows: readonly number[]) {
  const words = new Map<number, number>();
  const findings = new Map<number, number>();
  let at = 0;
  index.families.places.forEach((places, family) => {
    const here = index.of.slice(at, at + places).map((document) => shown[document]!);
    at += places;
    if (!rows.includes(family)) return;
    const cells = new Set<number>();
    for (let i = 0; i < here.length; i++) for (let j = 0; j < i; j++) cells.add(cellOf(here[i]!, here[j]!));
    for (const cell of cells) {
      words.set(cell, (words.get(cell) ?? 0) + index.families.words[family]!);
      findings.set(cell, (findings.get(cell) ?? 0) + 1);
    }
  });
  const all = (size * (size + 1)) / 2;
  return {
    words: Array.from({ length: all }, (_, cell) => words.get(cell) ?? 0),
    findings: Array.from({ length: all }, (_, cell) => findings.get(cell) ?? 0),
  };
}

describe("matrixOf", () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`counts as pairs of places do, seed ${seed}`, () => {
      const index = indexOf(60, seed);
      const dice = random(seed);
      for (const way of groupings(index.documents)) {
        for (const most of [1, 5, 40]) {
          for (const rows of [undefined, index.families.words.map((_, n) => n).filter(() => dice.chance(0.5))]) {
            const table = matrixOf(index, way, most, rows);
            const expected = slow(index, table.shown, table.groups.length, rows ?? index.families.words.map((_, n) => n));
            expect([...table.words]).toEqual(expected.words);
            expect([...table.findings]).toEqual(expected.findings);
          }
        }
      }
    });
  }

  it("shows those that share most, and takes the others together", () => {
    const index = indexOf(200, 7);
    const way = groupings(index.documents).find((each) => each.by === "document")!;
    const whole = matrixOf(index, way, 1000);
    const cut = matrixOf(index, way, 10);
    expect(whole.groups.some((group) => group.rest)).toBe(false);
    expect(cut.groups).toHaveLength(11);
    expect(cut.groups.slice(0, 10)).toEqual(whole.groups.slice(0, 10));
    expect(cut.groups[10]).toMatchObject({ rest: true, groups: whole.groups.length - 10 });
    const words = whole.groups.map((group) => group.words);
    expect(words).toEqual(words.toSorted((a, b) => b - a));
  });

  it("leads from a cell to its findings and their places", () => {
    const index = indexOf(80, 3);
    const way = groupings(index.documents).find((each) => each.by === "source")!;
    const table = matrixOf(index, way, 4);
    const first = [0];
    for (const places of index.families.places) first.push(first.at(-1)! + places);
    for (let row = 0; row < table.groups.length; row++) {
      for (let column = 0; column <= row; column++) {
        const families = findingsOf(index, table, row, column, Infinity);
        expect(families).toHaveLength(table.findings[cellOf(row, column)]!);
        expect(families[0] ?? -1).toBe(table.worst[cellOf(row, column)]);
        for (const family of families) {
          const documents = index.of.slice(first[family], first[family + 1]);
          const [left, right] = pairOf(documents, table.shown, row, column)!;
          expect(left).toBeLessThan(right);
          expect([table.shown[documents[left]!]!, table.shown[documents[right]!]!].sort()).toEqual([column, row].sort());
        }
        expect(findingsOf(index, table, row, column, 2)).toEqual(families.slice(0, 2));
      }
    }
  });

  it("is empty without findings", () => {
    const index = { ...indexOf(1, 1), of: [], families: { words: [], places: [] } } as unknown as Index;
    const way = groupings(index.documents)[0]!;
    expect(matrixOf(index, way, 40).groups).toEqual([]);
  });
});

describe("groupings", () => {
  const documents = (paths: string[], sources: (string | null)[] = []) =>
    ({ id: paths.map((_, n) => n), name: paths, path: paths, source: sources }) as unknown as Index["documents"];
  const ways = (...given: Parameters<typeof documents>) => groupings(documents(...given)).map((way) => [way.by, way.names.length]);

  it("offers what tells something", () => {
    expect(ways(["a.txt", "b.txt"])).toEqual([["document", 2]]);
    expect(ways(["x/a.txt", "x/b.txt", "y/c.txt"])).toEqual([["document", 3], ["folder", 2]]);
    expect(ways(["a.jsonl", "a.jsonl", "b.jsonl"], ["S", null, "S"])).toEqual([["document", 3], ["file", 2], ["source", 2]]);
    expect(ways(["a.jsonl", "a.jsonl"], ["S", "S"])).toEqual([["document", 2]]);
  });

  it("takes the finest that fits, else the coarsest", () => {
    const made = groupings(documents(["a/1", "a/1", "a/2", "b/3"], ["S", "T", "T", "T"]));
    expect(bestGrouping(made, 4)?.by).toBe("document");
    expect(bestGrouping(made, 3)?.by).toBe("file");
    expect(bestGrouping(made, 2)?.by).toBe("folder");
    expect(bestGrouping(made, 1)?.by).toBe("folder");
    expect(bestGrouping([], 1)).toBeUndefined();
  });
});

describe("steps", () => {
  it("are ascending, few, and above the smallest value", () => {
    const dice = random(5);
    for (let turn = 0; turn < 300; turn++) {
      const values = Array.from({ length: 1 + dice.below(50) }, () => Math.floor(dice.next() ** 4 * 10 ** dice.below(7)));
      const some = values.filter((value) => value > 0);
      const limits = steps(values);
      expect(limits.length).toBeLessThanOrEqual(5);
      expect(limits).toEqual([...new Set(limits)].sort((a, b) => a - b));
      for (const limit of limits) {
        expect(limit).toBeGreaterThan(Math.min(...some));
        expect(limit).toBeLessThanOrEqual(Math.max(...some));
        expect(Number.isInteger(limit)).toBe(true);
      }
    }
    expect(steps([])).toEqual([]);
    expect(steps([0, 0])).toEqual([]);
    expect(steps([7, 7])).toEqual([]);
    expect(steps([37, 42, 49, 209, 229])).toEqual([42, 49, 200, 220]);
  });
});
