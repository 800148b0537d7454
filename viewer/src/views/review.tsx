/** What the review comes to: how much is marked, files to take away, marks to bring back. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Report } from "../data/report";
import { REASON } from "../export/allow";
import { csvText, jsonLines } from "../export/duplicates";
import { baselineOf, duplicatesOf, rowsWith, rulesOf } from "../export/gather";
import { marksText, readMarks } from "../export/marks";
import { clearMarks, importMarks, marks, marksKept, rowsOf } from "../review";
import { save } from "../ui/save";
import { keeps } from "../ui/storage";
import { counted, grouped } from "../ui/words";
import "./review.css";

export function ReviewButton({ report }: { report: Report }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = useSignal(false);
  if (!report.families) return null;
  return (
    <>
      <button type="button" class="button small" aria-haspopup="dialog" onClick={() => { open.value = true; dialog.current?.showModal(); }}>
        Review{marks.value.size ? `: ${grouped(marks.value.size)} marked` : ""}
      </button>
      <dialog ref={dialog} class="sheet review" aria-labelledby="review-title" onClose={() => { open.value = false; }}>
        {open.value && <Panel report={report} />}
        <form method="dialog"><button class="button">Close</button></form>
      </dialog>
    </>
  );
}

function Panel({ report }: { report: Report }) {
  const busy = useSignal("");
  const told = useSignal("");
  const known = useSignal(report.index.report.summary.known > 0);
  const reason = useSignal(REASON);
  const rows = { accept: rowsWith(marks.value, "accept"), duplicate: rowsWith(marks.value, "duplicate"), boilerplate: rowsWith(marks.value, "boilerplate") };
  const suppressed = rows.accept.filter((row) => report.state(row) === "suppressed").length;

  /** Writes a file; while it is made the buttons wait. */
  const take = async (name: string, type: string, make: () => Promise<string> | string) => {
    busy.value = name;
    told.value = "";
    try {
      // All findings of a marked text belong to it: they are known once every fingerprint is read.
      await rowsOf();
      save(name, await make(), type);
      told.value = `${name} was handed to the browser to save.`;
    } catch (error) {
      told.value = error instanceof Error ? error.message : String(error);
    }
    busy.value = "";
  };
  const bring = async (file: File | undefined) => {
    if (!file) return;
    busy.value = file.name;
    try {
      const { here, elsewhere } = await importMarks(readMarks(await file.text()));
      told.value = `${counted(here, "finding")} marked.${elsewhere ? ` ${counted(elsewhere, "mark")} of the file belong to no finding of this report.` : ""}`;
    } catch (error) {
      told.value = error instanceof Error ? error.message : String(error);
    }
    busy.value = "";
  };
  const now = (mark: "accept" | "duplicate" | "boilerplate") => rowsWith(marks.peek(), mark);

  return (
    <>
      <h2 id="review-title">Your review</h2>
      <p>
        {grouped(marks.value.size)} of {counted(report.families, "finding")} marked: {grouped(rows.accept.length)} accepted, {counted(rows.duplicate.length, "duplicate")}, {grouped(rows.boilerplate.length)} boilerplate.{" "}
        {keeps.value ? "Marks are kept in this browser, for this report." : <strong>This browser keeps nothing for this page: save your marks before you close it.</strong>}
      </p>
      <section>
        <h3>Accepted: a baseline</h3>
        <p class="soft">What the file lists no longer counts as new: <code>twicetold scan --baseline FILE</code>.</p>
        {report.index.report.summary.known > 0 && (
          <label><input type="checkbox" checked={known.value} onChange={(event) => { known.value = event.currentTarget.checked; }} /> with the {counted(report.index.report.summary.known, "finding")} that the last baseline knew</label>
        )}
        {suppressed > 0 && <p class="soft">{counted(suppressed, "accepted finding")} suppressed anyway: not in the file.</p>}
        <p>
          <button type="button" class="button" disabled={busy.value !== "" || (!rows.accept.length && !known.value)} onClick={() => void take("twicetold-baseline.json", "application/json", () => baselineOf(report, now("accept"), known.value))}>Save baseline</button>
        </p>
      </section>
      <section>
        <h3>Boilerplate: rules</h3>
        <p class="soft">Put them at the end of <code>twicetold.toml</code>: such findings are then suppressed, and the report says why.</p>
        <label class="labelled">Reason, for all of them <input class="field" dir="auto" value={reason.value} onInput={(event) => { reason.value = event.currentTarget.value; }} /></label>
        <p>
          <button type="button" class="button" disabled={busy.value !== "" || !rows.boilerplate.length} onClick={() => void take("twicetold-allow.toml", "application/toml", () => rulesOf(report, now("boilerplate"), reason.value))}>Save rules</button>
        </p>
      </section>
      <section>
        <h3>Duplicates: a list</h3>
        <p class="soft">A row for each place that may go, with the one to keep beside it: the oldest, where dates tell.</p>
        <p class="buttons">
          <button type="button" class="button" disabled={busy.value !== "" || !rows.duplicate.length} onClick={() => void take("twicetold-duplicates.csv", "text/csv", async () => csvText(await duplicatesOf(report, now("duplicate"))))}>Save as CSV</button>
          <button type="button" class="button" disabled={busy.value !== "" || !rows.duplicate.length} onClick={() => void take("twicetold-duplicates.jsonl", "application/jsonl", async () => jsonLines(await duplicatesOf(report, now("duplicate"))))}>Save as JSON lines</button>
        </p>
      </section>
      <section>
        <h3>Marks</h3>
        <p class="buttons">
          <button type="button" class="button" disabled={busy.value !== "" || !marks.value.size} onClick={() => void take("twicetold-review.json", "application/json", () => marksText(marksKept()))}>Save all marks</button>
          <button type="button" class="button" disabled={!marks.value.size} onClick={clearMarks}>Take all marks away</button>
        </p>
        <label class="labelled">Bring marks back from a file, or mark as accepted what a baseline lists{" "}
          <input type="file" accept=".json,application/json" onChange={(event) => { void bring(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        </label>
      </section>
      <p role="status" class="told">{busy.value ? `Working on ${busy.value} …` : told.value}</p>
    </>
  );
}
