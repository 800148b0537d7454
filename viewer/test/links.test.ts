import { expect, it } from "vitest";
import type { Place } from "../src/data/report";
import { common, huesOf, links } from "../src/views/pair/links";
import { random } from "./random";

const place = (document: number, start: number): Place => ({ document, start, end: start + 10, line: 1, column: 1, endLine: 1, words: 2, similarity: 1, sharedWords: 2 });
const ends = ({ links: made }: ReturnType<typeof links>) => made.map((link) => [link.number, link.family, link.leftAt, link.rightAt, link.current]);

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
    [1, 0, 0, 1, false],
    [2, 1, 1, 0, false],
    [3, 0, 1, 2, true],
  ]);
  // The open ones are joined whatever lies between them; the other way round all of it turns round.
  expect(ends(links(families, { family: 0, left: 2, right: 0 }))).toEqual([
    [1, 1, 0, 1, false],
    [2, 0, 1, 0, false],
    [3, 0, 2, 0, true],
    [4, 0, 2, 1, false],
  ]);
});

it("has nothing for places that are not there", () => {
  expect(links([{ family: 0, places: [place(1, 0), place(2, 0)] }], { family: 0, left: 0, right: 7 })).toEqual({ links: [], within: 0 });
});

it("gives every family one of eight colours", () => {
  const families = Array.from({ length: 10 }, (_, n) => ({ family: n, places: [place(1, n * 10), place(2, n * 10)] }));
  const hues = huesOf(links(families, { family: 3, left: 0, right: 1 }).links);
  const given = [...hues.values()];
  expect(new Set(given.slice(0, 8)).size).toBe(8);
  expect(given.every((hue) => hue >= 0 && hue < 8)).toBe(true);
  expect(given.slice(8)).toEqual(given.slice(0, 2));
});

const span = (document: number, start: number, end: number): Place => ({ ...place(document, start), end });

it("leaves out what lies within a longer link on both sides", () => {
  const long = { family: 1, places: [span(1, 0, 1000), span(2, 500, 1600)] };
  const part = { family: 0, places: [span(1, 10, 60), span(2, 520, 570)] };
  const moved = { family: 2, places: [span(1, 100, 150), span(2, 0, 50)] };
  const all = [part, long, moved];
  expect(links(all, { family: 1, left: 0, right: 1 })).toMatchObject({ within: 1, links: [{ family: 1 }, { family: 2 }] });
  // What the reader has opened is shown whatever covers it.
  expect(links(all, { family: 0, left: 0, right: 1 }).links.map(({ family }) => family)).toEqual([1, 0, 2]);
});

it("joins places by the longer link they lie in before it joins them in order", () => {
  const long = { family: 1, places: [span(1, 500, 900), span(2, 0, 400)] };
  const phrase = { family: 2, places: [span(1, 0, 20), span(1, 600, 620), span(2, 100, 120), span(2, 700, 720)] };
  expect(ends(links([long, phrase], { family: 1, left: 0, right: 1 }))).toEqual([
    [1, 2, 0, 3, false],
    [2, 1, 0, 1, true],
  ]);
});

it("joins what one side has more with the other's first, unless it stands in a shared passage", () => {
  const long = { family: 1, places: [span(1, 500, 900), span(2, 0, 400)] };
  const phrase = { family: 2, places: [span(1, 0, 20), span(1, 100, 120), span(1, 600, 620), span(2, 700, 720)] };
  expect(ends(links([long, phrase], { family: 1, left: 0, right: 1 }))).toEqual([
    [1, 2, 0, 3, false],
    [2, 2, 1, 3, false],
    [3, 1, 0, 1, true],
  ]);
});
