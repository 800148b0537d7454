/** What the list holds at a glance: who shares text with whom, how alike, and when. */
import { useMemo } from "preact/hooks";
import type { Report } from "../data/report";
import { finderOf } from "../finder";
import { address, go } from "../state";
import { counted, grouped } from "../ui/words";
import { CLEAR } from "./findings/toolbar";
import { Alike } from "./pictures/alike";
import { Shared } from "./pictures/shared";
import { When } from "./pictures/when";
import "./pictures/pictures.css";

export function Pictures({ report }: { report: Report }) {
  const found = finderOf(report).found.value.rows;
  const all = report.families;
  // The worst come first here, in whatever order the list stands.
  const rows = useMemo(() => (found.length === all ? undefined : found.slice().sort()), [found, all]);
  return (
    <div class="pictures">
      <h1>Pictures</h1>
      <Scope shown={found.length} all={all} />
      {found.length > 0 && (
        <>
          <Shared report={report} rows={rows} />
          <Alike report={report} rows={rows} />
          <When report={report} rows={rows} />
        </>
      )}
    </div>
  );
}

function Scope({ shown, all }: { shown: number; all: number }) {
  if (all === 0) return <p>Nothing is told twice, so there is nothing to draw.</p>;
  if (shown === all) return <p class="soft">Of all {counted(all, "finding")}. Every picture has its numbers as a table behind it.</p>;
  return (
    <p>
      Of the {grouped(shown)} of {counted(all, "finding")} that <a href={address({ view: "findings" })}>the list</a> shows now.{" "}
      <button type="button" class="plain" onClick={() => go(CLEAR)}>Draw all</button>
    </p>
  );
}
