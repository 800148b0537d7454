import { expect, it } from "vitest";
import type { Place } from "../src/data/report";
import { common, huesOf, links } from "../src/views/pair/links";
import { random } from "./random";

const place = (document: number, start: number): Place => ({ document, start, end: start + 10, line: 1, column: 1, endLine: 1, words: 2, similarity: 1, sharedWords: 2 });
const ends = (made: ReturnType<typeof links>) => made.map((link) => [link.number, link.family, link.leftAt, link.rightAt, link.current]);

it("finds what ascending lists share", () => {
  const next = random(3);
  for (let round = 0; round < 40; round++) {
    const list = () => [...new Set(Array.from({ length: next(10) }, () => next(15)))].sort((a, b) => a - b);
    const [a, b] = [list(), list()];
    expect(common(a, b)).toEqual(a.filter((n) => b.includes(n)));
  }
});

it("joins the two open places, and the others in order", () => {
  const families = [
    { family: 4, places: [place(1, 50), place(2, 0), place(9, 0)] },
    { family: 6, places: [place(2, 300), place(1, 0), place(2, 200)] },
  ];
  expect(ends(links(families, { family: 4, left: 0, right: 1 }))).toEqual([
    [1, 6, 1, 2, false],
    [2, 6, 1, 0, false],
    [3, 4, 0, 1, true],
  ]);
  // The other way round the sides change, and so does the order.
  expect(ends(links(families, { family: 4, left: 1, right: 0 }))).toEqual([
    [1, 4, 1, 0, true],
    [2, 6, 2, 1, false],
    [3, 6, 0, 1, false],
  ]);
});

it("joins places of one document", () => {
  const families = [
    { family: 0, places: [place(5, 0), place(5, 100), place(5, 200)] },
    { family: 1, places: [place(5, 40), place(5, 20)] },
  ];
  expect(ends(links(families, { family: 0, left: 1, right: 2 }))).toEqual([
    [1, 1, 1, 0, false],
    [2, 0, 1, 0, false],
    [3, 0, 1, 2, true],
  ]);
});

it("has nothing for places that are not there", () => {
  expect(links([{ family: 0, places: [place(1, 0), place(2, 0)] }], { family: 0, left: 0, right: 7 })).toEqual([]);
});

it("gives every family one of eight colours", () => {
  const families = Array.from({ length: 10 }, (_, n) => ({ family: n, places: [place(1, n * 10), place(2, n * 10)] }));
  const hues = huesOf(links(families, { family: 3, left: 0, right: 1 }));
  expect([...hues.values()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1]);
});
