/** Where passages stand in a column, in pixels from the top of its text. */
import type { Span } from "./scroll";

/** For each link its first and last line in this pane. */
export function measure(pane: HTMLElement): Map<number, Span> {
  const found = new Map<number, Span>();
  const base = pane.getBoundingClientRect().top + pane.clientTop - pane.scrollTop;
  for (const element of pane.querySelectorAll<HTMLElement>("[data-link]")) {
    const box = element.getBoundingClientRect();
    if (box.height === 0) continue;
    const top = box.top - base;
    const bottom = box.bottom - base;
    for (const name of element.dataset.link!.split(" ")) {
      const link = Number(name);
      const span = found.get(link);
      if (!span) found.set(link, { top, bottom });
      else {
        span.top = Math.min(span.top, top);
        span.bottom = Math.max(span.bottom, bottom);
      }
    }
  }
  return found;
}
