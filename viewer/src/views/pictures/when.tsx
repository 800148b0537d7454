/** Third picture: when the texts that stand twice were published. */
import { useMemo } from "preact/hooks";
import type { Report } from "../../data/report";
import { address, go, type Route } from "../../state";
import { counted, grouped } from "../../ui/words";
import { Bars } from "./bars";
import { timelineOf, type Stretch, type Unit } from "./counts";
import { Behind } from "./stage";

const UNITS: Record<Unit, string> = { day: "by day", week: "by week", month: "by month", year: "by year", years: "by years" };
const label = ({ from }: Stretch, unit: Unit) => (unit === "day" || unit === "week" ? from : unit === "month" ? from.slice(0, 7) : from.slice(0, -6));
const said = ({ from, to }: Stretch) => (from === to ? from : `${from} to ${to}`);
const dated = ({ from, to }: Stretch): Partial<Route> => ({ view: "findings", from, to });

export function When({ report, rows }: { report: Report; rows?: ArrayLike<number> | undefined }) {
  const line = useMemo(() => timelineOf(report.index, rows), [report, rows]);
  if (!line) {
    return (
      <section aria-labelledby="when-title">
        <h2 id="when-title">When they were published</h2>
        <p class="soft">No article here has a date that can be read.</p>
      </section>
    );
  }
  const { stretches, unit, undated } = line;
  const most = stretches.reduce((best, each) => (each.findings > best.findings ? each : best));
  const some = stretches.filter((stretch) => stretch.findings > 0);
  return (
    <section aria-labelledby="when-title">
      <h2 id="when-title">When they were published</h2>
      <p class="soft small">
        Findings with a place dated then, {UNITS[unit]}; days are of UTC.
        {undated > 0 && ` ${counted(undated, "place")} without a date ${undated === 1 ? "is" : "are"} not shown.`}
      </p>
      <Bars
        title={`Findings by date, ${UNITS[unit]}`}
        description={`From ${stretches[0]!.from} to ${stretches.at(-1)!.to}; most, ${grouped(most.findings)}, ${said(most)}. The table below has the numbers.`}
        up="findings"
        across="date"
        label="Bars: arrow keys choose one, Enter opens its findings"
        bars={stretches.map((stretch) => ({
          key: stretch.from,
          value: stretch.findings,
          label: label(stretch, unit),
          said: `${said(stretch)}: ${counted(stretch.findings, "finding")}, ${counted(stretch.copies, "place")} that repeat${stretch.copies === 1 ? "s" : ""}`,
          open: stretch.findings ? () => go(dated(stretch)) : undefined,
        }))}
      />
      <Behind
        summary="The same as a table: findings by date"
        caption={`Findings with a place dated then, ${UNITS[unit]}, oldest first`}
        head={[{ text: "Published", sorted: "ascending" }, { text: "Findings", number: true }, { text: "Places that repeat", number: true }]}
      >
        {some.map((stretch) => (
          <tr key={stretch.from}>
            <th scope="row"><a href={address(dated(stretch))}>{said(stretch)}</a></th>
            <td class="number">{grouped(stretch.findings)}</td>
            <td class="number">{grouped(stretch.copies)}</td>
          </tr>
        ))}
      </Behind>
    </section>
  );
}
