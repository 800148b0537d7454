import { describe, expect, it } from "vitest";
import { fold, terms } from "../src/data/fold";
import { Report } from "../src/data/report";
import { hits, namesFolded, type Reading, readTexts, textFolded } from "../src/data/search";
import { tableOf } from "../src/data/table";
import { parts, stretch } from "../src/ui/marked";
import { random, randomIndex } from "./support/random";

describe("fold", () => {
  it("makes alike what a writer takes for alike", () => {
    for (const [a, b] of [
      ["“It’s”", "\"it's\""], ["a – b", "A - B"], ["so­ft", "soft"], ["ﬁne", "FINE"], ["e\u0301té", "ÉTÉ"], ["ＡＢＣ１", "abc1"],
      ["a\n\t b", "a b"], ["zero\u200bwidth", "zerowidth"], ["ΟΔΟΣ", "οδοσ"], ["wait…", "wait..."],
    ]) expect(fold(a!)).toBe(fold(b!));
  });
  it("does nothing more the second time", () => {
    const next = random(7);
    const letters = [..."aB ’“–…ﬁÉe\u0301İßΣςｱ\u00ad\u200b\n한글กำ١漢\u{1f600}"];
    for (let n = 0; n < 500; n++) {
      const text = Array.from({ length: next(12) }, () => letters[next(letters.length)]).join("");
      expect(fold(fold(text)), JSON.stringify(text)).toBe(fold(text));
    }
  });
});

describe("terms", () => {
  it("are words, and what stands in quotes together", () => {
    expect(terms("  Harbour “storm  Damage” harbour ")).toEqual(["harbour", "storm damage"]);
    expect(terms('"half open quote')).toEqual(["half open quote"]);
    expect(terms('"" " "')).toEqual([]);
    expect(terms(Array.from({ length: 50 }, (_, n) => `w${n}`).join(" "))).toHaveLength(30);
  });
});

describe("hits", () => {
  it("are families in which each term is found, in names or texts", () => {
    for (let seed = 0; seed < 200; seed++) {
      const next = random(seed);
      const index = randomIndex(next, next(30));
      const table = tableOf(index);
      const names = namesFolded(index);
      const texts = Array.from({ length: next(table.rows + 1) }, () => ["storm tide", "tide", "", "doc"][next(4)]!);
      const sought = [["tide"], ["doc 1"], ["storm", "title a"], ["tide", "storm", "paper"], ["nowhere"]][next(5)]!;
      const found = hits(table, names, texts, sought)!;
      for (let family = 0; family < table.rows; family++) {
        const where = [...new Report(index).documentsOf(family).map((row) => names[row]!), texts[family] ?? ""];
        expect(found[family]).toBe(Number(sought.every((term) => where.some((text) => text.includes(term)))));
      }
    }
  });
  it("without terms are not asked for", () => {
    const index = randomIndex(random(1), 3);
    expect(hits(tableOf(index), namesFolded(index), [], [])).toBeNull();
  });
  it("tell 30 terms apart", () => {
    const index = randomIndex(random(1), 1);
    const sought = Array.from({ length: 30 }, (_, n) => `term${n}.`);
    const table = tableOf(index);
    expect(hits(table, namesFolded(index), [sought.join(" ")], sought)![0]).toBe(1);
    expect(hits(table, namesFolded(index), [sought.slice(0, 29).join(" ")], sought)![0]).toBe(0);
  });
});

describe("texts", () => {
  const place = (start: number, end: number) => ({ document: 0, start, end, line: 1, column: 1, endLine: 1, words: 1, similarity: 1, sharedWords: 1 });
  it("are the places' own, each once, without what stands around", () => {
    const excerpts = [{ start: 10, end: 30, text: "before É Storm after" .slice(0, 19) }];
    expect(textFolded([place(17, 25), place(17, 25)], [excerpts, excerpts])).toBe("é storm");
  });
  it("are read worst first, and what cannot be read is told", async () => {
    const report = new Report(randomIndex(random(2), 5));
    report.places = async (family) => {
      if (family === 3) throw new Error("damaged");
      return [place(0, 5)];
    };
    report.excerpts = async () => [{ start: 0, end: 5, text: "Storm" }];
    const reading: Reading = { texts: [], read: 0, done: false, stopped: "" };
    let told = 0;
    await readTexts(report, reading, async () => 0, () => told++);
    expect(reading).toEqual({ texts: ["storm", "storm", "storm"], read: 3, done: true, stopped: "damaged" });
    expect(told).toBeGreaterThan(0);
  });
});

describe("marks in a text", () => {
  it("stand where a reader finds the term, whatever its quotes and blanks", () => {
    expect(parts("The “storm’s\nend” came", terms(`"storm's end"`)).filter((part) => part.marked)).toEqual([{ text: "storm’s\nend", marked: true }]);
    expect(parts("a+b (c)", ["a+b", "(c)"]).map((part) => part.text)).toEqual(["a+b", " ", "(c)"]);
  });
  it("lose nothing of the text", () => {
    const next = random(5);
    for (let n = 0; n < 300; n++) {
      const text = Array.from({ length: next(40) }, () => "ab c’-\u{1f600}"[next(8)] ?? "").join("");
      expect(parts(text, ["a", "b c", "'"]).map((part) => part.text).join("")).toBe(text);
    }
  });
  it("are in the stretch that is shown", () => {
    const text = `${"word ".repeat(200)}harbour${" word".repeat(200)}`;
    const { text: shown, before, after } = stretch(text, ["harbour"], 200);
    expect(shown).toContain("harbour");
    expect([before, after]).toEqual([true, true]);
    expect(text).toContain(shown);
    expect(stretch("short", ["harbour"], 200)).toEqual({ text: "short", before: false, after: false });
  });
});
