/** Copies text. Where the clipboard refuses, the text is shown, selected, to be copied by hand. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const shown = signal<string | null>(null);
const told = signal<{ text: string; n: number }>({ text: "", n: 0 });

/** `what` names it in the message: "Citation". */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    told.value = { text: `${what} copied.`, n: told.peek().n + 1 };
  } catch {
    shown.value = text;
  }
}

/** Stands once in a view that copies. */
export function CopyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = shown.value;
  useEffect(() => {
    if (text === null) return;
    dialog.current?.showModal();
    area.current?.select();
  }, [text]);
  useEffect(() => {
    const { text: now } = told.value;
    if (!now) return undefined;
    const timer = setTimeout(() => { told.value = { text: "", n: told.peek().n }; }, 4_000);
    return () => clearTimeout(timer);
  }, [told.value]);
  return (
    <>
      <p class={told.value.text ? "toast no-print" : "hidden"} role="status">{told.value.text}</p>
      <dialog ref={dialog} class="sheet" aria-labelledby="copy-title" onClose={() => { shown.value = null; }}>
        <h2 id="copy-title">Copy this text</h2>
        <p>The browser does not let this page use the clipboard. The text is selected: copy it with <kbd>Ctrl</kbd>+<kbd>C</kbd> (or <kbd>⌘</kbd>+<kbd>C</kbd>).</p>
        <textarea ref={area} readOnly rows={12} dir="auto" aria-label="Text to copy" value={text ?? ""} />
        <form method="dialog"><button class="button">Close</button></form>
      </dialog>
    </>
  );
}
