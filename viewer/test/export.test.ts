import { describe, expect, it } from "vitest";
import { allowText, tomlString } from "../src/export/allow";
import { baselineText } from "../src/export/baseline";
import { csvText, jsonLines, type Duplicate } from "../src/export/duplicates";
import { marksText, readMarks } from "../src/export/marks";
import { excerptOf, printable } from "../src/export/printable";
import { digest } from "../src/review";

describe("printable texts and excerpts are those of the gate", () => {
  // The same cases stand in src/report/clean.rs and src/gate/baseline.rs.
  it("shows what is not seen", () => {
    expect(printable("cod\u{202e}txt.exe\u{1b}[2J")).toBe("cod\\u{202e}txt.exe\\u{1b}[2J");
    expect(printable("##vso[task]")).toBe("##vso\\u{5b}task]");
    expect(printable("  ::add-mask::")).toBe("  \\u{3a}:add-mask::");
    expect(printable("plain — text, 語 ש 🙂 #1 [a]")).toBe("plain — text, 語 ש 🙂 #1 [a]");
    expect(printable("\u{e0041}")).toBe("\\u{e0041}");
  });
  it("is short", () => {
    expect(excerptOf("One\n two\tthree")).toBe("One two three");
    expect(excerptOf("word ".repeat(13))).toBe(`${"word ".repeat(12)}…`);
    expect(excerptOf("word ".repeat(12))).toBe("word ".repeat(12).trim());
    expect(excerptOf("語".repeat(81))).toBe(`${"語".repeat(80)} …`);
    expect(excerptOf("😀".repeat(81))).toBe(`${"😀".repeat(80)} …`);
    expect(excerptOf("a\u{feff}b")).toBe("a\\u{feff}b");
    expect(excerptOf("a\u0085b")).toBe("a b");
    expect(excerptOf("")).toBe("");
  });
});

describe("a baseline", () => {
  it("has the layout that the gate writes", () => {
    const line = (fingerprint: string, occurrences: number) => ({ fingerprint, level: "sentence", occurrences, excerpt: 'He said "no" …' });
    // What `twicetold baseline create` writes for the like, byte for byte.
    expect(baselineText(1, [line("bb", 3), line("aa", 2), line("bb", 4)])).toBe(
      '{\n  "schema": "twicetold.baseline/1",\n  "words_version": 1,\n  "findings": [\n' +
        '    {"fingerprint":"aa","level":"sentence","occurrences":2,"excerpt":"He said \\"no\\" …"},\n' +
        '    {"fingerprint":"bb","level":"sentence","occurrences":7,"excerpt":"He said \\"no\\" …"}\n  ]\n}\n',
    );
    expect(baselineText(1, [])).toBe('{\n  "schema": "twicetold.baseline/1",\n  "words_version": 1,\n  "findings": []\n}\n');
  });
});

describe("allow rules", () => {
  it("are tables with a reason", () => {
    expect(allowText([{ fingerprint: "aa", reason: "", excerpt: "Read more" }, { fingerprint: "bb", reason: 'the "imprint"', excerpt: "" }, { fingerprint: "aa", reason: "", excerpt: "" }])).toBe(
      '# Read more\n[[allow]]\nfingerprint = "aa"\nreason = "boilerplate: marked so in the report"\n\n[[allow]]\nfingerprint = "bb"\nreason = "the \\"imprint\\""\n',
    );
  });
  it("escape what TOML forbids and what deceives", () => {
    expect(tomlString('a"b\\c\n\t\r\b\f')).toBe('"a\\"b\\\\c\\n\\t\\r\\b\\f"');
    expect(tomlString("\u0000\u001f\u007f\u202e\u{e0041}é語😀\ud800")).toBe('"\\u0000\\u001F\\u007F\\u202E\\U000E0041é語😀\ufffd"');
  });
});

describe("lists of duplicates", () => {
  const row: Duplicate = {
    family: "aa", level: "passage", kind: "near", words: 3, similarity: 0.5, path: "=cmd|'/c calc'!A1", record: null, name: "+1, \"a\"", line: -1, start: 0, end: 9,
    keep_path: "@b", keep_record: 7, keep_name: "-x", keep_line: 1, keep_start: 0, keep_end: 8, text: "\tone\ntwo",
  };
  it("hold no formula", () => {
    expect(csvText([row]).split("\n").slice(1).join("\n")).toBe(`aa,passage,near,3,0.5,'=cmd|'/c calc'!A1,,"'+1, ""a""",-1,0,9,'@b,7,'-x,1,0,8,"'\tone\ntwo"\n`);
  });
  it("are lines of JSON", () => {
    expect(JSON.parse(jsonLines([row]))).toEqual(row);
    expect(jsonLines([row, row]).split("\n")).toHaveLength(3);
  });
});

describe("marks", () => {
  it("are read as they were written", () => {
    const marks = new Map([["bb", "accept"], ["aa", "boilerplate"]] as const);
    expect(marksText(marks)).toContain('[\n    {"fingerprint":"aa","mark":"boilerplate"},\n    {"fingerprint":"bb","mark":"accept"}\n  ]');
    expect(readMarks(marksText(marks))).toEqual(marks);
    expect(readMarks(marksText(new Map())).size).toBe(0);
  });
  it("come from a baseline too", () => {
    const text = baselineText(1, [{ fingerprint: "aa", level: "passage", occurrences: 2, excerpt: "" }]);
    expect(readMarks(text)).toEqual(new Map([["aa", "accept"]]));
  });
  it("are refused with a reason where there are none", () => {
    for (const text of ["", "null", "[]", '{"schema":"twicetold.report/1"}']) expect(() => readMarks(text)).toThrow(/This file/);
    expect(readMarks('{"schema":"twicetold.review/1","marks":[null,3,{"fingerprint":4},{"fingerprint":"a","mark":"x"}]}').size).toBe(0);
  });
});

it("tells reports apart", () => {
  expect(digest("a")).toMatch(/^[0-9a-f]{14}$/);
  expect(new Set(["", "a", "b", "ab", "ba"].map(digest)).size).toBe(5);
});
