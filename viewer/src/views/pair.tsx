/** Two places of a finding side by side, with all that their two documents share. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Report } from "../data/report";
import { neighbours } from "../data/neighbours";
import { textOf } from "../export/gather";
import { finderOf } from "../finder";
import { adjust, go, route } from "../state";
import { useLoaded } from "../ui/async";
import { copy, CopyDialog } from "../ui/copy";
import { useKeys } from "../ui/keys";
import { ReviewBar, reviewKeys } from "../ui/review-bar";
import { recall, remember } from "../ui/storage";
import { counted, grouped } from "../ui/words";
import { citation, type Cited } from "./pair/citation";
import { Column } from "./pair/column";
import { Gutter, type GutterHandle, type Places } from "./pair/gutter";
import { Card, Headline, howAlike } from "./pair/header";
import { loadPair, pairOf, sound, type Opened, type Pair } from "./pair/load";
import { measure } from "./pair/measure";
import { Minimap } from "./pair/minimap";
import { ascending, opposite, type Anchor } from "./pair/scroll";
import { copyRule } from "./rule";
import "./pair.css";

const TOGETHER = "twicetold.together";

export function PairView({ report }: { report: Report }) {
  const { family, left, right } = route.value;
  const known = family < report.families && report.index.families.places[family]! > 1;
  const at = known ? sound(report, family, left, right) : { left, right };
  const before = useRef<Opened | undefined>(undefined);
  const loaded = useLoaded(async () => {
    const pair = await loadPair(report, family, at.left, at.right, before.current);
    before.current = pair.anchor;
    return pair;
  }, [report, family, at.left, at.right], true);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const pair = loaded && "value" in loaded ? loaded.value : undefined;
  const error = !known ? "This report has no such finding." : loaded && "error" in loaded ? loaded.error : undefined;
  const how = pair ? howAlike(report, pair) : "";
  return (
    <div class="pair">
      <h1 ref={heading} tabIndex={-1}>{pair && !error ? how[0]!.toUpperCase() + how.slice(1) : error ? "Nothing to show" : "Two places side by side"}</h1>
      {error ? <p role="alert">{error}</p> : pair ? <Both report={report} pair={pair} heading={heading} /> : <p class="soft" aria-busy="true">Reading the texts …</p>}
    </div>
  );
}

/** To another finding of the list. */
function open(report: Report, family: number | undefined): boolean {
  if (family === undefined) return false;
  go({ view: "pair", family, ...pairOf(report, family) });
  return true;
}

async function cite(report: Report, pair: Pair): Promise<void> {
  const { name, title, source, date, url } = report.index.documents;
  const { tool } = report.index.report;
  const of = async (at: number): Promise<Cited> => {
    const { document, line, column, words, ...place } = pair.places[at]!;
    return {
      name: name[document]!, title: title[document], source: source[document], date: date[document], url: url[document],
      line, column, words, text: await textOf(report, { document, line, column, words, ...place }),
    };
  };
  const [a, b] = await Promise.all([of(pair.leftAt), of(pair.rightAt)]);
  await copy(citation(howAlike(report, pair), a, b, await report.fingerprint(pair.family), `${tool.name} ${tool.version}`), "Citation");
}

