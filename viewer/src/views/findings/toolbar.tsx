/** Above the list: the search, the order, what is asked for now, and how many findings that gives. */
import { useEffect, useRef, useState } from "preact/hooks";
import { FACETS } from "../../data/table";
import type { Finder } from "../../finder";
import { adjust, route } from "../../state";
import { useKeys } from "../../ui/keys";
import { Name } from "../../ui/name";
import { counted, grouped, valueOf } from "../../ui/words";
import { toggle } from "./facets";

const SORTS: readonly [string, string][] = [
  ["", "Worst first"],
  ["words", "Longest first"],
  ["-words", "Shortest first"],
  ["members", "Most places first"],
  ["similarity", "Most alike first"],
  ["-similarity", "Least alike first"],
  ["oldest", "Oldest first"],
  ["newest", "Newest first"],
  ["level", "Whole articles first"],
];
/** Longer than between two keys of a fast writer, shorter than a wait. */
const PAUSE = 120;
export const CLEAR = { search: "", level: [], kind: [], class: [], scope: [], state: [], source: [], review: [], from: "", to: "" };

export function Toolbar({ finder }: { finder: Finder }) {
  return (
    <div class="toolbar">
      <div class="asks">
        <Search />
        <Sort />
      </div>
      <Chosen />
      <State finder={finder} />
    </div>
  );
}

function Search() {
  const { search } = route.value;
  const [text, setText] = useState(search);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  const settle = (value: string) => {
    clearTimeout(timer.current);
    if (value !== route.peek().search) adjust({ search: value });
  };
  useEffect(() => setText(search), [search]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useKeys([
    { keys: ["/"], does: "Search", run: () => { input.current?.focus(); input.current?.select(); } },
  ]);
  return (
    <label class="search">
      <span class="hidden">Search in names, titles, sources and texts</span>
      <input
        ref={input}
        class="field"
        type="search"
        dir="auto"
        spellcheck={false}
        autocomplete="off"
        placeholder="Search names, titles, sources, texts"
        value={text}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setText(value);
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => settle(value), PAUSE);
        }}
        onBlur={(event) => settle(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") settle(event.currentTarget.value);
          if (event.key !== "Escape") return;
          // The first empties the field, the next leaves it.
          event.preventDefault();
          if (event.currentTarget.value) {
            setText("");
            settle("");
          } else event.currentTarget.blur();
        }}
      />
    </label>
  );
}

function Sort() {
  const { sort } = route.value;
  return (
    <label>
      <span class="hidden">Order</span>
      <select class="field" value={sort} onChange={(event) => adjust({ sort: event.currentTarget.value })}>
        {SORTS.map(([value, title]) => <option key={value} value={value}>{title}</option>)}
        {SORTS.every(([value]) => value !== sort) && <option value={sort}>Another order</option>}
      </select>
    </label>
  );
}

function Chosen() {
  const now = route.value;
  const chosen = FACETS.flatMap((facet) => now[facet].map((name) => ({ facet, name })));
  if (!chosen.length && !now.from && !now.to && !now.search) return null;
  return (
    <ul class="chosen" aria-label="Asked for">
      {chosen.map(({ facet, name }) => (
        <li key={`${facet} ${name}`}>
          <button type="button" class="button small" onClick={() => toggle(facet, name)}>
            {facet === "source" && name ? <Name text={name} most={40} /> : valueOf(facet, name)} <span aria-hidden="true">×</span><span class="hidden">, leave out</span>
          </button>
        </li>
      ))}
      {(now.from || now.to) && (
        <li>
          <button type="button" class="button small" onClick={() => adjust({ from: "", to: "" })}>
            {now.from || "…"} – {now.to || "…"} <span aria-hidden="true">×</span><span class="hidden">, leave out</span>
          </button>
        </li>
      )}
      <li><button type="button" class="plain small" onClick={() => adjust(CLEAR)}>Clear all</button></li>
    </ul>
  );
}

function State({ finder }: { finder: Finder }) {
  const { length } = finder.found.value.rows;
  const all = finder.table.rows;
  return (
    <div class="state small">
      <p role="status" class="number">{length === all ? counted(all, "finding") : `${grouped(length)} of ${counted(all, "finding")}`}</p>
      <Reading finder={finder} />
    </div>
  );
}

/** How far the search reaches. Not in the live region: it changes all the time. */
function Reading({ finder }: { finder: Finder }) {
  const share = finder.progress.value;
  const searching = finder.terms.value.length > 0;
  const { stopped, read } = finder.reading;
  if (share < 1) {
    return searching ? <p class="soft">searching names and titles; texts are still loading ({Math.floor(share * 100)} %)</p> : null;
  }
  if (!searching || !stopped) return null;
  return (
    <p class="soft">
      {stopped === "damaged" ? "some texts of this report cannot be read" : "there are too many texts to search all"}: the search looks into those of the first {grouped(read)} findings
    </p>
  );
}
