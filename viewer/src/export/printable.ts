/** A text on one line that can be shown anywhere, as src/report/clean.rs makes it: the same characters come out as `\u{…}`. */

const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

const escaped = (char: string) => `\\u{${char.codePointAt(0)!.toString(16)}}`;
const trimmedStart = (text: string) => text.replace(/^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, "");

export function printable(text: string): string {
  let clean = "";
  let hashes = 0;
  let at = 0;
  const command = trimmedStart(text).startsWith("::") ? text.length - trimmedStart(text).length : -1;
  for (const char of text) {
    // `##`, letters, `[` would be a command of some CI systems, and so would a line that begins with `::`.
    let closes = false;
    if (!UNSAFE.test(char)) {
      if (char === "#") hashes = Math.min(hashes + 1, 2);
      else if (char === "[") {
        closes = hashes === 2;
        hashes = 0;
      } else if (!(hashes === 2 && /[A-Za-z]/.test(char))) hashes = 0;
      clean += closes || at === command ? escaped(char) : char;
    } else clean += escaped(char);
    at += char.length;
  }
  return clean;
}

/** White space as Unicode and Rust have it. */
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const WORDS = 12;
const CHARACTERS = 80;

/** How a text begins, as src/gate/baseline.rs has it. */
export function excerptOf(text: string): string {
  const words: string[] = [];
  let rest = text;
  while (words.length <= WORDS && rest) {
    const found = SPACE.exec(rest);
    const word = found ? rest.slice(0, found.index) : rest;
    if (word) words.push(word);
    rest = found ? rest.slice(found.index + found[0].length) : "";
  }
  const head = words.slice(0, WORDS).join(" ");
  let short = head;
  let count = 0;
  let units = 0;
  for (const char of head) {
    if (count++ === CHARACTERS) {
      short = head.slice(0, units);
      break;
    }
    units += char.length;
  }
  return printable(short) + (short.length < head.length || words.length > WORDS ? " …" : "");
}
