/** Where a drawing stands: as wide as there is room, with a cursor that mouse and arrow keys move, and a line that says what it is on.
    The drawing itself is one image to a screen reader; what it shows is in the table behind it, where every entry has its link. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** The width inside an element, kept up to date. */
export function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(720);
  useLayoutEffect(() => {
    const found = element.current;
    if (!found) return;
    const style = getComputedStyle(found);
    const measure = () => {
      const inner = Math.floor(found.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
      if (inner > 0) setWidth(inner);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(found);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

export interface Moves {
  /** To the neighbour in a direction, or to an end. */
  move: (key: string) => boolean;
  open: () => void;
}

const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

export function Stage(props: { of: { current: HTMLDivElement | null }; label: string; moves: Moves; said: ComponentChildren; onLeave: () => void; children: ComponentChildren }) {
  const { moves } = props;
  return (
    <>
      <div
        ref={props.of}
        class="stage"
        role="group"
        aria-label={props.label}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.key === "Enter" || event.key === " ") moves.open();
          else if (!MOVES.includes(event.key) || !moves.move(event.key)) return;
          event.preventDefault();
        }}
        onPointerLeave={props.onLeave}
      >
        {props.children}
      </div>
      <p class="said small" aria-live="polite">{props.said}</p>
    </>
  );
}

/** The numbers behind a drawing. */
export function Behind(props: { summary: string; caption: string; head: readonly { text: string; number?: boolean; sorted?: "ascending" | "descending" }[]; children: ComponentChildren }) {
  return (
    <details class="behind">
      <summary>{props.summary}</summary>
      <div class="wide" tabIndex={0} role="region" aria-label={props.summary}>
        <table>
          <caption>{props.caption}</caption>
          <thead>
            <tr>
              {props.head.map((cell) => (
                <th key={cell.text} scope="col" class={cell.number ? "number" : undefined} aria-sort={cell.sorted}>{cell.text}</th>
              ))}
            </tr>
          </thead>
          <tbody>{props.children}</tbody>
        </table>
      </div>
    </details>
  );
}
