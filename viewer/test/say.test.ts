import { expect, it } from "vitest";
import { citation, type Cited } from "../src/views/pair/citation";
import { alike, linkOf, placeOf } from "../src/views/say";

it("links to nothing but http and https", () => {
  expect(linkOf("https://example.org/a?b#c")).toBe("https://example.org/a?b#c");
  expect(linkOf(" HTTP://example.org ")).toBe("http://example.org/");
  for (const url of ["javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//example.org", "a.html", "", null]) {
    expect(linkOf(url)).toBeUndefined();
  }
});

it("says how alike two places are", () => {
  expect(alike("exact", 1)).toBe("same words");
  expect(alike("near", 0.871)).toBe("edited: 87.1 % the same");
  expect(alike("near", 0.99999)).not.toContain("100");
  expect(alike("near", undefined)).toBe("edited");
  expect(alike("contained", 1)).toBe("a part of the other");
  expect(placeOf({ line: 3, column: 7, endLine: 3 })).toBe("line 3, column 7");
  expect(placeOf({ line: 1200, column: 7, endLine: 1204 })).toBe("line 1,200, column 7, to line 1,204");
});

it("cites two places, on lines that hide nothing", () => {
  const place: Cited = { name: "a.txt", title: "A\u202etitle\nof two", source: "wire", date: "2026-05-01", url: null, line: 3, column: 7, words: 1, text: " quoted " };
  const text = citation("same words", place, { ...place, title: null, source: null, date: null, url: "https://example.org", text: "" }, "ff00", "twicetold 0.1.0");
  expect(text).toBe(
    "Told twice: same words\n\nA: A\\u{202e}title of two (a.txt), wire, 2026-05-01, line 3, column 7, 1 word\n“quoted”\n\n" +
      "B: a.txt, line 3, column 7, 1 word\nhttps://example.org\n(its text is not in the report)\n\nFinding ff00, twicetold 0.1.0\n",
  );
});
