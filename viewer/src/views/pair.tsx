import type { Report } from "../data/report";

export function PairView({ report }: { report: Report }) {
  return <h1>PairView of {report.families}</h1>;
}
