import { expect, it } from "vitest";
import { ascending, opposite, type Anchor } from "../src/views/pair/scroll";
import { random } from "./random";

it("takes the most anchors that go down on both sides", () => {
  const anchors = [{ left: 0, right: 0 }, { left: 10, right: 90 }, { left: 20, right: 30 }, { left: 30, right: 40 }, { left: 40, right: 5 }];
  expect(ascending(anchors).map(({ left }) => left)).toEqual([0, 20, 30]);
  expect(ascending([])).toEqual([]);
});

it("maps there and back, never upwards when the reader goes down", () => {
  const next = random(5);
  for (let round = 0; round < 100; round++) {
    const anchors: Anchor[] = Array.from({ length: next(8) }, () => ({ left: next(1000), right: next(1000) }));
    const chain = ascending(anchors);
    expect(chain.every(({ left, right }, n) => n === 0 || (left > chain[n - 1]!.left && right > chain[n - 1]!.right))).toBe(true);
    const heights = Array.from({ length: 60 }, (_, n) => n * 20 - 50);
    const there = heights.map((at) => opposite(chain, at, "left"));
    expect(there.every((at, n) => n === 0 || at > there[n - 1]!)).toBe(true);
    expect(heights.every((at, n) => Math.abs(opposite(chain, there[n]!, "right") - at) < 1e-6)).toBe(true);
    expect(chain.every(({ left, right }) => Math.abs(opposite(chain, left, "left") - right) < 1e-9)).toBe(true);
  }
});
