/**
 * A document's excerpts and the passages in it become blocks to show, top to bottom: paragraphs in pieces that are
 * marked alike, folds of what is not shared, and gaps for what is not in the report. No DOM here.
 */
import { byteLength, indexOfByte, type Excerpt } from "../../data/report";
import type { Span } from "./words";

/** A passage in this document, in bytes. */
export interface Mark {
  /** Which of the links it is an end of. */
  link: number;
  start: number;
  end: number;
  /** The other end of a link within the same document: shown faintly. */
  ghost: boolean;
  /** Words that only this side has: for each part of the passage that is in the report, from its beginning. */
  only: readonly (readonly Span[])[];
}

export interface Piece {
  text: string;
  /** Marks (rows of the list) it lies in, the one that gives it its colour first. */
  marks: number[];
  /** Marks that begin here. */
  opens: number[];
  /** Only this side has it. */
  only: boolean;
}
export interface TextBlock {
  kind: "text";
  key: string;
  pieces: Piece[];
}
export interface GapBlock {
  kind: "gap";
  key: string;
  bytes: number;
}
export interface FoldBlock {
  kind: "fold";
  key: string;
  characters: number;
  lines: number;
  blocks: (TextBlock | GapBlock)[];
}
export type Block = TextBlock | GapBlock | FoldBlock;

/** Unshared text of more characters is folded. */
export const FOLD = 600;
/** So much of it stays beside a passage. */
const BESIDE = 180;

/** Where bytes are in excerpts that were asked before: a stop every so many units, so that a long text is not counted again for each passage. */
const STOP = 2_048;
const stops = new WeakMap<Excerpt, number[]>();

function unitOf(excerpt: Excerpt, byte: number): number {
  const { text } = excerpt;
  if (text.length === excerpt.end - excerpt.start) return byte;
  let list = stops.get(excerpt);
  if (!list) {
    list = [];
    let bytes = 0;
    for (let at = 0; at < text.length; ) {
      // Never between the halves of a pair.
      let next = Math.min(text.length, at + STOP);
      if (next < text.length) next = whole(text, next);
      list.push(at, bytes);
      bytes += byteLength(text.slice(at, next));
      at = next;
    }
    stops.set(excerpt, list);
  }
  let low = 0;
  for (let high = list.length / 2 - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (list[2 * middle + 1]! <= byte) low = middle;
    else high = middle - 1;
  }
  const from = list[2 * low] ?? 0;
  return from + indexOfByte(text.slice(from, from + STOP + 1), byte - (list[2 * low + 1] ?? 0));
}

/** The parts of a span that excerpts hold: which excerpt, and UTF-16 units in it. */
export function partsOf(excerpts: readonly Excerpt[], start: number, end: number): (Span & { excerpt: number })[] {
  const parts: (Span & { excerpt: number })[] = [];
  excerpts.forEach((excerpt, n) => {
    const from = Math.max(start, excerpt.start);
    const to = Math.min(end, excerpt.end);
    if (from >= to) return;
    parts.push({ excerpt: n, start: unitOf(excerpt, from - excerpt.start), end: unitOf(excerpt, to - excerpt.start) });
  });
  return parts;
}

interface Run extends Span {
  mark: number;
}

/** Pieces of one excerpt. The order of `rank` says whose colour wins. */
function pieces(text: string, runs: readonly Run[], only: readonly Run[], rank: readonly number[]): (Piece & Span)[] {
  const edges = new Set([0, text.length]);
  for (const run of [...runs, ...only]) edges.add(run.start).add(run.end);
  const cuts = [...edges].sort((a, b) => a - b);
  const starts = [...runs].sort((a, b) => a.start - b.start);
  const made: (Piece & Span)[] = [];
  const changed = new Map<number, Run[]>();
  for (const run of only) {
    const list = changed.get(run.mark);
    if (list) list.push(run);
    else changed.set(run.mark, [run]);
  }
  const passed = new Map<number, number>();
  let active: Run[] = [];
  let next = 0;
  for (let n = 0; n + 1 < cuts.length; n++) {
    const start = cuts[n]!;
    const end = cuts[n + 1]!;
    active = active.filter((run) => start < run.end);
    for (; next < starts.length && starts[next]!.start <= start; next++) {
      if (starts[next]!.start < starts[next]!.end) active.push(starts[next]!);
    }
    const marks = active.map((run) => run.mark).sort((a, b) => rank[a]! - rank[b]!);
    const top = marks[0];
    let isOnly = false;
    if (top !== undefined) {
      const list = changed.get(top) ?? [];
      let at = passed.get(top) ?? 0;
      while (at < list.length && list[at]!.end <= start) at++;
      passed.set(top, at);
      isOnly = at < list.length && list[at]!.start <= start;
    }
    made.push({ text: text.slice(start, end), start, end, marks, opens: [], only: isOnly });
  }
  return made;
}

/** Breaks pieces into paragraphs at empty lines; the empty lines go. */
function paragraphs(list: readonly Piece[], key: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  let now: Piece[] = [];
  let opens: number[] = [];
  let ends = true;
  const close = () => {
    const last = now[now.length - 1];
    if (last) {
      last.text = last.text.replace(/[\r\n]+$/, "");
      if (last.text === "") now.pop();
    }
    if (now.length) blocks.push({ kind: "text", key: `${key}.${blocks.length}`, pieces: now });
    now = [];
    ends = true;
  };
  for (const piece of list) {
    opens.push(...piece.opens);
    piece.text.split(/((?:\r?\n|\r)(?:[^\S\r\n]*(?:\r?\n|\r))+)/).forEach((text, n) => {
      if (n % 2) close();
      else {
        if (ends) text = text.replace(/^[\r\n]+/, "");
        if (text === "") return;
        ends = false;
        now.push({ text, marks: piece.marks, opens, only: piece.only });
        opens = [];
      }
    });
  }
  close();
  return blocks;
}

