import { render } from "preact";
import { Report } from "./data/report";
import { App } from "./app";
import "./style.css";

// The views set the reader down themselves.
history.scrollRestoration = "manual";

const root = document.getElementById("app");
if (root) {
  Report.open().then(
    (report) => render(<App report={report} />, root),
    (error: unknown) => render(<p role="alert">{error instanceof Error ? error.message : String(error)}</p>, root),
  );
}
