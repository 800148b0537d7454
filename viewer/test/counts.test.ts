import { describe, expect, it } from "vitest";
import type { Index } from "../src/data/format";
import { alikeOf, timelineOf } from "../src/views/pictures/counts";
// @ts-expect-error a script of the tests, without types
import { blocksOf } from "./support/page.mjs";
// @ts-expect-error a script of the tests, without types
import { random, reportOf } from "./support/report.mjs";

const index: Index = blocksOf(reportOf(300, 9)).index;
const DAY = 86_400;

/** Families of two places, each in a document of its own, published on these days (of 1970 and after). */
function dated(...days: (number | null)[][]): Index {
  return {
    families: { places: days.map((list) => list.length), keeper: days.map(() => 0) },
    documents: { time: days.flat().map((day) => (day === null ? null : day * DAY + 3600)) },
    of: days.flat().map((_, n) => n),
  } as unknown as Index;
}

describe("alikeOf", () => {
  it("counts every finding once, in the step it lies in", () => {
    for (const rows of [undefined, [0, 5, 77]]) {
      const steps = alikeOf(index, rows);
      const values = (rows ?? index.families.words.map((_, n) => n)).map((row) => index.families.similarity[row]! / 1e4);
      for (const step of steps) {
        expect(step.findings).toBe(values.filter((value) => (step.from === 100 ? value === 100 : value >= step.from && value < step.to)).length);
      }
      expect(steps.reduce((sum, step) => sum + step.findings, 0)).toBe(values.length);
      expect(steps[0]!.findings).toBeGreaterThan(0);
      expect(steps.at(-1)!.from).toBe(100);
    }
  });
  it("is empty without findings", () => expect(alikeOf(index, [])).toEqual([]));
});

describe("timelineOf", () => {
  it("agrees with counting one by one", () => {
    const line = timelineOf(index)!;
    let at = 0;
    const families = index.families.places.map((places) => index.of.slice(at, (at += places)));
    const day = (document: number) => {
      const time = index.documents.time[document];
      return time == null ? null : new Date(time * 1000).toISOString().slice(0, 10);
    };
    for (const { from, to, findings, copies } of line.stretches) {
      const inside = (document: number) => day(document) !== null && day(document)! >= from && day(document)! <= to;
      expect(findings).toBe(families.filter((documents) => documents.some(inside)).length);
      expect(copies).toBe(families.flatMap((documents, n) => documents.filter((_, place) => place !== index.families.keeper[n])).filter(inside).length);
    }
    expect(line.undated).toBe(index.of.filter((document) => day(document) === null).length);
  });

  it("leaves no gap and no overlap, whatever the span", () => {
    const dice = random(2);
    for (let turn = 0; turn < 200; turn++) {
      const spread = 10 ** (1 + dice.below(7));
      const days = Array.from({ length: 1 + dice.below(6) }, () => [dice.below(spread) - dice.below(spread), dice.below(spread)]);
      const { stretches } = timelineOf(dated(...days))!;
      expect(stretches.length).toBeLessThanOrEqual(120);
      const parse = (day: string) => {
        const [, year, month, date] = /^(-?\d+)-(\d\d)-(\d\d)$/.exec(day)!.map(Number);
        return new Date(0).setUTCFullYear(year!, month! - 1, date) / 1000 / DAY;
      };
      for (let n = 1; n < stretches.length; n++) expect(parse(stretches[n]!.from)).toBe(parse(stretches[n - 1]!.to) + 1);
      for (const day of days.flat()) {
        const holding = stretches.filter((stretch) => parse(stretch.from) <= day && day <= parse(stretch.to));
        expect(holding).toHaveLength(1);
        expect(holding[0]!.findings).toBeGreaterThan(0);
      }
    }
  });

  it("takes days, weeks, months, years and more", () => {
    const unit = (span: number) => timelineOf(dated([0, span]))!.unit;
    expect([0, 61, 62, 400, 500, 3600, 5000, 43_000, 50_000, 90_000_000].map(unit)).toEqual(["day", "day", "week", "week", "month", "month", "year", "year", "years", "years"]);
    expect(timelineOf(dated([4, 100]))!.stretches[0]).toMatchObject({ from: "1970-01-05", to: "1970-01-11" });
  });

  it("is not there without dates", () => {
    expect(timelineOf(dated([null, null]))).toBeUndefined();
    expect(timelineOf({ ...index, documents: { ...index.documents, time: [] } })).toBeUndefined();
    expect(timelineOf(dated([1e12, 3]))!.undated).toBe(1);
  });
});
