import { render } from "preact";
import { Report } from "./data/report";
import { App } from "./app";
import { openReview } from "./review";
import "./style.css";

const root = document.getElementById("app");
if (root) {
  Report.open().then(
    (report) => {
      render(<App report={report} />, root);
      void openReview(report);
    },
    (error: unknown) => render(<p role="alert">{error instanceof Error ? error.message : String(error)}</p>, root),
  );
}
