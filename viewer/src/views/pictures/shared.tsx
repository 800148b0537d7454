/** First picture: who shares text with whom, with the findings of a pair that was chosen. */
import { useMemo, useRef, useState } from "preact/hooks";
import type { Report } from "../../data/report";
import { address, go } from "../../state";
import { useGist } from "../../ui/gist";
import { Name } from "../../ui/name";
import { beginning } from "../../ui/visible";
import { counted, grouped, typeOf } from "../../ui/words";
import { Heat, type Cell } from "./heat";
import { bestGrouping, cellOf, findingsOf, groupings, matrixOf, pairOf, type By, type Matrix } from "./matrix";
import { Behind } from "./stage";

const MOST = 40;
const TABLE = 200;
const LIST = 20;
const LETTERS = 160;
const MANY: Record<By, string> = { document: "articles", file: "files", folder: "folders", source: "sources" };

/** The address of a finding's two places that make it belong to a cell. */
function placesOf(report: Report, table: Matrix, family: number, { row, column }: Cell) {
  const pair = pairOf(report.documentsOf(family), table.shown, column, row);
  return pair ? { view: "pair" as const, family, left: pair[0], right: pair[1] } : { view: "family" as const, family };
}

export function Shared({ report, rows }: { report: Report; rows?: ArrayLike<number> | undefined }) {
  const ways = useMemo(() => groupings(report.index.documents), [report]);
  const [by, setBy] = useState<By | null>(null);
  const way = ways.find((each) => each.by === by) ?? bestGrouping(ways, MOST);
  const table = useMemo(() => way && matrixOf(report.index, way, MOST, rows), [report, way, rows]);
  const [chosen, choose] = useState<Cell | null>(null);
  const panel = useRef<HTMLElement>(null);
  if (!way || !table || table.groups.length === 0) return null;
  const many = MANY[way.by];
  const hidden = way.by !== "document" && !way.names.some((name) => name !== null);
  if (hidden) return null;
  const calls = (group: number) => {
    const each = table.groups[group]!;
    if (each.rest) return `${grouped(each.groups)} other ${many}`;
    return each.name || "(no name)";
  };

  const open = (cell: Cell) => {
    const at = cellOf(cell.row, cell.column);
    if (table.findings[at] === 1) {
      go(placesOf(report, table, table.worst[at]!, cell));
      return;
    }
    choose(cell);
    requestAnimationFrame(() => panel.current?.focus());
  };

  const pairs: Cell[] = [];
  for (let row = 0; row < table.groups.length; row++) {
    for (let column = 0; column <= row; column++) if (table.findings[cellOf(row, column)]) pairs.push({ row, column });
  }
  pairs.sort((a, b) => table.words[cellOf(b.row, b.column)]! - table.words[cellOf(a.row, a.column)]! || a.row - b.row || a.column - b.column);
  const rest = table.groups.at(-1)!.rest;
  const worst = pairs[0];
  const title = `Words told in both of two ${many}`;
  const description = worst
    ? `${counted(pairs.length, "pair")} of ${many} share text. Most words are shared ${worst.row === worst.column ? `within ${calls(worst.row)}` : `by ${calls(worst.column)} and ${calls(worst.row)}`}: ${grouped(table.words[cellOf(worst.row, worst.column)]!)}. The table below has them all.`
    : "No text is shared.";

  return (
    <section aria-labelledby="shared-title">
      <div class="head">
        <h2 id="shared-title">Who shares text with whom</h2>
        {ways.length > 1 && (
          <label class="small">
            Compare{" "}
            <select class="field" value={way.by} onChange={(event) => { choose(null); setBy(event.currentTarget.value as By); }}>
              {ways.map((each) => <option key={each.by} value={each.by}>{MANY[each.by]} ({grouped(each.names.length)})</option>)}
            </select>
          </label>
        )}
      </div>
      <p class="soft small">
        Each box is a pair; its number is how many words stand in both. Where a row meets its own column, the text stands twice within one {way.by === "document" ? "article" : way.by}.
        {rest && ` Shown are the ${MOST} that share most; the others are taken together.`}
      </p>
      <Heat key={way.by} table={table} title={title} description={description.length > 600 ? `${description.slice(0, 600)}…` : description} calls={calls} open={open} />
      {chosen && <Chosen report={report} table={table} cell={chosen} calls={calls} rows={rows} panel={panel} close={() => choose(null)} />}
      <Behind
        summary={`The same as a table: ${many} that share text`}
        caption={`Words told in both of two ${many}, most first${pairs.length > TABLE ? `; the first ${TABLE} of ${grouped(pairs.length)} pairs` : ""}`}
        head={[{ text: "One" }, { text: "The other" }, { text: "Words", number: true, sorted: "descending" }, { text: "Findings", number: true }, { text: "Worst of them" }]}
      >
        {pairs.slice(0, TABLE).map((cell) => {
          const at = cellOf(cell.row, cell.column);
          return (
            <tr key={at}>
              <th scope="row"><Name text={calls(cell.column)} /></th>
              <td>{cell.row === cell.column ? <span class="soft">within itself</span> : <Name text={calls(cell.row)} />}</td>
              <td class="number">{grouped(table.words[at]!)}</td>
              <td class="number">{grouped(table.findings[at]!)}</td>
              <td><a href={address(placesOf(report, table, table.worst[at]!, cell))}>Finding {grouped(table.worst[at]! + 1)}</a></td>
            </tr>
          );
        })}
      </Behind>
    </section>
  );
}

function Begins({ report, family }: { report: Report; family: number }) {
  const gist = useGist(report, family);
  if (typeof gist !== "object" || gist.text === null) return null;
  const { text, all } = beginning(gist.text.replace(/\s+/g, " ").trim(), LETTERS);
  return <p class="begins small" dir="auto">{text}{(!all || !gist.whole) && " …"}</p>;
}

function Chosen(props: {
  report: Report;
  table: Matrix;
  cell: Cell;
  calls: (group: number) => string;
  rows: ArrayLike<number> | undefined;
  panel: { current: HTMLElement | null };
  close: () => void;
}) {
  const { report, table, cell, calls } = props;
  const at = cellOf(cell.row, cell.column);
  const families = findingsOf(report.index, table, cell.column, cell.row, LIST, props.rows);
  return (
    <section class="chosen-pair" aria-labelledby="chosen-title" tabIndex={-1} ref={props.panel}>
      <div class="head">
        <h3 id="chosen-title">
          <Name text={calls(cell.column)} most={60} />
          {cell.row === cell.column ? ", told twice within" : <> and <Name text={calls(cell.row)} most={60} /></>}
        </h3>
        <button type="button" class="button small" onClick={props.close}>Close</button>
      </div>
      <p class="small">
        {counted(table.words[at]!, "word")} in {counted(table.findings[at]!, "finding")}
        {table.findings[at]! > LIST && `, the worst ${LIST} of them here`}
      </p>
      <ol>
        {families.map((family) => (
          <li key={family}>
            <a href={address(placesOf(report, table, family, cell))}>{typeOf(report.level(family), report.kind(family))}</a>
            <span class="soft small"> {counted(report.index.families.words[family]!, "word")}</span>
            <Begins report={report} family={family} />
          </li>
        ))}
      </ol>
    </section>
  );
}
