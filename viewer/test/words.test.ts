import { describe, expect, it } from "vitest";
import { verdictOf } from "../src/data/verdict";
import { tableOf } from "../src/data/table";
import { counted, dayOf, percent, suppressedBy, typeOf } from "../src/ui/words";
import { beginning, visible } from "../src/ui/visible";
import { random, randomIndex } from "./support/random";

describe("words", () => {
  it("say what a finding is", () => {
    expect(typeOf("paragraph", "exact")).toBe("Same paragraph, word for word");
    expect(typeOf("passage", "near")).toBe("Edited passage");
    expect(typeOf("document", "contained")).toBe("Article contained in another text");
    expect(suppressedBy("allow: weather")).toBe("allowed by a rule: weather");
    expect(suppressedBy("max-doc-freq")).toBe("in too many articles to matter");
    expect(suppressedBy(null)).toBe("told not to count");
  });
  it("never make a share more than it is", () => {
    expect([0, 0.0004, 0.142, 0.5, 0.99999, 1].map(percent)).toEqual(["0 %", "under 0.1 %", "14.2 %", "50 %", "99.9 %", "100 %"]);
    for (let n = 0; n <= 1000; n++) expect(parseFloat(percent(n / 1000)), String(n)).toBeCloseTo(n / 10, 9);
  });
  it("count", () => {
    expect([counted(1, "place"), counted(1200, "place"), counted(2, "entry", "entries")]).toEqual(["1 place", "1,200 places", "2 entries"]);
  });
  it("give the day that the source wrote", () => {
    expect(dayOf("2026-05-01T00:30:00+09:00", 1_777_563_000)).toBe("1 May 2026");
    expect(dayOf("Fri, 01 May 2026 10:00 GMT", 1_777_629_600)).toBe("1 May 2026");
    expect(dayOf("last spring", null)).toBe("last spring");
    expect(dayOf("x", 1e20)).toBe("x");
  });
});

describe("names", () => {
  it("show what is unseen, and lose nothing else", () => {
    expect(visible("a\u202eb\n")).toEqual([
      { text: "a", mark: false }, { text: "U+202E", mark: true }, { text: "b", mark: false }, { text: "U+000A", mark: true },
    ]);
    expect(visible("می\u200cخواهم \u{1f468}\u200d\u{1f469}")).toHaveLength(1);
    for (const char of "\u0000\u0085\u00ad\u061c\u200b\u200e\u2029\u2066\ufeff\u{e0041}") expect(visible(char)[0]?.mark, char.codePointAt(0)!.toString(16)).toBe(true);
  });
  it("are not cut within a character", () => {
    expect(beginning("ab\u{1f600}", 3)).toEqual({ text: "ab", all: false });
    expect(beginning("ab\u{1f600}", 4)).toEqual({ text: "ab\u{1f600}", all: true });
  });
});

describe("the verdict", () => {
  const of = (change: (index: ReturnType<typeof randomIndex>) => void, families = 3) => {
    const index = randomIndex(random(1), families, 4);
    index.families.class = [];
    index.families.state.fill(0);
    change(index);
    return verdictOf(index, tableOf(index));
  };
  it("is one sentence", () => {
    expect(of(() => {}).says).toBe("3 texts are told twice");
    expect(of(() => {}, 1).says).toBe("1 text is told twice");
    expect(of(() => {}, 0)).toMatchObject({ says: "Nothing is told twice", clean: true });
    expect(of((index) => { index.families.state = [0, 1, 1]; }).says).toBe("3 texts are told twice; 1 is new");
    expect(of((index) => { index.families.state = [1, 1, 1]; }).says).toBe("3 texts are told twice; none is new");
  });
  it("leaves out what does not count, and says so", () => {
    expect(of((index) => { index.families.state = [0, 2, 2]; index.families.class = [null, null, 0]; }))
      .toMatchObject({ says: "1 text is told twice", adds: "2 are suppressed", counting: 1 });
    expect(of((index) => { index.families.class = [0, 1, null]; }).adds).toBe("2 more are stock phrases or boilerplate");
    expect(of((index) => { index.families.class = [0, 1, 1]; })).toMatchObject({ says: "Nothing is told twice but stock phrases and boilerplate", clean: true });
  });
  it("of a check is about the incoming articles", () => {
    const check = of((index) => {
      index.report.command = "check";
      index.report.summary.documents = 41;
      index.incoming = 2;
      index.documents.duplicated_words = [5, 5, 5, 0];
    });
    expect(check.says).toBe("1 of 41 incoming articles repeats something");
    expect(check.adds).toBe("3 texts are told twice");
  });
  it("counts each finding that counts once, by level and kind", () => {
    for (let seed = 0; seed < 100; seed++) {
      const index = randomIndex(random(seed), 30);
      const { by, counting, stock, suppressed } = verdictOf(index, tableOf(index));
      expect(by.flat().reduce((a, b) => a + b)).toBe(counting);
      expect(counting + stock + suppressed).toBe(30);
    }
  });
});
