import { describe, expect, it } from "vitest";
import { byteLength, type Excerpt } from "../src/data/report";
import { blocks, FOLD, partsOf, type Block, type Mark } from "../src/views/pair/blocks";
import { random } from "./random";

const excerpt = (start: number, text: string): Excerpt => ({ start, end: start + byteLength(text), text });
const mark = (link: number, start: number, end: number, only: Mark["only"] = []): Mark => ({ link, start, end, ghost: false, only });
const told = (list: readonly Block[]): unknown[] =>
  list.map((block) => {
    if (block.kind === "gap") return `gap ${block.bytes}`;
    if (block.kind === "fold") return `fold ${block.characters}/${block.lines}`;
    return block.pieces.map((piece) => {
      const name = piece.marks.join("+");
      return `${piece.opens.length ? `(${piece.opens.join(",")})` : ""}${name}${piece.only ? "!" : ""}:${piece.text}`;
    });
  });
const allText = (list: readonly Block[]): string =>
  list.map((block) => (block.kind === "fold" ? allText(block.blocks) : block.kind === "text" ? block.pieces.map((piece) => piece.text).join("") : "")).join("");

describe("blocks", () => {
  it("mark passages, and the words only they have", () => {
    const list = blocks([excerpt(10, "one two three four")], 40, [mark(0, 14, 23, [[{ start: 4, end: 9 }]])], [0]);
    expect(told(list)).toEqual(["gap 10", [":one ", "(0)0:two ", "0!:three", ": four"], "gap 12"]);
  });
  it("give a text in two passages the colour of the first in rank", () => {
    const marks = [mark(0, 0, 9), mark(1, 4, 14)];
    expect(told(blocks([excerpt(0, "aaa bbbb cccc d")], 15, marks, [1, 0]))).toEqual([["(0)0:aaa ", "(1)1+0:bbbb ", "1:cccc ", ":d"].map((text) => text)]);
    expect(told(blocks([excerpt(0, "aaa bbbb cccc d")], 15, marks, [0, 1]))).toEqual([["(0)0:aaa ", "(1)0+1:bbbb ", "1:cccc ", ":d"]]);
  });
  it("break paragraphs at empty lines, not inside lines", () => {
    expect(told(blocks([excerpt(0, "\na\nb\r\n\r\nc\n \n\nd\n")], 15, [mark(0, 1, 8)], [0]))).toEqual([["(0)0:a\nb"], [":c"], [":d"]]);
  });
  it("keep the opening of a passage that begins with an empty line", () => {
    expect(told(blocks([excerpt(0, "a\n\nb")], 4, [mark(0, 1, 4)], [0]))).toEqual([[":a"], ["(0)0:b"]]);
  });
  it("count bytes where letters take several", () => {
    const text = "é語😀 end";
    expect(told(blocks([excerpt(0, text)], byteLength(text), [mark(0, 2, 9)], [0]))).toEqual([[":é", "(0)0:語😀", ": end"]]);
  });
  it("go on through a passage that is cut, which opens once", () => {
    const list = blocks([excerpt(0, "aaaa"), excerpt(10, "bbbb")], 14, [mark(0, 0, 14, [[], [{ start: 1, end: 2 }]])], [0]);
    expect(told(list)).toEqual([["(0)0:aaaa"], "gap 6", ["0:b", "0!:b", "0:bb"]]);
  });
  it("fold long text that is not shared, but for what stands beside a passage", () => {
    const filler = "word ".repeat(400);
    const text = `${filler}PASSAGE ${filler}`;
    const list = blocks([excerpt(0, text)], text.length, [mark(0, filler.length, filler.length + 7)], [0]);
    expect(list.map((block) => block.kind)).toEqual(["fold", "text", "fold"]);
    const shown = (list[1] as { pieces: { text: string }[] }).pieces.map((piece) => piece.text.length);
    expect(shown[0]).toBeLessThan(250);
    expect(shown[2]).toBeLessThan(250);
  });
  it("fold to one what lies between passages far apart", () => {
    const far = "x".repeat(FOLD + 1);
    const list = blocks([excerpt(0, "aa"), excerpt(100, far), excerpt(5000, far), excerpt(9000, "bb")], 9002, [mark(0, 0, 2), mark(1, 9000, 9002)], [0, 1]);
    expect(told(list)).toEqual([["(0)0:aa"], `fold ${2 * far.length}/2`, ["(1)1:bb"]]);
  });
  it("find bytes in a long text as they do in a short one", () => {
    const text = "é語😀a".repeat(3_000);
    const one = excerpt(7, text);
    for (const letters of [0, 3, 400, 2_047, 2_048, 2_049, 9_000, 11_999]) {
      const head = [...text].slice(0, letters).join("");
      expect(partsOf([one], 7 + byteLength(head), one.end + 5)).toEqual([{ excerpt: 0, start: head.length, end: text.length }]);
    }
  });
  it("lose and double nothing, whatever overlaps", () => {
    const next = random(11);
    for (let round = 0; round < 100; round++) {
      const letters = ["a", "é", "語", "😀", " ", "\n", "word ", "\n\n", "z".repeat(next(900))];
      const list: Excerpt[] = [];
      let at = next(5);
      for (let n = next(4); n >= 0; n--) {
        const text = Array.from({ length: 1 + next(30) }, () => letters[next(letters.length)]!).join("");
        if (!text) continue;
        list.push(excerpt(at, text));
        at += byteLength(text) + 1 + next(50);
      }
      const starts = list.flatMap(({ start, text }) => {
        let byte = start;
        return [...text].map((letter) => (byte += byteLength(letter)) - byteLength(letter));
      });
      const marks: Mark[] = Array.from({ length: next(6) }, (_, link) => {
        const [a, b] = [starts[next(starts.length)] ?? 0, starts[next(starts.length)] ?? 0];
        return mark(link, Math.min(a, b), Math.max(a, b), [[{ start: 0, end: 1 }]]);
      });
      const made = blocks(list, at, marks, marks.map((_, n) => n));
      const solid = (text: string) => text.replace(/\s/g, "");
      expect(solid(allText(made))).toBe(solid(list.map(({ text }) => text).join("")));
      marks.forEach((one, row) => {
        const inside = made.flatMap((block) => (block.kind === "text" ? block.pieces : [])).filter((piece) => piece.marks.includes(row));
        const wanted = partsOf(list, one.start, one.end).map((part) => list[part.excerpt]!.text.slice(part.start, part.end)).join("");
        expect(solid(inside.map((piece) => piece.text).join(""))).toBe(solid(wanted));
        const opens = inside.filter((piece) => piece.opens.includes(row));
        if (solid(wanted)) expect(opens.length).toBe(1);
      });
      const keys = made.map((block) => block.key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});
