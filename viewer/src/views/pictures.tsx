import type { Report } from "../data/report";

export function Pictures({ report }: { report: Report }) {
  return <h1>Pictures of {report.families}</h1>;
}
