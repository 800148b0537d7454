/** The report as views ask for it: families and documents by row, places and texts when they are needed. */
import { read } from "./blocks";
import type { Index, Kind, Level, PlacesBlock, Scope, State, TextBlock } from "./format";

/** One place of a repeated text. Bytes are of the document's text in UTF-8. */
export interface Place {
  /** Row of its document. */
  document: number;
  start: number;
  end: number;
  line: number;
  column: number;
  endLine: number;
  words: number;
  /** 0 to 1, to the keeper. */
  similarity: number;
  sharedWords: number;
}

/** Text that is in the report, from a byte of its document. */
export interface Excerpt {
  start: number;
  end: number;
  text: string;
}

const utf8 = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return utf8.encode(text).length;
  return text.length;
}

/** The index into a text (UTF-16 units) of a byte in UTF-8. */
export function indexOfByte(text: string, byte: number): number {
  let at = 0;
  for (let bytes = 0; at < text.length && bytes < byte; ) {
    const point = text.codePointAt(at) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    at += point < 0x10000 ? 1 : 2;
  }
  return at;
}

export class Report {
  readonly families: number;
  readonly documents: number;
  /** For each family the first of its places in `index.of`. */
  readonly #first: Uint32Array;
  readonly #places = new Map<number, Promise<PlacesBlock>>();
  readonly #texts = new Map<number, Promise<TextBlock>>();
  #familiesOf: number[][] | undefined;

  constructor(readonly index: Index) {
    const counts = index.families.places;
    this.families = counts.length;
    this.documents = index.documents.id.length;
    this.#first = new Uint32Array(this.families + 1);
    for (let row = 0; row < this.families; row++) this.#first[row + 1] = this.#first[row]! + counts[row]!;
  }

  static async open(): Promise<Report> {
    const index = await read<Index>("index");
    if (index.format !== 1) throw new Error("this report was made by another version");
    return new Report(index);
  }

  level(family: number): Level {
    return this.index.names.level[this.index.families.level[family]!]!;
  }
  kind(family: number): Kind {
    return this.index.names.kind[this.index.families.kind[family]!]!;
  }
  scope(family: number): Scope {
    return this.index.names.scope[this.index.families.scope[family]!]!;
  }
  state(family: number): State {
    return this.index.names.state[this.index.families.state[family]!]!;
  }
  /** `stock-phrase` or `boilerplate`, or nothing. */
  class(family: number): string | undefined {
    const at = this.index.families.class[family];
    return at == null ? undefined : this.index.names.class[at];
  }
  similarity(family: number): number {
    return this.index.families.similarity[family]! / 1e6;
  }

  /** Rows of the documents of a family's places, in their order. */
  documentsOf(family: number): number[] {
    return this.index.of.slice(this.#first[family]!, this.#first[family + 1]!);
  }

  /** For each document the families that have a place in it, worst first. Made when first asked for. */
  familiesOf(document: number): readonly number[] {
    if (!this.#familiesOf) {
      const lists: number[][] = Array.from({ length: this.documents }, () => []);
      for (let family = 0; family < this.families; family++) {
        for (let at = this.#first[family]!; at < this.#first[family + 1]!; at++) {
          const list = lists[this.index.of[at]!]!;
          if (list[list.length - 1] !== family) list.push(family);
        }
      }
      this.#familiesOf = lists;
    }
    return this.#familiesOf[document] ?? [];
  }

  #block(family: number): Promise<PlacesBlock> {
    const n = Math.floor(family / this.index.places_step);
    let block = this.#places.get(n);
    if (!block) this.#places.set(n, (block = read<PlacesBlock>(`places-${n}`)));
    return block;
  }

  /** The stable name of a family. */
  async fingerprint(family: number): Promise<string> {
    return (await this.#block(family)).fingerprint[family % this.index.places_step]!;
  }

  async places(family: number): Promise<Place[]> {
    const block = await this.#block(family);
    const from = this.#first[family - (family % this.index.places_step)]!;
    return this.documentsOf(family).map((document, n) => {
      const at = this.#first[family]! - from + n;
      return {
        document,
        start: block.start[at]!,
        end: block.end[at]!,
        line: block.line[at]!,
        column: block.column[at]!,
        endLine: block.end_line[at]!,
        words: block.words[at]!,
        similarity: block.similarity[at]! / 1e6,
        sharedWords: block.shared_words[at]!,
      };
    });
  }

  /** What the report has of a document's text, ascending; what lies between is not in it. */
  async excerpts(document: number): Promise<Excerpt[]> {
    const firsts = this.index.text_first;
    if (this.index.kept.none || firsts.length === 0) return [];
    let n = 0;
    for (let high = firsts.length - 1; n < high; ) {
      const middle = (n + high + 1) >> 1;
      if (firsts[middle]! <= document) n = middle;
      else high = middle - 1;
    }
    let block = this.#texts.get(n);
    if (!block) this.#texts.set(n, (block = read<TextBlock>(`text-${n}`)));
    const row = (await block)[document - firsts[n]!] ?? [];
    const excerpts: Excerpt[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) {
      const start = row[at] as number;
      const text = row[at + 1] as string;
      excerpts.push({ start, end: start + byteLength(text), text });
    }
    return excerpts;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of an excerpt as text. Encoding and decoding it is many times faster than counting in a script. */
function sliceBytes({ start, end, text }: Excerpt, from: number, to: number): string {
  if (from === 0 && to === end - start) return text;
  if (text.length === end - start) return text.slice(from, to);
  return decoder.decode(utf8.encode(text).subarray(from, to));
}

/** The part of a document's excerpts that lies in a span; null when nothing of it is in the report, and `whole` when all of it is. */
export function cut(excerpts: readonly Excerpt[], start: number, end: number): { text: string; whole: boolean } | null {
  let text = "";
  let reached = start;
  let whole = true;
  for (const excerpt of excerpts) {
    const from = Math.max(start, excerpt.start);
    const to = Math.min(end, excerpt.end);
    if (to <= from) continue;
    if (reached < from) {
      whole = false;
      text += " … ";
    }
    text += sliceBytes(excerpt, from - excerpt.start, to - excerpt.start);
    reached = to;
  }
  if (text === "") return null;
  return { text, whole: whole && reached === end };
}
