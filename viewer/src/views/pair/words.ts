/** Words of a text and which of them two texts do not share. Punctuation, case and white space between words do not count, as in the search. */
import { diffArrays } from "diff";

/** UTF-16 units of a text, half-open. */
export interface Span {
  start: number;
  end: number;
}
export interface Word extends Span {
  /** Equal for words that count as the same. */
  key: string;
}
export interface Changes {
  left: Span[];
  right: Span[];
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{M}\p{N}\u00ad\u200b-\u200f\u2060]+(?:['’.][\p{L}\p{M}\p{N}]+)*/gu;
const UNSEEN = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** What is left of a word when it is compared. */
export const key = (word: string): string => word.normalize("NFKC").toLowerCase().replace(UNSEEN, "").replace(/[’ʼ＇]/g, "'");

/** Whether words of a text cannot be told by spaces. */
export const isUnspaced = (text: string): boolean => UNSPACED.test(text);

export function words(text: string, unspaced: boolean = isUnspaced(text)): Word[] {
  const found: Word[] = [];
  const add = (start: number, word: string) => {
    const made = key(word);
    if (made) found.push({ start, end: start + word.length, key: made });
  };
  if (unspaced && typeof Intl !== "undefined" && "Segmenter" in Intl) {
    for (const part of new Intl.Segmenter("und", { granularity: "word" }).segment(text)) if (part.isWordLike) add(part.index, part.segment);
    return found;
  }
  for (const match of text.matchAll(WORD)) {
    if (!unspaced) add(match.index, match[0]);
    else {
      // Without a dictionary each letter is a word.
      let at = match.index;
      for (const letter of match[0]) {
        add(at, letter);
        at += letter.length;
      }
    }
  }
  return found;
}

/** More edits than these are not looked for: such texts are not worth marking word by word, and looking takes their square. */
const MOST_EDITS = 700;

/** Where two texts part: the words of each side between words that both have. One of them may be empty. */
export interface Parting {
  left: Span;
  right: Span;
}

/** All partings, top to bottom; null when the texts differ too much. An empty span stands where the next word begins. */
export function partings(left: string, right: string): Parting[] | null {
  const unspaced = isUnspaced(left) || isUnspaced(right);
  const a = words(left, unspaced);
  const b = words(right, unspaced);
  let head = 0;
  while (head < a.length && head < b.length && a[head]!.key === b[head]!.key) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail]!.key === b[b.length - 1 - tail]!.key) tail++;
  const found: Parting[] = [];
  const span = (from: readonly Word[], text: string, start: number, end: number): Span => {
    const first = from[start]?.start ?? text.length;
    return { start: first, end: start < end ? from[end - 1]!.end : first };
  };
  const part = (i: number, iEnd: number, j: number, jEnd: number) => {
    if (i < iEnd || j < jEnd) found.push({ left: span(a, left, i, iEnd), right: span(b, right, j, jEnd) });
  };
  // One side has nothing in the middle: no search is needed, however much the other has.
  if (head + tail === a.length || head + tail === b.length) {
    part(head, a.length - tail, head, b.length - tail);
    return found;
  }
  const keys = (list: readonly Word[]) => list.slice(head, list.length - tail).map((word) => word.key);
  const parts = diffArrays(keys(a), keys(b), { maxEditLength: MOST_EDITS });
  if (!parts) return null;
  let [i, j, iEnd, jEnd] = [head, head, head, head];
  for (const { value, added, removed } of parts) {
    if (removed) iEnd += value.length;
    else if (added) jEnd += value.length;
    else {
      part(i, iEnd, j, jEnd);
      i = iEnd += value.length;
      j = jEnd += value.length;
    }
  }
  part(i, iEnd, j, jEnd);
  return found;
}

/** The words that stand on one side only, neighbours joined; null when the texts differ too much. */
export function changes(left: string, right: string): Changes | null {
  const found = partings(left, right);
  const some = (span: Span) => span.start < span.end;
  return found && { left: found.map((part) => part.left).filter(some), right: found.map((part) => part.right).filter(some) };
}

export interface Inline {
  text: string;
  only: "left" | "right" | undefined;
}

/** The right text, with the words in it that the left one does not have, and those of the left one that it lacks. */
export function inline(left: string, right: string): Inline[] | null {
  const found = partings(left, right);
  if (!found) return null;
  const made: Inline[] = [];
  // Words that were taken from another text need a space on either side, where the script has any.
  const spaced = !isUnspaced(left) && !isUnspaced(right);
  const space = () => {
    if (spaced && made.length && !/\s$/u.test(made[made.length - 1]!.text)) made.push({ text: " ", only: undefined });
  };
  const add = (text: string, only: Inline["only"]) => {
    if (text) made.push({ text, only });
  };
  let at = 0;
  for (const part of found) {
    add(right.slice(at, part.right.start), undefined);
    const removed = left.slice(part.left.start, part.left.end);
    const added = right.slice(part.right.start, part.right.end);
    if (removed && !/[\p{Ps}\p{Pi}"]$/u.test(made[made.length - 1]?.text ?? "")) space();
    add(removed, "left");
    if (removed && (added || /^[^\s\p{P}]/u.test(right.slice(part.right.end)))) space();
    add(added, "right");
    at = part.right.end;
  }
  add(right.slice(at), undefined);
  return made;
}

const AROUND = 60;

/** The beginning of such a text and what differs, with a little around it; at most about so many letters. */
export function gist(pieces: readonly Inline[], most: number): Inline[] {
  const made: Inline[] = [];
  let length = 0;
  for (const [n, { text, only }] of pieces.entries()) {
    const room = most - length;
    if (room <= 0) break;
    let shown = text;
    const last = n === pieces.length - 1;
    if (!only && text.length > (last ? AROUND : 2 * AROUND + 5)) {
      const head = cutAt(text, AROUND);
      shown = last ? `${text.slice(0, head)} …` : `${text.slice(0, head)} … ${text.slice(cutAt(text, text.length - AROUND))}`;
    }
    if (shown.length > room) shown = `${shown.slice(0, cutAt(shown, room))} …`;
    made.push({ text: shown, only });
    length += shown.length;
  }
  return made;
}

/** Beside a space near by, else not within a pair of surrogates. */
function cutAt(text: string, at: number): number {
  const space = text.lastIndexOf(" ", at);
  if (space > at - 20 && space > 0) return space;
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at;
}

/** A passage of which only parts are in the report is compared part by part; what touches a cut may go on behind it and is not marked. */
export function changesOfParts(left: readonly string[], right: readonly string[]): (Changes | null)[] {
  const cut = left.length > 1 || right.length > 1;
  return Array.from({ length: Math.min(left.length, right.length) }, (_, n) => {
    const a = left[n]!;
    const b = right[n]!;
    const made = changes(a, b);
    if (!made || !cut) return made;
    const first = n === 0;
    const last = n === Math.min(left.length, right.length) - 1;
    const sure = (spans: Span[], text: string) => {
      const all = words(text, isUnspaced(a) || isUnspaced(b));
      return spans.filter(
        (span) => (first || span.start !== all[0]?.start) && (last || span.end !== all[all.length - 1]?.end),
      );
    };
    return { left: sure(made.left, a), right: sure(made.right, b) };
  });
}
