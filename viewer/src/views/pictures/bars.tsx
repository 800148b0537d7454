/** Upright bars over a line of values, each of which may lead somewhere. */
import { scaleLinear } from "d3-scale";
import { useId, useState } from "preact/hooks";
import { brief } from "./labels";
import { Stage, useWidth } from "./stage";

export interface Bar {
  key: string;
  value: number;
  /** Below the bar, when there is room. */
  label: string;
  /** The whole of it, in words. */
  said: string;
  open?: (() => void) | undefined;
  /** Drawn as something of another sort. */
  apart?: boolean;
}

const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 36;
const TOP = 22;

export function Bars(props: { title: string; description: string; bars: readonly Bar[]; across: string; up: string; label: string }) {
  const { bars } = props;
  const [element, width] = useWidth();
  const [chosen, choose] = useState(-1);
  const id = useId();
  const room = Math.max(200, width) - LEFT - 4;
  const step = room / bars.length;
  const gap = Math.min(step * 0.2, 4);
  const thick = Math.min(step - gap, 72);
  const top = Math.max(1, ...bars.map((bar) => bar.value));
  const up = scaleLinear([0, top], [HEIGHT - BOTTOM, TOP]).nice(4);
  const ticks = up.ticks(4).filter(Number.isInteger);
  // Labels keep a distance from each other, and say fewer when there are many.
  const longest = Math.max(...bars.map((bar) => bar.label.length)) * 6.6 + 10;
  const every = Math.max(1, Math.ceil(longest / step));
  const at = (n: number) => LEFT + n * step + (step - thick) / 2;
  const bar = bars[chosen];

  const move = (key: string) => {
    const last = bars.length - 1;
    if (key === "Home") choose(0);
    else if (key === "End") choose(last);
    else if (key === "ArrowLeft") choose(Math.max(0, chosen - 1));
    else if (key === "ArrowRight") choose(Math.min(last, chosen + 1));
    else return false;
    return true;
  };

  return (
    <Stage of={element} label={props.label} moves={{ move, open: () => bar?.open?.() }} said={bar ? bar.said : ""} onLeave={() => choose(-1)}>
      <svg role="img" aria-labelledby={`${id}-title ${id}-desc`} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
        <title id={`${id}-title`}>{props.title}</title>
        <desc id={`${id}-desc`}>{props.description}</desc>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class={tick ? "grid" : "axis"} x1={LEFT} x2={width - 4} y1={up(tick)} y2={up(tick)} />
            <text class="tick" x={LEFT - 6} y={up(tick)} dy="0.32em" text-anchor="end">{brief(tick)}</text>
          </g>
        ))}
        <text class="tick" x={0} y={10}>{props.up}</text>
        <text class="tick" x={width - 4} y={HEIGHT - 4} text-anchor="end">{props.across}</text>
        {bars.map((each, n) => (
          <g
            key={each.key}
            class={`bar-of${each.open ? " opens" : ""}${n === chosen ? " chosen" : ""}`}
            onPointerEnter={() => choose(n)}
            onClick={() => each.open?.()}
          >
            <rect class="reach" x={LEFT + n * step} y={TOP} width={step} height={HEIGHT - BOTTOM - TOP} />
            {each.value > 0 && <rect class={each.apart ? "fill apart" : "fill"} x={at(n)} y={up(each.value)} width={thick} height={up(0) - up(each.value)} />}
            {thick >= 22 && each.value > 0 && <text class="value" x={at(n) + thick / 2} y={up(each.value) - 4} text-anchor="middle">{brief(each.value)}</text>}
            {n % every === 0 && (every === 1 || at(n) + longest - 10 <= width) && (
              <text class="tick" x={every > 1 ? at(n) : at(n) + thick / 2} y={HEIGHT - BOTTOM + 14} text-anchor={every > 1 ? "start" : "middle"}>{each.label}</text>
            )}
          </g>
        ))}
      </svg>
    </Stage>
  );
}
