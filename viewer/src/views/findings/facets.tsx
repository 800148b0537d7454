/** What the list can be narrowed down to. Each count says how many findings there would be, other facets staying as they are. */
import { useMemo, useState } from "preact/hooks";
import { filter } from "../../data/filter";
import { arranged } from "../../data/order";
import type { Report } from "../../data/report";
import { FACETS, type Facet } from "../../data/table";
import type { Finder } from "../../finder";
import { adjust, route } from "../../state";
import { Name } from "../../ui/name";
import { FACET_TITLES, grouped, MEANINGS, valueOf } from "../../ui/words";

const EMPTY = { level: [], kind: [], class: [], scope: [], state: [], review: [], source: [], from: "", to: "" };
/** Values of a facet before "show all", and after it. */
const FEW = 8;
const MANY = 300;

export function toggle(facet: Facet, name: string): void {
  const list = route.peek()[facet];
  adjust({ [facet]: list.includes(name) ? list.filter((other) => other !== name) : [...list, name] });
}

export function Facets({ report, finder }: { report: Report; finder: Finder }) {
  const [open, setOpen] = useState(() => matchMedia("(min-width: 60rem)").matches);
  const { table } = finder;
  const reviewed = finder.reviewed.value;
  // Of the whole report: these decide which values are offered and in which order, so that nothing jumps about.
  const all = useMemo(() => filter(table, arranged(table, ""), EMPTY, reviewed, null).counts, [table, reviewed]);
  const dated = useMemo(() => report.index.documents.time.some((time) => time != null), [report]);
  return (
    <details class="facets" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Narrow down</summary>
      <div role="group" aria-label="Narrow down">
        {FACETS.map((facet) => <Choice key={facet} facet={facet} finder={finder} all={all[facet]} />)}
        {dated && <Dates />}
      </div>
    </details>
  );
}

function Choice({ facet, finder, all }: { facet: Facet; finder: Finder; all: Uint32Array }) {
  const [whole, setWhole] = useState(false);
  const names = facet === "review" ? finder.reviewed.value.names : finder.table.names[facet];
  const counts = finder.found.value.counts[facet];
  const chosen = route.value[facet];
  const offered = useMemo(() => {
    const rows = names.map((_, row) => row).filter((row) => all[row]! > 0);
    if (facet === "source") rows.sort((a, b) => all[b]! - all[a]! || a - b);
    return rows;
  }, [names, all, facet]);
  // With one value for all there is nothing to choose.
  if (!chosen.length && (offered.length < 2 || offered.every((row) => all[row] === finder.table.rows))) return null;
  const most = whole ? MANY : FEW;
  const shown = offered.filter((row, n) => n < most || chosen.includes(names[row]!));
  const foreign = chosen.filter((name) => !offered.some((row) => names[row] === name));
  return (
    <fieldset>
      <legend>{FACET_TITLES[facet]}</legend>
      <ul>
        {shown.map((row) => <Value key={row} facet={facet} name={names[row]!} n={counts[row] ?? 0} chosen={chosen.includes(names[row]!)} />)}
        {foreign.map((name) => <Value key={name} facet={facet} name={name} n={0} chosen />)}
      </ul>
      {offered.length > FEW && (
        <button type="button" class="plain small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? "Show fewer" : `Show ${offered.length > MANY ? `the ${MANY} most frequent of ${grouped(offered.length)}` : `all ${offered.length}`}`}
        </button>
      )}
    </fieldset>
  );
}

function Value({ facet, name, n, chosen }: { facet: Facet; name: string; n: number; chosen: boolean }) {
  return (
    <li>
      <label class={n || chosen ? "" : "soft"} title={facet === "source" ? undefined : MEANINGS[name]}>
        <input type="checkbox" checked={chosen} onChange={() => toggle(facet, name)} />
        <span class="value">{facet === "source" && name ? <Name text={name} most={60} /> : valueOf(facet, name)}</span>
        <span class="number soft small">{grouped(n)}</span>
      </label>
    </li>
  );
}

function Dates() {
  const { from, to } = route.value;
  return (
    <fieldset>
      <legend title="Days in universal time (UTC)">Date of a place</legend>
      <label class="date"><span>from</span><input class="field" type="date" value={from} onChange={(event) => adjust({ from: event.currentTarget.value })} /></label>
      <label class="date"><span>to</span><input class="field" type="date" value={to} onChange={(event) => adjust({ to: event.currentTarget.value })} /></label>
    </fieldset>
  );
}
