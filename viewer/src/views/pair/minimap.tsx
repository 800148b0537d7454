/** A whole document as a strip: where in it the passages stand. One slider for the keyboard, and clicks. */
import type { Report } from "../../data/report";
import { percent } from "../../ui/words";
import type { Pair } from "./load";

/** Links in the order of one side, top to bottom. */
export const orderOf = (pair: Pair, side: "left" | "right"): number[] =>
  pair.links.map((_, n) => n).sort((a, b) => pair.links[a]![side].start - pair.links[b]![side].start || a - b);

export function Minimap({ report, pair, side, onPick }: { report: Report; pair: Pair; side: "left" | "right"; onPick: (link: number, side: "left" | "right") => void }) {
  const bytes = Math.max(1, report.index.documents.bytes[pair[side].document]!);
  const order = orderOf(pair, side);
  const at = Math.max(0, order.indexOf(pair.current));
  const share = (byte: number) => `${Math.min(100, (byte / bytes) * 100).toFixed(3)}%`;
  const pick = (n: number) => {
    const link = order[Math.max(0, Math.min(order.length - 1, n))];
    if (link !== undefined && link !== pair.current) onPick(link, side);
  };
  const open = pair.links[pair.current];
  return (
    <div
      class={`minimap no-print ${side}`}
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`Passages in the ${side} article`}
      aria-valuemin={1}
      aria-valuemax={order.length}
      aria-valuenow={at + 1}
      aria-valuetext={open ? `passage ${open.number}, ${at + 1} of ${order.length}, at ${percent(Math.min(1, open[side].start / bytes))} of the article` : undefined}
      title={`The whole ${side} article: where the shared passages stand`}
      onKeyDown={(event) => {
        const steps: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: order.length - 1 };
        const to = steps[event.key];
        if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        pick(to);
      }}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const byte = ((event.clientY - box.top) / box.height) * bytes;
        const away = (n: number) => {
          const { start, end } = pair.links[order[n]!]![side];
          return Math.max(0, start - byte, byte - end);
        };
        let best = 0;
        for (let n = 1; n < order.length; n++) if (away(n) < away(best)) best = n;
        pick(best);
      }}
    >
      {pair.links.map((link, n) => (
        <span
          key={n}
          class={`tick hue-${pair.hues.get(link.family) ?? 0}${n === pair.current ? " current" : ""}`}
          style={{ top: share(link[side].start), height: share(link[side].end - link[side].start) }}
        />
      ))}
    </div>
  );
}
