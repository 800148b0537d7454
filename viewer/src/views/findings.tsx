/** The first screen: the verdict, what can be chosen from, and the findings, worst first. */
import { useEffect } from "preact/hooks";
import type { Report } from "../data/report";
import { finderOf } from "../finder";
import { Details } from "./findings/details";
import { Facets } from "./findings/facets";
import { List } from "./findings/list";
import { Opening } from "./findings/opening";
import { Toolbar } from "./findings/toolbar";
import "./findings.css";

export function Findings({ report }: { report: Report }) {
  const finder = finderOf(report);
  useEffect(() => {
    // The first rows come before texts are read for the search.
    const timer = setTimeout(finder.begin, 300);
    return () => clearTimeout(timer);
  }, [finder]);
  return (
    <div class="findings">
      <Opening report={report} finder={finder} />
      <Details report={report} />
      {report.families > 0 && (
        <section class={report.families > 1 ? "workbench" : "workbench alone"} aria-labelledby="findings-title">
          <h2 id="findings-title" class="hidden">Findings</h2>
          {report.families > 1 && <Facets report={report} finder={finder} />}
          <div class="results">
            <Toolbar finder={finder} />
            <List report={report} finder={finder} />
          </div>
        </section>
      )}
    </div>
  );
}
