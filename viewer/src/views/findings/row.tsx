/** One finding in the list: what it is, how much, where, and the beginning of its text. */
import type { Report } from "../../data/report";
import type { Finder } from "../../finder";
import { marks } from "../../review";
import { address } from "../../state";
import { useGist } from "../../ui/gist";
import { parts, stretch } from "../../ui/marked";
import { Name } from "../../ui/name";
import { classOf, counted, dayOf, grouped, MEANINGS, percent, suppressedBy, typeOf, valueOf } from "../../ui/words";

export const rowId = (family: number) => `finding-${family}`;

/** Letters of the text, and documents, that a row shows. */
const LETTERS = 320;
const NAMED = 3;

interface Props {
  report: Report;
  finder: Finder;
  family: number;
  /** The family in the row above. */
  before: number | undefined;
  tabbable: boolean;
}

export function Row({ report, finder, family, before, tabbable }: Props) {
  const { table } = finder;
  const { level, kind } = { level: report.level(family), kind: report.kind(family) };
  const words = table.words[family]!;
  const members = table.members[family]!;
  const documents = table.documents[family]!;
  const id = rowId(family);
  const aside = table.aside[family]!;
  return (
    <>
      {aside > 0 && (before === undefined || table.aside[before] !== aside) && (
        <p class="apart soft">{aside === 1 ? "Set aside: stock phrases and boilerplate, which many articles share" : "Suppressed: told not to count"}</p>
      )}
      <article class={aside ? "row aside" : "row"}>
        <p class="weight" title="Words that are told again: the text’s words for each place but one">
          <span class="number">{grouped(words * (members - 1))}</span> <span class="small soft">{words * (members - 1) === 1 ? "word" : "words"} repeated</span>
        </p>
        <div class="what">
          <h3>
            <a
              id={id}
              href={address({ view: "family", family, left: 0, right: 1 })}
              tabIndex={tabbable ? 0 : -1}
              aria-describedby={`${id}-text`}
              title={`${MEANINGS[level]}; ${MEANINGS[kind]}`}
            >
              {typeOf(level, kind)}
            </a>
            <Tags report={report} family={family} />
          </h3>
          <p class="meta small">
            <span>{counted(words, "word")}</span>
            <span>{members === 2 && documents === 1 ? "twice in one article" : documents === 1 ? `${grouped(members)} times in one article` : documents === members ? `in ${grouped(members)} articles` : `${grouped(members)} places in ${grouped(documents)} articles`}</span>
            {kind !== "exact" && <span title="The lowest of its places, measured against the one to keep">{percent(report.similarity(family))} alike</span>}
            <Dates report={report} finder={finder} family={family} />
            <Sources finder={finder} family={family} />
          </p>
          <Text report={report} finder={finder} family={family} id={`${id}-text`} />
          <Documents report={report} family={family} />
        </div>
      </article>
    </>
  );
}

function Tags({ report, family }: { report: Report; family: number }) {
  const { summary } = report.index.report;
  const class_ = report.class(family);
  const state = report.state(family);
  const mark = marks.value.get(family);
  return (
    <>
      {class_ && <span class="tag" title={MEANINGS[class_]}>{classOf(class_)}</span>}
      {state === "new" && summary.known > 0 && <span class="tag new" title={MEANINGS.new}>New</span>}
      {state === "known" && <span class="tag" title={MEANINGS.known}>Known</span>}
      {state === "suppressed" && <span class="tag" title={MEANINGS.suppressed}>Suppressed: {suppressedBy(report.index.families.suppressed_by[family])}</span>}
      {report.scope(family) === "archive" && <span class="tag" title={MEANINGS.archive}>With the archive</span>}
      {mark && <span class="tag">Marked: {valueOf("review", mark)}</span>}
    </>
  );
}

function Dates({ report, finder, family }: { report: Report; finder: Finder; family: number }) {
  const oldest = finder.table.oldest[family]!;
  const newest = finder.table.newest[family]!;
  if (oldest < 0) return null;
  const { date, time } = report.index.documents;
  const first = dayOf(date[oldest], time[oldest]);
  const last = dayOf(date[newest], time[newest]);
  return <span>{first === last ? first : `${first} – ${last}`}</span>;
}

function Sources({ finder, family }: { finder: Finder; family: number }) {
  const { source, sourceFirst, names } = finder.table;
  const list = Array.from(source.subarray(sourceFirst[family]!, sourceFirst[family + 1]!), (row) => names.source[row]!).filter(Boolean);
  if (!list.length) return null;
  return (
    <span>
      {list.slice(0, NAMED).map((name, n) => <span key={name}>{n ? ", " : ""}<Name text={name} most={40} /></span>)}
      {list.length > NAMED && ` and ${counted(list.length - NAMED, "more source")}`}
    </span>
  );
}

function Text({ report, finder, family, id }: { report: Report; finder: Finder; family: number; id: string }) {
  const gist = useGist(report, family);
  if (report.index.kept.none) return <p id={id} class="soft small">(this report holds no texts)</p>;
  if (gist === undefined) return <p id={id} class="text loading" aria-busy="true">…</p>;
  if (typeof gist === "string") return <p id={id} class="soft">{gist}</p>;
  if (gist.text === null) return <p id={id} class="soft">(the text is not in this report)</p>;
  const terms = finder.terms.value;
  const { text, before, after } = stretch(gist.text.replace(/\s+/g, " ").trim(), terms, LETTERS);
  return (
    <p id={id} class="text" dir="auto">
      {before && "… "}
      {parts(text, terms).map((part, n) => (part.marked ? <mark key={n}>{part.text}</mark> : part.text))}
      {(after || !gist.whole) && " …"}
    </p>
  );
}

/** The one to keep first, then the others in their order. */
function Documents({ report, family }: { report: Report; family: number }) {
  const rows = report.documentsOf(family);
  const keeper = rows[report.index.families.keeper[family]!]!;
  const others = new Set(rows);
  others.delete(keeper);
  const { title, name, id } = report.index.documents;
  // In a check it is the incoming ones that the reader has to do with.
  const check = report.index.report.command === "check";
  const incoming = (row: number) => check && id[row]! >= report.index.incoming;
  const named = [...others].sort((a, b) => Number(incoming(b)) - Number(incoming(a))).slice(0, NAMED - 1);
  const Title = ({ row }: { row: number }) => (
    <>
      <Name text={title[row]?.trim() ? title[row] : name[row]} most={90} />
      {incoming(row) && <span class="soft"> (incoming)</span>}
    </>
  );
  return (
    <p class="named small">
      <span class="soft" title="The place that the report takes for the original">{others.size ? "Keep: " : "In "}</span>
      <Title row={keeper} />
      {named.length > 0 && <span class="soft"> · again in: </span>}
      {named.map((row, n) => <span key={row}>{n ? <span class="soft">; </span> : null}<Title row={row} /></span>)}
      {others.size > named.length && <span class="soft"> and {counted(others.size - named.length, "more article")}</span>}
    </p>
  );
}
