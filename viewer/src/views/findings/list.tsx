/** The findings, only those near the window made. Focus roves: one row is a tab stop, `j`, `k` and arrows move it. */
import { effect, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Report } from "../../data/report";
import type { Finder } from "../../finder";
import { adjust, format, route } from "../../state";
import { readAhead } from "../../ui/gist";
import { useKeys } from "../../ui/keys";
import { useWindowList } from "../../ui/window-list";
import { grouped } from "../../ui/words";
import { Row, rowId } from "./row";
import { CLEAR } from "./toolbar";

/** Rows at first, and more with each press of the button: browsers end pages at some millions of pixels. */
const STEP = 20_000;
const PRINTED = 50;
/** Height of the toolbar, which stays at the top of the window. */
const COVERED = 112;

const printing = signal(false);
if (typeof window !== "undefined") {
  window.addEventListener("beforeprint", () => { printing.value = true; });
  window.addEventListener("afterprint", () => { printing.value = false; });
}

/** The family that was open last, in its own view or in a pair: coming back, the list shows it and gives it the focus. */
let opened: number | undefined;
effect(() => {
  const { view, family } = route.value;
  if (view === "family" || view === "pair") opened = family;
});

export function List({ report, finder }: { report: Report; finder: Finder }) {
  const { rows } = finder.found.value;
  useEffect(() => {
    const timer = setTimeout(() => void readAhead(report, rows.slice(0, PRINTED)).catch(() => {}), 500);
    return () => clearTimeout(timer);
  }, [rows]);
  if (!rows.length) {
    return (
      <div class="none">
        <p>No finding fits what is asked for.</p>
        <button type="button" class="button" onClick={() => adjust(CLEAR)}>Clear all</button>
      </div>
    );
  }
  return printing.value ? <Printed report={report} finder={finder} rows={rows} /> : <Rows report={report} finder={finder} rows={rows} />;
}

interface Props {
  report: Report;
  finder: Finder;
  rows: Uint32Array;
}

function Printed({ report, finder, rows }: Props) {
  return (
    <>
      <ol class="rows printed">
        {Array.from(rows.slice(0, PRINTED), (family, n) => (
          <li key={family}><Row report={report} finder={finder} family={family} before={rows[n - 1]} tabbable={false} /></li>
        ))}
      </ol>
      {rows.length > PRINTED && <p>The first {PRINTED} of {grouped(rows.length)} findings are printed.</p>}
    </>
  );
}

function Rows({ report, finder, rows }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const [limit, setLimit] = useState(STEP);
  const [active, setActive] = useState(0);
  /** The row to focus as soon as it is made. */
  const wanted = useRef<number | null>(null);
  const count = Math.min(rows.length, limit);
  const view = useWindowList({ count, estimate: 132, keyOf: (index) => rows[index] ?? index, list, covered: COVERED });

  // When something else is asked for the list begins anew; texts that come in and marks only change what is in it.
  const asked = format({ ...route.value, view: "findings", family: 0, left: 0, right: 1 });
  const last = useRef(asked);
  useLayoutEffect(() => {
    if (last.current === asked) return;
    last.current = asked;
    setActive(0);
    setLimit(STEP);
    const top = list.current ? list.current.getBoundingClientRect().top + window.scrollY - COVERED : 0;
    if (window.scrollY > top) window.scrollTo(0, top);
  }, [asked]);

  const move = (index: number) => {
    const to = Math.max(0, Math.min(count - 1, index));
    wanted.current = to;
    setActive(to);
    view.to(to, "auto");
    settle();
  };
  /** Gives the focus, if the row is made already. */
  const settle = () => {
    if (wanted.current === null) return;
    const link = document.getElementById(rowId(rows[wanted.current]!));
    if (!link) return;
    wanted.current = null;
    link.focus({ preventScroll: true });
  };
  const inList = () => list.current?.contains(document.activeElement) ?? false;
  const within = (run: () => void) => () => inList() && run();

  useKeys([
    { keys: ["j"], does: "To the next finding", run: () => move(inList() ? active + 1 : active) },
    { keys: ["k"], does: "To the finding before", run: () => move(inList() ? active - 1 : active) },
    { keys: ["ArrowDown"], does: "In the list: to the next", run: within(() => move(active + 1)) },
    { keys: ["ArrowUp"], does: "In the list: to the one before", run: within(() => move(active - 1)) },
    { keys: ["Home"], does: "In the list: to the first", run: within(() => move(0)) },
    { keys: ["End"], does: "In the list: to the last", run: within(() => move(count - 1)) },
  ]);

  // After every drawing: the wanted row may have been made by it.
  useLayoutEffect(settle);

  useEffect(() => {
    if (opened === undefined) return;
    const index = rows.indexOf(opened);
    opened = undefined;
    if (index < 0 || index >= count) return;
    wanted.current = index;
    setActive(index);
    view.to(index, "center");
  }, []);

  const tabbable = view.items.some((item) => item.index === active) ? active : view.items[0]?.index;
  return (
    <>
      <ol class="rows" ref={list} role="list" aria-label="Findings" style={{ height: `${view.total}px` }}>
        {view.items.map((item) => {
          const family = rows[item.index]!;
          return (
            <li
              key={family}
              ref={view.measure}
              data-index={item.index}
              role="listitem"
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start - view.margin}px)` }}
              onFocusIn={() => setActive(item.index)}
            >
              <Row
                report={report}
                finder={finder}
                family={family}
                before={rows[item.index - 1]}
                tabbable={item.index === tabbable}
              />
            </li>
          );
        })}
      </ol>
      {count < rows.length && (
        <p class="more">
          The first {grouped(count)} of {grouped(rows.length)} findings are listed.{" "}
          <button type="button" class="button" onClick={() => setLimit(limit + STEP)}>List more</button>
        </p>
      )}
    </>
  );
}

