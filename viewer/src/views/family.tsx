/** One finding: every place where its text stands, the probable origin first. */
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Report } from "../data/report";
import { neighbours } from "../data/neighbours";
import { finderOf } from "../finder";
import { address, go, route } from "../state";
import { useLoaded } from "../ui/async";
import { CopyDialog } from "../ui/copy";
import { useKeys } from "../ui/keys";
import { ReviewBar, reviewKeys } from "../ui/review-bar";
import { classOf, counted, grouped, MEANINGS, percent, suppressedBy, typeOf } from "../ui/words";
import { loadFamily, type Family } from "./family/load";
import { PAGE, PlaceRow } from "./family/place";
import { pairOf } from "./pair/load";
import { copyRule } from "./rule";
import "./family.css";
import "./pair.css";

export function FamilyView({ report }: { report: Report }) {
  const { family } = route.value;
  const known = family < report.families;
  const loaded = useLoaded(() => loadFamily(report, family), [report, family], true);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const found = known && loaded && "value" in loaded ? loaded.value : undefined;
  const error = !known ? "This report has no such finding." : loaded && "error" in loaded ? loaded.error : undefined;
  return (
    <div class="family">
      <h1 ref={heading} tabIndex={-1}>{known ? typeOf(report.level(family), report.kind(family)) : "Nothing to show"}</h1>
      {error ? <p role="alert">{error}</p> : found ? <Places key={found.family} report={report} found={found} heading={heading} /> : <p class="soft" aria-busy="true">Reading the places …</p>}
    </div>
  );
}

/** "twice in one article", "4 places in 3 articles". */
function spread(places: number, documents: number): string {
  if (documents === 1) return places === 2 ? "twice in one article" : `${grouped(places)} times in one article`;
  return documents === places ? `in ${grouped(documents)} articles` : `${grouped(places)} places in ${grouped(documents)} articles`;
}

function Places({ report, found, heading }: { report: Report; found: Family; heading: { current: HTMLHeadingElement | null } }) {
  const { family, places, order, origin, keeper } = found;
  const page = useSignal(0);
  /** The place that others are put beside. */
  const chosen = useSignal(keeper);
  const list = useRef<HTMLOListElement>(null);
  const near = neighbours(finderOf(report).found.peek().rows, family);
  const next = (to: number | undefined): boolean => {
    if (to === undefined) return false;
    go({ view: "family", family: to, left: 0, right: 1 });
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    return true;
  };
  useKeys([
    { keys: ["j"], does: "Next finding of the list", run: () => next(near.next) },
    { keys: ["k"], does: "Previous finding of the list", run: () => next(near.previous) },
    {
      keys: ["o"],
      does: "Two places side by side",
      run: () => {
        if (places.length < 2) return false;
        go({ view: "pair", ...pairOf(report, family) });
        return true;
      },
    },
    ...reviewKeys(() => family),
  ]);
  const documents = new Set(places.map((place) => place.document)).size;
  const pages = Math.ceil(places.length / PAGE);
  const first = page.value * PAGE;
  const turn = (to: number) => {
    page.value = Math.max(0, Math.min(pages - 1, to));
    list.current?.scrollIntoView({ block: "start" });
  };
  const class_ = report.class(family);
  const state = report.state(family);
  const chosenNumber = order.indexOf(chosen.value) + 1;
  return (
    <>
      <p class="traits">
        <span>{counted(report.index.families.words[family]!, "word")}</span>
        <span>{spread(places.length, documents)}</span>
        {report.kind(family) !== "exact" && <span title="The lowest of its places, measured against the one to keep">{percent(report.similarity(family))} alike or more</span>}
        {class_ && <span title={MEANINGS[class_]}>{classOf(class_)}</span>}
        {state === "known" && <span title={MEANINGS.known}>known</span>}
        {state === "suppressed" && <span title={MEANINGS.suppressed}>suppressed: {suppressedBy(report.index.families.suppressed_by[family])}</span>}
        <span class="fingerprint" title={`Fingerprint ${found.fingerprint}: stays the same from run to run`}>{found.fingerprint.slice(0, 12)}</span>
      </p>
      <div class="tools no-print">
        {places.length > 1 && <a class="button small" href={address({ view: "pair", ...pairOf(report, family) })}>Side by side <kbd aria-hidden="true">o</kbd></a>}
        <ReviewBar family={family} />
        <button type="button" class="button small" onClick={() => void copyRule(report, family)} title="A rule for the configuration file that allows this finding">Copy allow rule</button>
        <div class="set end" role="group" aria-label="Findings of the list">
          <button type="button" class="button small" disabled={near.previous === undefined} onClick={() => next(near.previous)} title="Previous finding (k)"><span aria-hidden="true">←</span><span class="hidden">Previous finding</span></button>
          <span class="number">{near.number ? `finding ${grouped(near.number)} of ${grouped(near.of)}` : "not in the list"}</span>
          <button type="button" class="button small" disabled={near.next === undefined} onClick={() => next(near.next)} title="Next finding (j)"><span aria-hidden="true">→</span><span class="hidden">Next finding</span></button>
        </div>
      </div>
      <p class="word-key small">
        {report.kind(family) !== "exact" && !report.index.kept.none && <>Against the one to keep: <del>words missing here</del> <ins>words only here</ins></>}
        {chosen.value !== keeper && (
          <span> Places are put beside place {chosenNumber}. <button type="button" class="plain" onClick={() => { chosen.value = keeper; }}>Beside the one to keep again</button></span>
        )}
      </p>
      {report.index.kept.none && <p class="soft">This report holds no texts.</p>}
      {found.cut && <p class="soft small">The report does not hold the whole of this text; what it holds is compared.</p>}
      <ol ref={list} class="places" start={first + 1} aria-label="Places">
        {order.slice(first, first + PAGE).map((at, n) => (
          <PlaceRow
            key={at}
            report={report}
            found={found}
            at={at}
            number={first + n + 1}
            chosen={chosen.value}
            chosenNumber={chosenNumber}
            origin={origin}
            onChoose={() => { chosen.value = chosen.value === at ? keeper : at; }}
          />
        ))}
      </ol>
      {pages > 1 && (
        <nav class="pages" aria-label="Pages of places">
          <button type="button" class="button small" disabled={page.value === 0} onClick={() => turn(0)}>First</button>
          <button type="button" class="button small" disabled={page.value === 0} onClick={() => turn(page.value - 1)}>Previous</button>
          <span class="number" role="status">places {grouped(first + 1)}–{grouped(Math.min(places.length, first + PAGE))} of {grouped(places.length)}</span>
          <button type="button" class="button small" disabled={page.value === pages - 1} onClick={() => turn(page.value + 1)}>Next</button>
          <button type="button" class="button small" disabled={page.value === pages - 1} onClick={() => turn(pages - 1)}>Last</button>
        </nav>
      )}
      <CopyDialog />
    </>
  );
}
