/** Reads what a pair view shows: the passages that two documents share, and both documents as blocks. */
import type { Excerpt, Place, Report } from "../../data/report";
import { blocks, partsOf, type Block, type Mark } from "./blocks";
import { common, huesOf, links, type Link, type Shared } from "./links";
import { changesOfParts, type Changes } from "./words";

export interface Side {
  document: number;
  blocks: Block[];
  marks: Mark[];
  /** Nothing of the document is in the report. */
  empty: boolean;
  /** Bytes for each letter of what is there, to guess how much the rest is. */
  bytesPerLetter: number;
}
/** Two places of a family. */
export interface Opened {
  family: number;
  left: number;
  right: number;
}

export interface Pair {
  family: number;
  places: Place[];
  keeper: number;
  leftAt: number;
  rightAt: number;
  links: Link[];
  hues: Map<number, number>;
  /** The link of the open family's two places. */
  current: number;
  /** What was open when the links were made: while the reader goes from one to the next they stay as they are. */
  anchor: Opened;
  left: Side;
  right: Side;
  /** Links (by index) whose texts differ too much to mark their words. */
  different: Set<number>;
  /** Links (by index) whose words differ on a side. */
  differing: Set<number>;
  /** Shared passages that are not shown. */
  more: number;
  /** Further findings that lie wholly within what is shown. */
  within: number;
}

/** More links than these would be a tangle, and slow. */
const MOST_LINKS = 300;
const MOST_FAMILIES = 2_000;

/** Two places of a family to begin with: the keeper and the first other one. */
export function pairOf(report: Report, family: number): { left: number; right: number } {
  const left = report.index.families.keeper[family] ?? 0;
  return { left, right: left === 0 ? 1 : 0 };
}

/** The two of the address, where the family has them; else those to begin with. */
export function sound(report: Report, family: number, left: number, right: number): { left: number; right: number } {
  const places = report.index.families.places[family] ?? 0;
  return left !== right && left < places && right < places ? { left, right } : pairOf(report, family);
}

const held = new Map<string, (Changes | null)[]>();

/** Words that only one side has, for each part of the passage that is in the report. Looked for once. */
function differences(report: Report, link: Link, left: readonly Excerpt[], right: readonly Excerpt[]): (Changes | null)[] {
  const key = `${link.family} ${link.leftAt} ${link.rightAt}`;
  let made = held.get(key);
  if (!made) {
    const texts = (excerpts: readonly Excerpt[], place: Place) =>
      partsOf(excerpts, place.start, place.end).map((part) => excerpts[part.excerpt]!.text.slice(part.start, part.end));
    // What the search calls the same words is the same, however this page would split them.
    const same = report.kind(link.family) !== "contained" && link.left.similarity === 1 && link.right.similarity === 1;
    made = same ? [] : changesOfParts(texts(left, link.left), texts(right, link.right));
    if (held.size > 2_000) held.clear();
    held.set(key, made);
  }
  return made;
}

/** `before` is what the reader saw last; its links are kept when the two places are among them, on whichever side. */
export async function loadPair(report: Report, family: number, leftAt: number, rightAt: number, before?: Opened): Promise<Pair> {
  const own: Opened = { family, left: leftAt, right: rightAt };
  const documents = async (of: Opened) => {
    const places = await report.places(of.family);
    return [places[of.left]?.document, places[of.right]?.document] as const;
  };
  if (before) {
    const [[a, b], [x, y]] = await Promise.all([documents(own), documents(before)]);
    for (const anchor of [before, { ...before, left: before.right, right: before.left }]) {
      if (anchor === before ? a !== x || b !== y : a !== y || b !== x) continue;
      const pair = await loadFrom(report, own, anchor);
      if (pair.current >= 0) return pair;
    }
  }
  return loadFrom(report, own, own);
}

async function loadFrom(report: Report, { family, left: leftAt, right: rightAt }: Opened, anchor: Opened): Promise<Pair> {
  const places = await report.places(family);
  const left = places[leftAt];
  const right = places[rightAt];
  if (!left || !right) throw new Error("This finding does not have these two places.");
  const one = left.document === right.document;
  let rows = one ? [...report.familiesOf(left.document)] : common(report.familiesOf(left.document), report.familiesOf(right.document));
  let more = 0;
  if (rows.length > MOST_FAMILIES) {
    more = rows.length - MOST_FAMILIES;
    rows = [...new Set([family, anchor.family, ...rows])].slice(0, MOST_FAMILIES);
  }
  const shared: Shared[] = await Promise.all(rows.map(async (row) => ({ family: row, places: row === family ? places : await report.places(row) })));
  const linked = links(shared, anchor);
  let made = linked.links;
  for (const link of made) link.current = link.family === family && link.leftAt === leftAt && link.rightAt === rightAt;
  if (made.length > MOST_LINKS) {
    more += made.length - MOST_LINKS;
    // The worst stay: families come worst first.
    const keep = new Set([...made].sort((a, b) => Number(b.current) - Number(a.current) || a.family - b.family).slice(0, MOST_LINKS));
    made = made.filter((link) => keep.has(link));
    made.forEach((link, n) => { link.number = n + 1; });
  }
  const [leftTexts, rightTexts] = await Promise.all([report.excerpts(left.document), report.excerpts(right.document)]);
  const different = new Set<number>();
  const differing = new Set<number>();
  const changes = made.map((link, n) => {
    const parts = differences(report, link, leftTexts, rightTexts);
    if (parts.includes(null)) different.add(n);
    if (parts.some((part) => part && part.left.length + part.right.length)) differing.add(n);
    return parts;
  });
  const marks = (side: "left" | "right"): Mark[] => {
    const other = side === "left" ? "right" : "left";
    const own = made.map((link, n): Mark => ({ link: n, start: link[side].start, end: link[side].end, ghost: false, only: changes[n]!.map((part) => part?.[side] ?? []) }));
    if (!one) return own;
    return [...own, ...made.map((link, n): Mark => ({ link: n, start: link[other].start, end: link[other].end, ghost: true, only: [] }))];
  };
  const side = (document: number, excerpts: readonly Excerpt[], own: Mark[]): Side => {
    // The open passage is never covered; of others the longer one shows what differs.
    const byRank = own.map((_, n) => n).sort((a, b) => {
      const [x, y] = [own[a]!, own[b]!];
      return Number(x.ghost) - Number(y.ghost) || Number(made[y.link]!.current) - Number(made[x.link]!.current) || y.end - y.start - (x.end - x.start) || a - b;
    });
    const rank: number[] = [];
    byRank.forEach((mark, n) => { rank[mark] = n; });
    const letters = excerpts.reduce((sum, { text }) => sum + text.length, 0);
    const held = excerpts.reduce((sum, { start, end }) => sum + end - start, 0);
    return {
      document,
      blocks: blocks(excerpts, report.index.documents.bytes[document]!, own, rank),
      marks: own,
      empty: excerpts.length === 0,
      bytesPerLetter: letters ? held / letters : 1,
    };
  };
  return {
    family,
    places,
    keeper: report.index.families.keeper[family]!,
    leftAt,
    rightAt,
    links: made,
    hues: huesOf(made),
    current: made.findIndex((link) => link.current),
    anchor,
    left: side(left.document, leftTexts, marks("left")),
    right: side(right.document, rightTexts, marks("right")),
    different,
    differing,
    more,
    within: linked.within,
  };
}
