/** Second picture: how alike the places of findings are. */
import { useMemo } from "preact/hooks";
import type { Report } from "../../data/report";
import { address, go, type Route } from "../../state";
import { counted, grouped } from "../../ui/words";
import { Bars } from "./bars";
import { alikeOf, type Alike as Step } from "./counts";
import { Behind } from "./stage";

const named = ({ from, to }: Step) => (from === 100 ? "the same words" : `${from} to under ${to} % alike`);
const same: Partial<Route> = { view: "findings", kind: ["exact"] };

export function Alike({ report, rows }: { report: Report; rows?: ArrayLike<number> | undefined }) {
  const steps = useMemo(() => alikeOf(report.index, rows), [report, rows]);
  if (!steps.length) return null;
  const exact = steps.at(-1)!.findings;
  const all = steps.reduce((sum, step) => sum + step.findings, 0);
  return (
    <section aria-labelledby="alike-title">
      <h2 id="alike-title">How alike they are</h2>
      <p class="soft small">The least alike place of each finding, measured against the one to keep. The last bar, apart, is text in the very same words.</p>
      <Bars
        title="Findings by how alike their places are"
        description={`${counted(exact, "finding")} of ${grouped(all)} in the same words, ${grouped(all - exact)} edited. The table below has the numbers.`}
        up="findings"
        across="alike, in %"
        label="Bars: arrow keys choose one, Enter opens its findings"
        bars={steps.map((step) => ({
          key: String(step.from),
          value: step.findings,
          label: step.from === 100 ? "same" : `${step.from}–${step.to}`,
          said: `${counted(step.findings, "finding")}: ${named(step)}`,
          apart: step.from === 100,
          open: step.from === 100 && step.findings ? () => go(same) : undefined,
        }))}
      />
      <Behind
        summary="The same as a table: findings by how alike"
        caption="Findings by how alike their least alike place is, most alike first"
        head={[{ text: "How alike", sorted: "descending" }, { text: "Findings", number: true }]}
      >
        {steps.toReversed().map((step) => (
          <tr key={step.from}>
            <th scope="row">{step.from === 100 && step.findings ? <a href={address(same)}>{named(step)}</a> : named(step)}</th>
            <td class="number">{grouped(step.findings)}</td>
          </tr>
        ))}
      </Behind>
    </section>
  );
}
