import type { Report } from "./data/report";

export function App({ report }: { report: Report }) {
  return <main><h1>{report.families} findings</h1></main>;
}
