/** The page around the views: which of them is shown, the way between them, and the keys that work everywhere. */
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Report } from "./data/report";
import { address, go, route, START, type Route } from "./state";
import { KeysDialog, keysShown, useKeys } from "./ui/keys";
import { ThemeSwitch } from "./ui/theme";
import { FamilyView } from "./views/family";
import { Findings } from "./views/findings";
import { PairView } from "./views/pair";
import { Pictures } from "./views/pictures";
import { ReviewButton } from "./views/review";

type View = ComponentType<{ report: Report }>;
const VIEWS: Record<Route["view"], { view: View; title: string }> = {
  findings: { view: Findings, title: "Findings" },
  family: { view: FamilyView, title: "One finding" },
  pair: { view: PairView, title: "Two places side by side" },
  pictures: { view: Pictures, title: "Pictures" },
};

/** The list, with nothing open. */
const LIST = { view: "findings", family: START.family, left: START.left, right: START.right } as const;

/** One place up: from a pair to its finding, from a finding to the list. */
function back(): boolean {
  const view = route.peek().view;
  if (view === "findings") return false;
  go(view === "pair" ? { view: "family" } : LIST);
  return true;
}

export function App({ report }: { report: Report }) {
  const { view, family, left, right } = route.value;
  const { view: View, title } = VIEWS[view];
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  useKeys([{ keys: ["Escape"], does: "Back, one step", run: back }]);

  useLayoutEffect(() => {
    // Before the view's own effects: the list goes on to where the reader left it.
    if (!first.current) window.scrollTo(0, 0);
  }, [view, family]);

  useEffect(() => {
    document.title = `${title} – twicetold report`;
    // A reader without a mouse is set down where the new view begins, unless the view has chosen a place itself.
    if (!first.current && !main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [view, family, left, right]);

  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>To the content</a>
      <header class="bar">
        <span class="brand">twicetold</span>
        <nav aria-label="Views">
          <ul>
            {(["findings", "pictures"] as const).map((name) => (
              <li key={name}>
                <a
                  href={address({ ...LIST, view: name })}
                  aria-current={view === name ? "page" : view !== "pictures" && name === "findings" ? "true" : undefined}
                >
                  {VIEWS[name].title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="tools">
          <ReviewButton report={report} />
          <button type="button" class="button small" onClick={() => { keysShown.value = true; }}>Keys <kbd aria-hidden="true">?</kbd></button>
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <View key={view} report={report} />
      </main>
      <KeysDialog />
    </>
  );
}
