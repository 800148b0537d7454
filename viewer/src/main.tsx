/** Opens the report that is in this page. What cannot be opened is said in words. */
import { render } from "preact";
import { App } from "./app";
import { Report } from "./data/report";
import { openReview } from "./review";
import "./style.css";

/** Why a page stays empty. */
function Failure({ error }: { error: unknown }) {
  const old = typeof DecompressionStream === "undefined";
  return (
    <main>
      <h1>This report cannot be shown</h1>
      <p role="alert">
        {old ? "This browser is too old for it: it needs one from 2023 or later." : error instanceof Error ? error.message : String(error)}
      </p>
    </main>
  );
}

// The views set the reader down themselves.
history.scrollRestoration = "manual";

const root = document.getElementById("app");
if (root) {
  Report.open().then(
    (report) => {
      render(<App report={report} />, root);
      void openReview(report);
    },
    (error: unknown) => render(<Failure error={error} />, root),
  );
}
