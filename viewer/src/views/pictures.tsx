/** The whole report at a glance: who shares text with whom, how alike, and when. */
import type { Report } from "../data/report";
import { Alike } from "./pictures/alike";
import { plural } from "./pictures/labels";
import { Shared } from "./pictures/shared";
import { When } from "./pictures/when";
import "./pictures/pictures.css";

export function Pictures({ report }: { report: Report }) {
  return (
    <div class="pictures">
      <h1>Pictures</h1>
      {report.families === 0 ? (
        <p>Nothing is told twice, so there is nothing to draw.</p>
      ) : (
        <>
          <p class="soft">Of all {plural(report.families, "finding")}. Every picture has its numbers as a table behind it.</p>
          <Shared report={report} />
          <Alike report={report} />
          <When report={report} />
        </>
      )}
    </div>
  );
}
