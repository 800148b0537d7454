import { expect, it } from "vitest";
import { byDate, originOf } from "../src/data/origin";

it("is the place of the oldest date", () => {
  expect(originOf([30, 10, 20], [true, true, true], 0)).toEqual({ at: 1, why: "oldest" });
  expect(originOf([null, 10, null], [true, true, true], 0)).toEqual({ at: 1, why: "oldest" });
  expect(originOf([10, null, 20], [true, true, true], 0)).toEqual({ at: 0, why: "oldest" });
});
it("is the keeper where dates do not decide", () => {
  expect(originOf([null, null], [true, true], 1)).toEqual({ at: 1, why: "keeper" });
  expect(originOf([10, 10, 20], [true, true, true], 1)).toEqual({ at: 1, why: "keeper" });
  expect(originOf([10, 10, 20], [true, true, true], 2)).toEqual({ at: 0, why: "oldest" });
});
it("is what lies in the archive where nothing is dated", () => {
  expect(originOf([null, null], [true, false], 0)).toEqual({ at: 1, why: "archive" });
  expect(originOf([null, null], [true, false], 1)).toEqual({ at: 1, why: "keeper" });
});
it("comes first, then the others by date, undated ones last", () => {
  expect(byDate([5, null, 3, 3, null], 4)).toEqual([4, 2, 3, 0, 1]);
});