function Both({ report, pair, heading }: { report: Report; pair: Pair; heading: { current: HTMLHeadingElement | null } }) {
  const columns = useRef<HTMLDivElement>(null);
  const panes = { left: useRef<HTMLDivElement>(null), right: useRef<HTMLDivElement>(null) };
  const gutter = useRef<GutterHandle>(null);
  const places = useRef<Places>({ left: new Map(), right: new Map() });
  const chain = useRef<Anchor[]>([]);
  /** Heights that this page scrolled to itself: their events are no wish of the reader. */
  const own = useRef<{ left: number | null; right: number | null }>({ left: null, right: null });
  const together = useSignal(recall(TOGETHER) !== "off");
  const [narrowSide, setNarrowSide] = useState<"left" | "right">("left");
  const told = useSignal("");
  /** Whether the reader has gone to a passage: the page itself stays where it is before. */
  const moved = useRef(false);
  const near = neighbours(finderOf(report).found.peek().rows, pair.family);

  const draw = useCallback(() => {
    gutter.current?.draw(places.current, panes.left.current?.scrollTop ?? 0, panes.right.current?.scrollTop ?? 0);
  }, []);
  const remeasure = useCallback(() => {
    const { left, right } = panes;
    if (!left.current || !right.current) return;
    places.current = { left: measure(left.current), right: measure(right.current) };
    const anchors: Anchor[] = [];
    for (const [link, span] of places.current.left) {
      const twin = places.current.right.get(link);
      if (twin) anchors.push({ left: span.top, right: twin.top }, { left: span.bottom, right: twin.bottom });
    }
    chain.current = ascending(anchors);
    draw();
  }, []);

  const scrollTo = (side: "left" | "right", top: number) => {
    const pane = panes[side].current;
    if (!pane) return;
    const to = Math.max(0, Math.min(top, pane.scrollHeight - pane.clientHeight));
    if (Math.abs(pane.scrollTop - to) < 1) return;
    pane.scrollTop = to;
    own.current[side] = pane.scrollTop;
  };

  const scrolled = (side: "left" | "right") => {
    const pane = panes[side].current;
    if (!pane) return;
    const mine = own.current[side];
    own.current[side] = null;
    const other = side === "left" ? "right" : "left";
    if (together.peek() && (mine === null || Math.abs(mine - pane.scrollTop) > 1)) {
      // What stands at a third of the height is what is read.
      const eye = pane.clientHeight / 3;
      scrollTo(other, opposite(chain.current, pane.scrollTop + eye, side) - eye);
    }
    draw();
  };

  /** Both columns show the open passage, its ends at one height. */
  const align = useCallback(() => {
    const { left, right } = places.current;
    const a = left.get(pair.current);
    const b = right.get(pair.current);
    const height = panes.left.current?.clientHeight ?? 0;
    if (!a || !b) return;
    const above = Math.max(16, Math.min(height / 4, (height - (a.bottom - a.top)) / 2));
    scrollTo("left", a.top - above);
    scrollTo("right", b.top - above);
    draw();
  }, [pair]);

  /** Where columns stand one at a time the page scrolls, not the column. */
  const single = () => getComputedStyle(panes.left.current!).overflowY === "visible";
  const reveal = useCallback((side: "left" | "right") => {
    if (single()) columns.current?.querySelector<HTMLElement>(`.${side} [data-badge="${pair.current}"]`)?.scrollIntoView({ block: "center" });
  }, [pair]);

  useLayoutEffect(() => {
    remeasure();
    align();
    if (moved.current) reveal(narrowSide);
  }, [pair, narrowSide]);

  useEffect(() => {
    const observer = new ResizeObserver(remeasure);
    for (const pane of [panes.left.current, panes.right.current]) {
      if (pane) observer.observe(pane);
      if (pane?.firstElementChild) observer.observe(pane.firstElementChild);
    }
    return () => observer.disconnect();
  }, []);

  const pick = useCallback((n: number) => {
    const link = pair.links[n];
    if (!link) return;
    moved.current = true;
    told.value = `Passage ${link.number} of ${pair.links.length}`;
    if (n === pair.current) {
      align();
      reveal(narrowSide);
    } else adjust({ family: link.family, left: link.leftAt, right: link.rightAt });
  }, [pair, align, narrowSide]);
  const step = (by: number): boolean => {
    const to = pair.current + by;
    if (pair.links[to]) pick(to);
    else told.value = by > 0 ? "This is the last passage." : "This is the first passage.";
    return true;
  };
  const swap = () => adjust({ left: pair.rightAt, right: pair.leftAt });
  const toTwin = useCallback((n: number, side: "left" | "right") => {
    const other = side === "left" ? "right" : "left";
    setNarrowSide(other);
    pick(n);
    // After the other passage is the open one its number has the focus.
    setTimeout(() => columns.current?.querySelector<HTMLElement>(`.${other} [data-badge="${n}"]`)?.focus({ preventScroll: true }), 60);
  }, [pick]);
  const next = (to: number | undefined): boolean => {
    if (!open(report, to)) return false;
    heading.current?.focus({ preventScroll: true });
    return true;
  };

  useKeys([
    { keys: ["n"], does: "Next passage of these two articles", run: () => step(1) },
    { keys: ["p"], does: "Previous passage of these two articles", run: () => step(-1) },
    { keys: ["s"], does: "Swap left and right", run: swap },
    { keys: ["j"], does: "Next finding of the list", run: () => next(near.next) },
    { keys: ["k"], does: "Previous finding of the list", run: () => next(near.previous) },
    { keys: ["c"], does: "Copy a citation of both", run: () => void cite(report, pair) },
    ...reviewKeys(() => pair.family),
  ]);

  const current = pair.links[pair.current];
  return (
    <>
      <Headline report={report} pair={pair} />
      <div class="tools no-print">
        <div class="set" role="group" aria-label="Passages that these two share">
          <button type="button" class="button small" disabled={pair.current <= 0} onClick={() => step(-1)} title="Previous passage (p)"><span aria-hidden="true">↑</span><span class="hidden">Previous passage</span></button>
          <button
            type="button"
            class="plain number"
            title={`Show it${pair.within ? ` (${counted(pair.within, "more finding")} wholly within these passages)` : ""}`}
            onClick={() => pick(pair.current)}
          >
            passage {current?.number ?? 0} of {grouped(pair.links.length)}
          </button>
          <button type="button" class="button small" disabled={pair.current >= pair.links.length - 1} onClick={() => step(1)} title="Next passage (n)"><span aria-hidden="true">↓</span><span class="hidden">Next passage</span></button>
        </div>
        <ReviewBar family={pair.family} />
        <div class="set" role="group" aria-label="What to do with these two">
          <button type="button" class="button small" onClick={swap}>Swap <kbd aria-hidden="true">s</kbd></button>
          <button type="button" class="button small" onClick={() => void cite(report, pair)}>Copy citation <kbd aria-hidden="true">c</kbd></button>
          <button type="button" class="button small" onClick={() => void copyRule(report, pair.family)} title="A rule for the configuration file that allows this finding">Copy allow rule</button>
          <label class="small together">
            <input type="checkbox" checked={together.value} onChange={(event) => { together.value = event.currentTarget.checked; remember(TOGETHER, together.value ? null : "off"); }} /> Scroll together
          </label>
        </div>
        <div class="set end" role="group" aria-label="Findings of the list">
          <button type="button" class="button small" disabled={near.previous === undefined} onClick={() => next(near.previous)} title="Previous finding (k)"><span aria-hidden="true">←</span><span class="hidden">Previous finding</span></button>
          <span class="number">{near.number ? `finding ${grouped(near.number)} of ${grouped(near.of)}` : "not in the list"}</span>
          <button type="button" class="button small" disabled={near.next === undefined} onClick={() => next(near.next)} title="Next finding (j)"><span aria-hidden="true">→</span><span class="hidden">Next finding</span></button>
        </div>
      </div>
      {pair.more > 0 && <p class="soft small">These two share {counted(pair.more, "more passage")} that are not shown here.</p>}
      <p class="hidden" role="status">{told.value}</p>
      <div class="sides no-print" role="group" aria-label="Which article is shown">
        {(["left", "right"] as const).map((side) => (
          <button key={side} type="button" class="button small" aria-pressed={narrowSide === side} onClick={() => { moved.current = true; setNarrowSide(side); }}>{side === "left" ? "Left article" : "Right article"}</button>
        ))}
      </div>
      <div ref={columns} class={`columns shows-${narrowSide}`}>
        <div class="cell head left"><Card report={report} pair={pair} side="left" /></div>
        <div class="cell head right"><Card report={report} pair={pair} side="right" /></div>
        <Minimap report={report} pair={pair} side="left" onPick={pick} />
        <Pane pair={pair} side="left" pane={panes.left} onScroll={scrolled} onTwin={toTwin} onChange={remeasure} />
        <Gutter pair={pair} handle={gutter} onPick={pick} />
        <Pane pair={pair} side="right" pane={panes.right} onScroll={scrolled} onTwin={toTwin} onChange={remeasure} />
        <Minimap report={report} pair={pair} side="right" onPick={pick} />
      </div>
      <CopyDialog />
    </>
  );
}

interface PaneProps {
  pair: Pair;
  side: "left" | "right";
  pane: { current: HTMLDivElement | null };
  onScroll: (side: "left" | "right") => void;
  onTwin: (link: number, side: "left" | "right") => void;
  onChange: () => void;
}

function Pane({ pair, side, pane, onScroll, onTwin, onChange }: PaneProps) {
  return (
    <div ref={pane} class={`cell pane ${side}`} role="region" aria-label={side === "left" ? "Text on the left" : "Text on the right"} tabIndex={0} onScroll={() => onScroll(side)}>
      <div class="sheet-of-text"><Column pair={pair} side={side} onTwin={onTwin} onChange={onChange} /></div>
    </div>
  );
}
