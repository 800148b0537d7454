/** What the reader's browser keeps between visits. A page from disk may be refused it: then things last as long as the page. */
import { signal } from "@preact/signals";

/** False once the browser has refused. */
export const keeps = signal(true);

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    keeps.value = false;
    return null;
  }
}

/** Null forgets. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    keeps.value = false;
  }
}
