import { describe, expect, it } from "vitest";
import { format, parse, START } from "../src/state";

describe("the hash", () => {
  it("comes back as it was, whatever stands in it", () => {
    for (const source of [["a,b", "c"], [""], ["", "%", "%25", "~"], ["\u202e#&=+ é\u{1f600}"]]) {
      const route = { ...START, view: "pair" as const, family: 7, search: 'a&b="c,d"', source, sort: "-words", from: "2026-05-01" };
      expect(parse(format(route))).toEqual(route);
    }
  });
  it("is empty at the start, and nothing is made of what cannot be understood", () => {
    expect(format(START)).toBe("#");
    expect(parse("#view=nowhere&family=-1&left=1e9&what=1&level=%E0%A4%A")).toMatchObject({ view: "findings", family: 0, left: 0 });
    expect(parse("#__proto__=1")).toEqual(START);
  });
});
