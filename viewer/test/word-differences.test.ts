import { describe, expect, it } from "vitest";
import { changes, changesOfParts, gist, inline, words, type Span } from "../src/views/pair/words";
import { random } from "./random";

const texts = (text: string, spans: readonly Span[]) => spans.map(({ start, end }) => text.slice(start, end));
const both = (left: string, right: string) => {
  const found = changes(left, right)!;
  return [texts(left, found.left), texts(right, found.right)];
};

describe("words", () => {
  it("are runs of letters, marks and digits", () => {
    expect(words("Kim’s 3 tests – U.S. troops, e.g. naïve").map((word) => word.key)).toEqual(["kim's", "3", "tests", "u.s", "troops", "e.g", "naïve"]);
  });
  it("are equal whatever their case, width, quotes and unseen characters", () => {
    expect(both("It’s ＡＢＣ so\u00adft the end", "it's abc soft THE end!")).toEqual([[], []]);
  });
  it("of scripts without spaces come from a dictionary", () => {
    const found = words("中国和俄罗斯举行联合军事演习");
    expect(found.length).toBeGreaterThan(3);
    expect(found.every((word) => word.end - word.start < 6)).toBe(true);
    expect(both("中国和俄罗斯举行联合军事演习。", "中国和美国举行联合军事演习")).toEqual([["俄罗斯"], ["美国"]]);
  });
  it("of Arabic are told by spaces", () => {
    expect(both("قال وزير الخارجية أمس", "قال رئيس الخارجية أمس")).toEqual([["وزير"], ["رئيس"]]);
  });
});

describe("changes", () => {
  it("are the words of one side, neighbours with what stands between them", () => {
    expect(both("the old, grey cat sat", "the cat sat down here")).toEqual([["old, grey"], ["down here"]]);
    expect(both("a b c", "")).toEqual([["a b c"], []]);
    expect(both("", "")).toEqual([[], []]);
  });
  it("leave the same words on both sides, and are as few as an insertion needs", () => {
    const next = random(7);
    for (let round = 0; round < 150; round++) {
      const word = () => "abcd"[next(4)]!;
      const left = Array.from({ length: next(12) }, word).join(" ");
      const right = Array.from({ length: next(12) }, word).join(" ");
      const found = changes(left, right)!;
      const rest = (text: string, spans: readonly Span[]) => {
        let kept = "";
        let at = 0;
        for (const { start, end } of spans) {
          if (start < at || end <= start) throw new Error("spans overlap");
          kept += text.slice(at, start);
          at = end;
        }
        return words(kept + text.slice(at)).map(({ key }) => key).join(" ");
      };
      expect(rest(left, found.left)).toBe(rest(right, found.right));
    }
  });
  it("are not looked for where texts share nothing and are long", () => {
    const text = (seed: number) => Array.from({ length: 3_000 }, (_, n) => `w${seed}x${n}`).join(" ");
    expect(changes(text(1), text(2))).toBeNull();
    expect(changes(text(1), `${text(1)} ${text(2)}`)!.left).toEqual([]);
  });
  it("beside a cut are not sure and stay unmarked", () => {
    expect(changesOfParts(["a b c", "x y z"], ["q b d", "w y v"])).toEqual([
      { left: [{ start: 0, end: 1 }], right: [{ start: 0, end: 1 }] },
      { left: [{ start: 4, end: 5 }], right: [{ start: 4, end: 5 }] },
    ]);
  });
});

it("tells both texts in one", () => {
  const told = (left: string, right: string) => inline(left, right)!.map(({ text, only }) => (only === "left" ? `-${text}-` : only === "right" ? `+${text}+` : text)).join("");
  expect(told("He said no on Monday.", "He said yes, on Monday!")).toBe("He said -no- +yes+, on Monday!");
  expect(told("He said no on Monday.", "He said on Monday.")).toBe("He said -no- on Monday.");
  expect(told("He said", "He said so.")).toBe("He said +so+.");
  expect(told("He said so", "He said")).toBe("He said -so-");
  expect(told("the witch hunt. He said", "the witch hunt")).toBe("the witch hunt -He said-");
  expect(told("中国和俄罗斯。", "中国和美国。")).toBe("中国和-俄罗斯-+美国+。");
  expect(told("a", "a")).toBe("a");
});

it("shows of a long text what differs", () => {
  const filler = "many words that both have ".repeat(20);
  const pieces = inline(`${filler}one ${filler}end`, `${filler}two ${filler}end`)!;
  const short = gist(pieces, 420);
  expect(short.map(({ only }) => only)).toEqual([undefined, "left", undefined, "right", undefined]);
  expect(short.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(250);
  expect(short[0]!.text).toMatch(/^many words.* … .*both have $/);
  expect(short.at(-1)!.text).toMatch(/ …$/);
  expect(gist(inline("a b c", "a x c")!, 420)).toEqual(inline("a b c", "a x c"));
  expect(gist([{ text: "😀".repeat(300), only: "left" }], 101)[0]!.text).toBe(`${"😀".repeat(50)} …`);
});
