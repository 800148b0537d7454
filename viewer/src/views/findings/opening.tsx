/** The verdict in one sentence, and the figures that say how bad it is. */
import type { Report } from "../../data/report";
import type { Finder } from "../../finder";
import { address } from "../../state";
import { counted, grouped, MEANINGS, percent, valueOf } from "../../ui/words";

/** A count that leads to what is counted. */
function Count({ n, to, label }: { n: number; to: Parameters<typeof address>[0]; label: string }) {
  return n ? <a class="number" href={address({ ...NOTHING, ...to })} aria-label={label}>{grouped(n)}</a> : <span class="soft number">0</span>;
}

const NOTHING = { search: "", level: [], kind: [], class: [], scope: [], state: [], source: [], review: [], from: "", to: "" };

export function Opening({ report, finder }: { report: Report; finder: Finder }) {
  const { index } = report;
  const { summary, command } = index.report;
  const { verdict } = finder;
  return (
    <section class="opening" aria-labelledby="verdict">
      <h1 id="verdict" class={verdict.clean ? "clean" : ""}>
        {verdict.says}<span aria-hidden="true">.</span>
      </h1>
      {verdict.adds && <p class="adds">{verdict.adds}.</p>}
      <div class="figures">
        <Share share={summary.duplicated_share} words={summary.duplicated_words} all={summary.words} incoming={command === "check"} />
        {verdict.counting > 0 && <Matrix report={report} by={verdict.by} />}
        <dl class="facts">
          <div><dt>{command === "check" ? "Incoming articles" : "Articles read"}</dt><dd class="number">{grouped(summary.documents)}</dd></div>
          <div><dt>Words in them</dt><dd class="number">{grouped(summary.words)}</dd></div>
          <div><dt>Places in all findings</dt><dd class="number">{grouped(summary.occurrences)}</dd></div>
          {(["new", "known", "suppressed"] as const).map((state) => (
            <div key={state}>
              <dt title={MEANINGS[state]}>{valueOf("state", state)} findings</dt>
              <dd><Count n={summary[state]} to={{ state: [state] }} label={`Show ${counted(summary[state], `${state} finding`)}`} /></dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

function Share({ share, words, all, incoming }: { share: number; words: number; all: number; incoming: boolean }) {
  return (
    <div class="share">
      <p class="big number">{percent(share)}</p>
      <div class="meter" aria-hidden="true"><div style={{ width: `${Math.min(100, share * 100)}%` }} /></div>
      <p class="small soft">
        of {incoming ? "the incoming words" : "all words"} repeat another place: {grouped(words)} of {grouped(all)}
      </p>
    </div>
  );
}

function Matrix({ report, by }: { report: Report; by: number[][] }) {
  const { level, kind } = report.index.names;
  const class_ = report.index.families.class.length ? { class: ["none"] } : {};
  const state = report.index.report.summary.suppressed ? { state: ["new", "known"] } : {};
  return (
    <table class="matrix">
      <caption class="hidden">Findings by what is repeated and how alike the places are</caption>
      <thead>
        <tr>
          <td />
          {kind.map((name) => <th key={name} scope="col" title={MEANINGS[name]}>{valueOf("kind", name)}</th>)}
        </tr>
      </thead>
      <tbody>
        {level.map((name, row) => (
          <tr key={name}>
            <th scope="row" title={MEANINGS[name]}>{valueOf("level", name)}</th>
            {kind.map((other, column) => (
              <td key={other}>
                <Count
                  n={by[row]?.[column] ?? 0}
                  to={{ level: [name], kind: [other], ...class_, ...state }}
                  label={`Show ${grouped(by[row]?.[column] ?? 0)}: ${valueOf("level", name)}, ${valueOf("kind", other)}`}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
