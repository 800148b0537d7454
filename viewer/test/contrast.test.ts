/** Contrast of the colours, as WCAG 2.2 counts it, read from the style itself. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf8");
const blocks = [...css.matchAll(/:root[^{]*\{([^}]*)\}/g)].map((found) =>
  Object.fromEntries([...found[1]!.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((pair) => [pair[1]!, pair[2]!])),
);

function light(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string) => {
  const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

const HUES = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `p${n}`);
const GROUNDS = ["paper", "surface", "sunk", "hover"];
const TEXTS: [string, string[]][] = [
  ["ink", [...GROUNDS, "accent-soft", "alarm-soft", "calm-soft", "added", "removed", ...HUES]],
  ["soft", [...GROUNDS, "accent-soft"]],
  ["accent", [...GROUNDS, "accent-soft"]],
  ["alarm", [...GROUNDS, "alarm-soft"]],
  ["calm", [...GROUNDS, "calm-soft"]],
  ["accent-ink", ["accent"]],
  ["marked-ink", ["marked"]],
];
const MARKS: [string, string[]][] = [
  ["edge", GROUNDS],
  ["accent", ["sunk"]],
  ["added-edge", [...GROUNDS, "added"]],
  ["removed-edge", [...GROUNDS, "removed"]],
  ...HUES.map((hue): [string, string[]] => [`${hue}-edge`, [...GROUNDS, hue]]),
];

describe.each([["light", 0], ["dark", 1], ["dark by choice", 2]])("%s", (_, at) => {
  const colours = blocks[at]!;
  it("has text of 4.5 or more", () => {
    for (const [text, grounds] of TEXTS) {
      for (const ground of grounds) expect(contrast(colours[text]!, colours[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });
  it("has marks of 3 or more", () => {
    for (const [mark, grounds] of MARKS) {
      for (const ground of grounds) expect(contrast(colours[mark]!, colours[ground]!), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3);
    }
  });
});

it("is the same dark by the system's wish and by the reader's", () => {
  expect(blocks).toHaveLength(3);
  expect(blocks[2]).toEqual(blocks[1]);
  expect(Object.keys(blocks[1]!).sort()).toEqual(Object.keys(blocks[0]!).sort());
});
