/** One place of a finding: who, when, where, and how its text differs from the one to keep. */
import { useState } from "preact/hooks";
import type { Origin } from "../../data/origin";
import { cut, type Report } from "../../data/report";
import { address } from "../../state";
import { useLoaded } from "../../ui/async";
import { Name } from "../../ui/name";
import { counted, dayOf } from "../../ui/words";
import { gist, inline } from "../pair/words";
import { alike, linkOf, placeOf, titleOf, whyOrigin } from "../say";
import type { Family } from "./load";

/** Places on a page. */
export const PAGE = 25;
/** Longer texts are shown in part until the reader asks for all. */
const LONG = 420;
/** Of a longer text even "all" is so much: the pair view has the rest. */
const LONGEST = 30_000;

interface Props {
  report: Report;
  found: Family;
  at: number;
  number: number;
  origin: Origin;
  chosen: number;
  chosenNumber: number;
  onChoose: () => void;
}

export function PlaceRow({ report, found, at, number, origin, chosen, chosenNumber, onChoose }: Props) {
  const place = found.places[at]!;
  const { name, source, date, time, url, path, record } = report.index.documents;
  const row = place.document;
  const head = titleOf(report, row);
  const href = linkOf(url[row]);
  const when = dayOf(date[row], time[row]);
  const isKeeper = at === found.keeper;
  const beside = chosen === found.keeper ? "the one to keep" : `place ${chosenNumber}`;
  return (
    <li class="place" value={number}>
      <p class="traits">
        <span class="place-number number" aria-hidden="true">{number}</span>
        {origin.at === at && <span class="tag origin" title={whyOrigin(origin.why)}>probably the origin</span>}
        {isKeeper && <span class="tag" title="The place the others are measured against">the one to keep</span>}
        {when ? <span class="when" title={date[row] ?? undefined}>{when}</span> : <span>no date</span>}
        {source[row] && <span><Name text={source[row]} most={60} /></span>}
        <strong class="who">{href ? <a href={href} rel="noopener noreferrer" referrerpolicy="no-referrer" target="_blank"><Name text={head} /></a> : <Name text={head} />}</strong>
      </p>
      <p class="traits small">
        <span title={`bytes ${place.start}–${place.end}`}>{placeOf(place)}</span>
        <span>{counted(place.words, "word")}</span>
        {!isKeeper && <span>{alike(report.kind(found.family), place.similarity)}</span>}
        {name[row] !== head && <span><Name text={name[row]} most={80} /></span>}
        {path[row] !== name[row] && <span><Name text={path[row]} most={80} />{record[row] == null ? "" : `, record ${record[row]}`}</span>}
        {url[row] && !href && <span><Name text={url[row]} most={80} /></span>}
      </p>
      <PlaceText report={report} found={found} at={at} />
      {found.places.length > 1 && (
        <p class="place-actions no-print">
          {at !== chosen && <a href={address({ view: "pair", left: chosen, right: at })}>Beside {beside}<span class="hidden">: place {number}</span></a>}
          {found.places.length > 2 && (
            <button type="button" class="plain" aria-pressed={at === chosen} onClick={onChoose}>
              {at === chosen ? (isKeeper ? "Others go beside this one" : "Others go beside this one: stop") : "Put others beside this one"}
            </button>
          )}
        </p>
      )}
    </li>
  );
}

function PlaceText({ report, found, at }: { report: Report; found: Family; at: number }) {
  const place = found.places[at]!;
  const [all, setAll] = useState(false);
  const loaded = useLoaded(async () => cut(await report.excerpts(place.document), place.start, place.end)?.text ?? null, [report, found, at]);
  if (report.index.kept.none) return null;
  if (!loaded) return <p class="article excerpt soft" aria-busy="true">…</p>;
  if ("error" in loaded) return <p class="soft">{loaded.error}</p>;
  if (loaded.value === null) return <p class="soft small">{report.index.documents.no_text[place.document] ? "The archive keeps no text of this article." : "The text of this place is not in the report."}</p>;
  const text = loaded.value.slice(0, LONGEST);
  const same = at === found.keeper || found.text === undefined || (report.kind(found.family) !== "contained" && place.similarity === 1);
  const pieces = same ? null : inline(found.text!.slice(0, LONGEST), text);
  const long = text.length > LONG;
  // What differs may stand far down: of a long text that is what is shown first.
  const shown = pieces && long && !all ? gist(pieces, LONG) : pieces;
  return (
    <>
      <p class={`article excerpt${long && !all ? " clamped" : ""}${shown ? " marked" : ""}`} dir="auto">
        {shown
          ? shown.map((piece, n) =>
              piece.only === "left" ? <del key={n}><span class="hidden"> (missing here: </span>{piece.text}<span class="hidden">) </span></del>
              : piece.only === "right" ? <ins key={n}><span class="hidden"> (only here: </span>{piece.text}<span class="hidden">) </span></ins>
              : piece.text)
          : text}
      </p>
      {!same && !pieces && <p class="soft small">It differs too much to mark its words.</p>}
      {long && <button type="button" class="plain small no-print" aria-expanded={all} onClick={() => setAll(!all)}>{all ? "Less" : "All of it"}</button>}
    </>
  );
}