/** A place near `at` where a line or at least a word ends. */
function breakBefore(text: string, at: number, least: number): number {
  const line = text.lastIndexOf("\n", at);
  if (line > least) return line;
  for (let n = at; n > Math.max(least, at - 40); n--) if (/\s/.test(text[n]!)) return n;
  return whole(text, at);
}
function breakAfter(text: string, at: number, most: number): number {
  const line = text.indexOf("\n", at);
  if (line >= 0 && line < Math.min(most, at + BESIDE / 2)) return line + 1;
  for (let n = at; n < Math.min(most, at + 40); n++) if (/\s/.test(text[n]!)) return n + 1;
  return whole(text, at);
}
/** Not between the halves of a surrogate pair. */
const whole = (text: string, at: number) => (/[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at);

const plain = (text: string): Piece => ({ text, marks: [], opens: [], only: false });
const lengthOf = (block: Block) => (block.kind === "text" ? block.pieces.reduce((sum, piece) => sum + piece.text.length, 0) : 0);
const linesOf = (text: string) => text.split("\n").filter((line) => line.trim()).length;

function fold(text: string, key: string): FoldBlock {
  return { kind: "fold", key, characters: [...text.trim()].length, lines: linesOf(text), blocks: paragraphs([plain(text)], key) };
}

/**
 * The blocks of a document of `bytes` bytes. `rank[mark]` decides whose colour a text in several passages has, lowest
 * first.
 */
export function blocks(excerpts: readonly Excerpt[], bytes: number, marks: readonly Mark[], rank: readonly number[]): Block[] {
  const runs: Run[][] = excerpts.map(() => []);
  const only: Run[][] = excerpts.map(() => []);
  marks.forEach((mark, row) => {
    partsOf(excerpts, mark.start, mark.end).forEach((part, n) => {
      runs[part.excerpt]!.push({ start: part.start, end: part.end, mark: row });
      for (const span of mark.only[n] ?? []) {
        only[part.excerpt]!.push({ start: part.start + span.start, end: Math.min(part.end, part.start + span.end), mark: row });
      }
    });
  });
  const made: Block[] = [];
  let reached = 0;
  const gap = (from: number, to: number) => {
    if (from < to) made.push({ kind: "gap", key: `gap${from}`, bytes: to - from });
  };
  const opened = new Set<number>();
  excerpts.forEach((excerpt, n) => {
    gap(reached, excerpt.start);
    reached = excerpt.end;
    const list = pieces(excerpt.text, runs[n]!, only[n]!, rank);
    // A passage begins once, where its first letter is.
    for (const piece of list) {
      if (!/\S/.test(piece.text)) continue;
      piece.opens = piece.marks.filter((mark) => !opened.has(mark));
      for (const mark of piece.opens) opened.add(mark);
    }
    const any = list.some((piece) => piece.marks.length);
    let now: Piece[] = [];
    let key = `t${excerpt.start}`;
    const flush = () => {
      made.push(...paragraphs(now, key));
      now = [];
    };
    list.forEach((piece, at) => {
      if (piece.marks.length) {
        now.push(piece);
        return;
      }
      const text = piece.text;
      const head = any && at > 0 ? BESIDE : 0;
      const tail = any && at + 1 < list.length ? BESIDE : 0;
      if (text.length <= (any ? FOLD : BESIDE)) {
        now.push(piece);
        return;
      }
      const from = head ? breakAfter(text, head, text.length - tail) : 0;
      const to = tail ? breakBefore(text, text.length - tail, from) : text.length;
      if (from) now.push(plain(text.slice(0, from)));
      flush();
      made.push(fold(text.slice(from, to), `f${excerpt.start}.${piece.start}`));
      key = `t${excerpt.start}.${piece.start}`;
      if (to < text.length) now.push(plain(text.slice(to)));
    });
    flush();
  });
  gap(reached, bytes);
  return joined(made);
}

/** Folds and gaps that follow each other are one fold. */
function joined(list: readonly Block[]): Block[] {
  const made: Block[] = [];
  for (let n = 0; n < list.length; ) {
    let end = n;
    const unshared = (block: Block) => block.kind !== "text" || block.pieces.every((piece) => !piece.marks.length);
    while (end < list.length && unshared(list[end]!) ) end++;
    const folds = list.slice(n, end).filter((block) => block.kind === "fold");
    const gaps = list.slice(n, end).filter((block) => block.kind === "gap");
    if (folds.length && folds.length + gaps.length > 2) {
      // From the first to the last of them; texts that stay beside a passage stay.
      const inside = list.slice(n, end);
      const first = inside.findIndex((block) => block.kind !== "text");
      const last = inside.findLastIndex((block) => block.kind !== "text");
      const middle = inside.slice(first, last + 1);
      made.push(...inside.slice(0, first));
      made.push({
        kind: "fold",
        key: `j${middle[0]!.key}`,
        characters: middle.reduce((sum, block) => sum + (block.kind === "fold" ? block.characters : lengthOf(block)), 0),
        lines: middle.reduce((sum, block) => sum + (block.kind === "fold" ? block.lines : block.kind === "text" ? 1 : 0), 0),
        blocks: middle.flatMap((block) => (block.kind === "fold" ? block.blocks : [block])),
      });
      made.push(...inside.slice(last + 1));
    } else made.push(...list.slice(n, end));
    if (end < list.length) made.push(list[end]!);
    n = end + 1;
  }
  return made;
}
