/** What opens below the verdict: problems with input, what the page holds of texts, and the settings of the run. */
import { useState } from "preact/hooks";
import type { Report } from "../../data/report";
import { Name } from "../../ui/name";
import { counted, grouped } from "../../ui/words";

export function Details({ report }: { report: Report }) {
  return (
    <div class="details">
      <Problems report={report} />
      {report.families > 0 && <Kept report={report} />}
      <Settings report={report} />
    </div>
  );
}

const STEP = 200;

function Problems({ report }: { report: Report }) {
  const [shown, show] = useState(STEP);
  const { path, record, line, kind, message } = report.index.problems;
  if (!path.length) return <p class="calm">All input was read without problems.</p>;
  return (
    <details class="problems">
      <summary><strong>{counted(path.length, "problem")}</strong> with the input</summary>
      <div class="scroll" role="region" aria-label="Problems" tabIndex={0}>
        <table>
          <thead><tr><th scope="col">File</th><th scope="col">Record</th><th scope="col">Line</th><th scope="col">Kind</th><th scope="col">What is wrong</th></tr></thead>
          <tbody>
            {path.slice(0, shown).map((name, row) => (
              <tr key={row}>
                <td class="path"><Name text={name} most={200} /></td>
                <td class="number">{record[row] ?? ""}</td>
                <td class="number">{line[row] ?? ""}</td>
                <td class="kind">{kind[row]}</td>
                <td class="message"><Name text={message[row]} most={1000} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown < path.length && (
        <button type="button" class="button" onClick={() => show(shown + 10 * STEP)}>Show more ({grouped(path.length - shown)} left)</button>
      )}
    </details>
  );
}

function Kept({ report }: { report: Report }) {
  const { none, whole, context, cap, first, places } = report.index.kept;
  if (none) {
    return <p><strong>This report holds no texts:</strong> it was made with <code>--no-text</code>. Findings show where, not what.</p>;
  }
  if (whole) return <p class="calm">Every article is in this report in full.</p>;
  return (
    <p class={places ? "" : "calm"}>
      Of each article the repeated passages are here{context > 0 ? ` with ${counted(context, "byte")} around them` : ", without what stands around them"}
      .
      {places > 0 && cap !== null && (
        <> <strong>{counted(places, "long passage")}</strong> {places === 1 ? "is" : "are"} cut after {counted(cap, "byte")}{first > 0 && `, none of the ${grouped(first)} worst findings`}.</>
      )}
      {" "}<code>--html-full-text</code> keeps whole articles.
    </p>
  );
}

/** Settings as lines of a table: `document.threshold`, `0.7`. */
function lines(value: unknown, name: string): [string, string][] {
  if (Array.isArray(value)) return [[name, value.map((one) => (typeof one === "object" ? JSON.stringify(one) : String(one))).join(", ")]];
  if (value && typeof value === "object") return Object.entries(value).flatMap(([key, inner]) => lines(inner, name ? `${name}.${key}` : key));
  return [[name, value === null ? "not set" : String(value)]];
}

function Settings({ report }: { report: Report }) {
  const { tool, command, settings } = report.index.report;
  return (
    <details>
      <summary>Settings of the run</summary>
      <p class="small soft">
        {tool.name} {tool.version}, command <code>{command}</code>. These numbers decide what is found.
      </p>
      <div class="scroll" role="region" aria-label="Settings" tabIndex={0}>
        <table class="settings">
          <thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
          <tbody>
            {lines(settings, "").map(([name, value]) => <tr key={name}><th scope="row">{name}</th><td>{value}</td></tr>)}
          </tbody>
        </table>
      </div>
    </details>
  );
}
