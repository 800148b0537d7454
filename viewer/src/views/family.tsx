import type { Report } from "../data/report";

export function FamilyView({ report }: { report: Report }) {
  return <h1>FamilyView of {report.families}</h1>;
}
