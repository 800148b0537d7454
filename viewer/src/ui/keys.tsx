/** Keys of the page. A view tells its own while it is shown (`useKeys`); `?` opens the list of all that work now.
    Single letters can be switched off, as WCAG 2.1.4 asks. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { keeps, recall, remember } from "./storage";

export interface Key {
  /** As `KeyboardEvent.key` has it; several do the same. */
  keys: readonly string[];
  /** What it does, in words. */
  does: string;
  /** Returns false when it had nothing to do and the browser shall act. */
  run: (event: KeyboardEvent) => boolean | void;
}

const KEY = "twicetold.keys";
const lists = signal<readonly (readonly Key[])[]>([]);
const on = signal(recall(KEY) !== "off");
export const keysShown = signal(false);

/** Keys while a view is shown. The newest view is asked first. */
export function useKeys(keys: readonly Key[]): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    // What a key does is looked up when it is pressed: a view may close over newer values by then.
    const list = keys.map((key, n) => ({ ...key, run: (event: KeyboardEvent) => current.current[n]?.run(event) }));
    lists.value = [...lists.peek(), list];
    return () => {
      lists.value = lists.peek().filter((other) => other !== list);
    };
  }, []);
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (typing(event.target) && event.key !== "Escape") return;
  if (event.key.length === 1 && !on.peek()) return;
  for (const list of lists.peek().toReversed()) {
    for (const key of list) {
      if (key.keys.includes(event.key) && key.run(event) !== false) {
        event.preventDefault();
        return;
      }
    }
  }
}

if (typeof window !== "undefined") window.addEventListener("keydown", press);

const WORDS: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", " ": "Space" };

export function KeysDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useKeys([{ keys: ["?"], does: "Show these keys", run: () => { keysShown.value = true; } }]);
  const shown = keysShown.value;
  useEffect(() => {
    if (shown && !dialog.current?.open) dialog.current?.showModal();
  }, [shown]);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={() => { keysShown.value = false; }}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {lists.value.flat().map((key) => (
          <div key={key.does}>
            <dt>{key.keys.map((name, n) => <>{n ? " or " : ""}<kbd>{WORDS[name] ?? name}</kbd></>)}</dt>
            <dd>{key.does}</dd>
          </div>
        ))}
        <div><dt><kbd>Enter</kbd></dt><dd>Open what has the focus</dd></div>
      </dl>
      <p>
        <label>
          <input
            type="checkbox"
            checked={on.value}
            onChange={(event) => {
              on.value = event.currentTarget.checked;
              remember(KEY, on.value ? null : "off");
            }}
          />{" "}
          Keys of one letter work
        </label>
      </p>
      {!keeps.value && <p class="soft">This browser keeps nothing for this page: what is chosen lasts until it is closed.</p>}
      <form method="dialog"><button class="button" autofocus>Close</button></form>
    </dialog>
  );
}
