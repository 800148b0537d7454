/** The bands between the columns, from where a passage stands on the left to where it stands on the right. */
import type { RefObject } from "preact";
import { useImperativeHandle, useRef } from "preact/hooks";
import type { Pair } from "./load";
import { band, type Span } from "./scroll";

export interface Places {
  left: ReadonlyMap<number, Span>;
  right: ReadonlyMap<number, Span>;
}
export interface GutterHandle {
  draw: (places: Places, left: number, right: number) => void;
}

export function Gutter({ pair, handle, onPick }: { pair: Pair; handle: RefObject<GutterHandle | null>; onPick: (link: number) => void }) {
  const svg = useRef<SVGSVGElement>(null);
  useImperativeHandle(handle, () => ({
    draw(places, left, right) {
      const element = svg.current;
      if (!element) return;
      const { width, height } = element.getBoundingClientRect();
      if (!width) return;
      for (const path of element.querySelectorAll<SVGPathElement>("path")) {
        const link = Number(path.dataset.band);
        const a = places.left.get(link);
        const b = places.right.get(link);
        // Nothing is drawn for what neither column shows now.
        const seen = (span: Span, scroll: number) => span.bottom > scroll && span.top < scroll + height;
        const on = a && b && (seen(a, left) || seen(b, right));
        path.setAttribute("d", on ? band(width, { top: a.top - left, bottom: a.bottom - left }, { top: b.top - right, bottom: b.bottom - right }) : "");
      }
    },
  }), []);
  // The open one is drawn last, above the others.
  const order = pair.links.map((_, n) => n).sort((a, b) => Number(a === pair.current) - Number(b === pair.current));
  return (
    <svg ref={svg} class="gutter no-print" aria-hidden="true">
      {order.map((n) => {
        const link = pair.links[n]!;
        return <path key={`${link.family} ${link.leftAt} ${link.rightAt}`} data-band={n} class={`band hue-${pair.hues.get(link.family) ?? 0}${n === pair.current ? " current" : ""}`} onClick={() => onPick(n)} />;
      })}
    </svg>
  );
}
