import { expect, it } from "vitest";
import { neighbours } from "../src/data/neighbours";

it("are those of the list, not of the rows", () => {
  const list = Uint32Array.of(7, 2, 9, 4);
  expect(neighbours(list, 2)).toEqual({ number: 2, of: 4, previous: 7, next: 9 });
  expect(neighbours(list, 7)).toEqual({ number: 1, of: 4, previous: undefined, next: 2 });
  expect(neighbours(list, 4)).toEqual({ number: 4, of: 4, previous: 9, next: undefined });
});
it("are the nearest rows of one that is filtered away", () => {
  const list = Uint32Array.of(7, 2, 9, 4);
  expect(neighbours(list, 5)).toEqual({ number: 0, of: 4, previous: 4, next: 7 });
  expect(neighbours(list, 1)).toEqual({ number: 0, of: 4, previous: undefined, next: 2 });
  expect(neighbours(new Uint32Array(), 1)).toEqual({ number: 0, of: 0, previous: undefined, next: undefined });
});
