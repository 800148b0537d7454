/** Names come from anywhere: what would not be seen in them, or would reorder what stands around them, is split off to be shown as a mark. */

/** C0, DEL and C1 controls, line and paragraph separators, bidi marks, embeddings, overrides and isolates, zero-width and soft hyphen, BOM, tags. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u;
/** Between letters that join (as in Persian) and in emoji these are part of the writing. */
const JOINERS = /[\u200c\u200d]/u;

export interface Piece {
  text: string;
  /** Something unseen, given by its code point. */
  mark: boolean;
}

export function visible(name: string): Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  for (const char of name) {
    if (!UNSEEN.test(char) || JOINERS.test(char)) {
      text += char;
      continue;
    }
    if (text) pieces.push({ text, mark: false });
    text = "";
    pieces.push({ text: `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`, mark: true });
  }
  if (text) pieces.push({ text, mark: false });
  return pieces;
}

/** The beginning of a text, at most so many UTF-16 units, not cut within a character; and whether that is all. */
export function beginning(text: string, most: number): { text: string; all: boolean } {
  if (text.length <= most) return { text, all: true };
  const unit = text.charCodeAt(most - 1);
  return { text: text.slice(0, unit >= 0xd800 && unit < 0xdc00 ? most - 1 : most), all: false };
}
