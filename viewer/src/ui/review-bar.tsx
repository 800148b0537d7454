/** Buttons and keys that mark a finding. */
import type { Mark } from "../export/marks";
import { marks, said, setMark, undoMark } from "../review";
import { type Key } from "./keys";

const BUTTONS: readonly { mark: Mark; key: string; label: string; does: string; title: string }[] = [
  { mark: "accept", key: "a", label: "Accept", does: "Accept: may stay (again: take the mark away)", title: "It may stay: goes into the baseline" },
  { mark: "duplicate", key: "d", label: "Duplicate", does: "Mark as a duplicate", title: "One of them should go: goes into the list of duplicates" },
  { mark: "boilerplate", key: "b", label: "Boilerplate", does: "Mark as boilerplate", title: "Never tell again: becomes a rule for the configuration" },
];

export function ReviewBar({ family }: { family: number }) {
  const mark = marks.value.get(family);
  return (
    <div class="review-bar no-print" role="group" aria-label="Your review of this finding">
      {BUTTONS.map(({ mark: name, key, label, title }) => (
        <button key={name} type="button" class="button small" aria-pressed={mark === name} title={title} onClick={() => void setMark(family, name)}>
          {mark === name ? "✓ " : ""}{label} <kbd aria-hidden="true">{key}</kbd>
        </button>
      ))}
      <span class="hidden" role="status" key={said.value.n}>{said.value.text}</span>
    </div>
  );
}

/** For `useKeys`: marks the family that is open when a key is pressed. */
export const reviewKeys = (family: () => number): Key[] => [
  ...BUTTONS.map(({ mark, key, does }): Key => ({ keys: [key], does, run: () => void setMark(family(), mark) })),
  { keys: ["u"], does: "Undo the last mark", run: () => void undoMark() },
];
