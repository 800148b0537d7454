import type { Report } from "../data/report";

export function Findings({ report }: { report: Report }) {
  return <h1>{report.families} findings</h1>;
}
