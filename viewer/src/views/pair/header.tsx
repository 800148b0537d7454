/** What two places have to do with each other, and who they are. */
import type { Place, Report } from "../../data/report";
import { originIn } from "../../data/origin";
import { marks } from "../../review";
import { address } from "../../state";
import { Name } from "../../ui/name";
import { classOf, counted, dayOf, grouped, MEANINGS, percent, suppressedBy, valueOf } from "../../ui/words";
import { alike, LEVELS, linkOf, placeOf, titleOf, whyOrigin } from "../say";
import type { Pair } from "./load";

/** The similarity of two places, which is counted against the keeper only. */
function similarityOf(pair: Pair): number | undefined {
  const [left, right] = [pair.places[pair.leftAt]!, pair.places[pair.rightAt]!];
  if (pair.leftAt === pair.keeper) return right.similarity;
  if (pair.rightAt === pair.keeper) return left.similarity;
  return left.similarity === 1 && right.similarity === 1 ? 1 : undefined;
}

/** "Edited: 87 % the same", and for a part which of the two it is. */
export function howAlike(report: Report, pair: Pair): string {
  const kind = report.kind(pair.family);
  if (kind !== "contained") return alike(kind, similarityOf(pair));
  const [left, right] = [pair.places[pair.leftAt]!, pair.places[pair.rightAt]!];
  // Parts of the one to keep are measured against that, not against each other.
  if (pair.leftAt !== pair.keeper && pair.rightAt !== pair.keeper) return "both are a part of a longer text";
  if (left.words === right.words) return alike(kind, similarityOf(pair));
  return left.words < right.words ? "the left is a part of the right" : "the right is a part of the left";
}

export function Headline({ report, pair }: { report: Report; pair: Pair }) {
  const kind = report.kind(pair.family);
  const how = howAlike(report, pair);
  const link = pair.links[pair.current];
  const both = pair.places[pair.leftAt]!.document === pair.places[pair.rightAt]!.document;
  const similarity = similarityOf(pair);
  const class_ = report.class(pair.family);
  const state = report.state(pair.family);
  const mark = marks.value.get(pair.family);
  const rest = pair.places.length - 2;
  return (
    <>
      <p class="traits">
        <span title={`level ${report.level(pair.family)}`}>{LEVELS[report.level(pair.family)]}</span>
        <span>{counted(report.index.families.words[pair.family]!, "word")}</span>
        <span>{both ? "twice in one article" : "in two articles"}</span>
        {kind === "contained" && similarity !== undefined && <span title={MEANINGS.contained}>{percent(similarity)} alike as a whole</span>}
        {similarity === undefined && kind === "near" && (
          <span>to the one to keep: left {percent(pair.places[pair.leftAt]!.similarity)}, right {percent(pair.places[pair.rightAt]!.similarity)}</span>
        )}
        {class_ && <span title={MEANINGS[class_]}>{classOf(class_)}</span>}
        {state === "known" && <span title={MEANINGS.known}>known</span>}
        {state === "suppressed" && <span title={MEANINGS.suppressed}>suppressed: {suppressedBy(report.index.families.suppressed_by[pair.family])}</span>}
        {mark && <span>your mark: {valueOf("review", mark).toLowerCase()}</span>}
        <a href={address({ view: "family" })}>{rest > 0 ? `all ${grouped(pair.places.length)} places` : "this finding"}</a>
      </p>
      <p class="word-key">
        {pair.different.has(pair.current)
          ? "These two differ too much to mark their words."
          : link && pair.differing.has(pair.current)
            ? <><span>Words that differ: </span><del>only left</del> <ins>only right</ins><span class="soft"> (case and punctuation do not count)</span></>
            : kind === "exact" || how === "same words" ? "No word differs." : pair.left.empty && pair.right.empty ? "This report holds no texts of these two." : "No word differs in what the report holds."}
      </p>
    </>
  );
}

export function Card({ report, pair, side }: { report: Report; pair: Pair; side: "left" | "right" }) {
  const at = side === "left" ? pair.leftAt : pair.rightAt;
  const place: Place = pair.places[at]!;
  const { name, source, date, time, url, path, record } = report.index.documents;
  const row = place.document;
  const origin = originIn(report, pair.places, pair.keeper);
  const both = pair.places[pair.leftAt]!.document === pair.places[pair.rightAt]!.document;
  const href = linkOf(url[row]);
  const when = dayOf(date[row], time[row]);
  const head = titleOf(report, row);
  const named = name[row]!;
  return (
    <section class="card" aria-label={side === "left" ? "Left article" : "Right article"}>
      <h2>
        <span class="side soft">{side === "left" ? "Left" : "Right"} </span>
        {href ? <a href={href} rel="noopener noreferrer" referrerpolicy="no-referrer" target="_blank"><Name text={head} /><span class="hidden"> (opens the article)</span></a> : <Name text={head} />}
      </h2>
      <p class="traits">
        {origin.at === at && <span class="tag origin" title={whyOrigin(origin.why)}>probably the origin</span>}
        {at === pair.keeper && <span class="tag" title="The place the others are measured against">the one to keep</span>}
        {both && <span>place {at + 1}</span>}
        {source[row] && <span><Name text={source[row]} most={60} /></span>}
        {when ? <span title={date[row] ?? undefined}>{when}</span> : <span class="soft">no date</span>}
        <span title={`bytes ${place.start}–${place.end}`}>{placeOf(place)}</span>
        <span>{counted(place.words, "word")}</span>
        {named !== head && <span><Name text={named} most={80} /></span>}
        {path[row] !== named && <span><Name text={path[row]} most={80} />{record[row] == null ? "" : `, record ${record[row]}`}</span>}
        {url[row] && !href && <span><Name text={url[row]} most={80} /></span>}
      </p>
    </section>
  );
}
