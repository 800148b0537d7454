import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { brief, shorten } from "../src/views/pictures/labels";

describe("brief", () => {
  it("says a number in four signs or fewer", () => {
    expect([0, 7, 999, 1000, 1234, 9949, 9950, 34_100, 999_499, 999_500, 5_600_000, 2e9].map(brief)).toEqual(
      ["0", "7", "999", "1k", "1.2k", "9.9k", "10k", "34k", "999k", "1m", "5.6m", "2b"],
    );
    for (let value = 1; value < 1e11; value = Math.ceil(value * 1.37)) expect(brief(value).length).toBeLessThanOrEqual(4);
  });
});

describe("shorten", () => {
  it("keeps both ends and the room", () => {
    expect(shorten("night-train.txt", 15)).toBe("night-train.txt");
    expect(shorten("coast-herald/2026-03.jsonl", 14)).toBe("coast…03.jsonl");
    expect(shorten("x".repeat(10_000), 20)).toMatch(/^x+…x+$/);
    expect(shorten("x".repeat(10_000), 20)).toHaveLength(20);
    expect([...shorten("漢字漢字漢字漢字漢字", 9)].length).toBeLessThanOrEqual(5);
    expect(shorten("👩‍🚒".repeat(50), 20)).not.toMatch(/\p{Surrogate}/u);
  });
  it("shows what would not be seen", () => {
    expect(shorten("a\u202egnp.exe", 40)).toBe("a[U+202E]gnp.exe");
    expect(shorten("\u0000", 40)).toBe("[U+0000]");
  });
});

describe("the map's colours", () => {
  const css = readFileSync(new URL("../src/views/pictures/pictures.css", import.meta.url), "utf8");
  const pair = (name: string) => new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css)!.slice(1, 3);
  const light = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high! + 0.05) / (low! + 0.05);
  };
  for (const scheme of [0, 1]) {
    it(`carry their text and differ in lightness, ${scheme ? "dark" : "light"}`, () => {
      for (let step = 0; step < 6; step++) {
        expect(contrast(pair(`heat-${step}`)[scheme]!, pair(`heat-${step}-ink`)[scheme]!)).toBeGreaterThanOrEqual(4.5);
        if (step) expect(contrast(pair(`heat-${step}`)[scheme]!, pair(`heat-${step - 1}`)[scheme]!)).toBeGreaterThan(1.15);
      }
    });
  }
});
