/** The map of who shares text with whom: half a table of numbered rows and columns, darker where more words are shared. */
import { scaleThreshold } from "d3-scale";
import { useEffect, useId, useState } from "preact/hooks";
import { counted, grouped } from "../../ui/words";
import { brief, shorten } from "./labels";
import { cellOf, steps, type Matrix } from "./matrix";
import { Stage, useWidth } from "./stage";

const CELL = 36;
const ROW = 26;
const HEAD = 20;

export interface Cell {
  row: number;
  column: number;
}

export function Heat(props: { table: Matrix; title: string; description: string; calls: (group: number) => string; open: (cell: Cell) => void }) {
  const { table, calls } = props;
  const [element, width] = useWidth();
  const [chosen, choose] = useState<Cell | null>(null);
  const id = useId();
  const size = table.groups.length;
  const signs = width < 560 ? 14 : 30;
  const names = table.groups.map((_, n) => shorten(calls(n), signs));
  const left = signs * 6.8 + 34;
  const cell = Math.max(CELL, Math.min(72, (width - left - 2) / size));
  const limits = steps(table.words);
  const step = scaleThreshold(limits, Array.from({ length: limits.length + 1 }, (_, n) => n + (6 - limits.length - 1)));
  const wide = Math.ceil(left + size * cell + 2);
  const high = HEAD + size * ROW + 2;

  // The cursor stays in sight when the map is wider than the page.
  useEffect(() => {
    const stage = element.current;
    if (!stage || !chosen || !stage.matches(":focus-visible")) return;
    const x = left + chosen.column * cell;
    if (x < stage.scrollLeft + left) stage.scrollLeft = x - left;
    else if (x + cell > stage.scrollLeft + stage.clientWidth) stage.scrollLeft = x + cell - stage.clientWidth + 8;
  }, [chosen]);

  const move = (key: string) => {
    const { row, column } = chosen ?? { row: 0, column: 0 };
    if (!chosen) choose({ row: 0, column: 0 });
    else if (key === "ArrowLeft") choose({ row, column: Math.max(0, column - 1) });
    else if (key === "ArrowRight") choose({ row, column: Math.min(row, column + 1) });
    else if (key === "ArrowUp") choose({ row: Math.max(column, row - 1), column });
    else if (key === "ArrowDown") choose({ row: Math.min(size - 1, row + 1), column });
    else if (key === "Home") choose({ row, column: 0 });
    else choose({ row, column: row });
    return true;
  };

  const tell = ({ row, column }: Cell) => {
    const at = cellOf(row, column);
    const who = row === column ? `Within ${shorten(calls(row), 60)}` : `${shorten(calls(column), 60)} and ${shorten(calls(row), 60)}`;
    const what = table.findings[at] ? `${counted(table.words[at]!, "word")} told twice, ${counted(table.findings[at]!, "finding")}` : "nothing told twice";
    return `${who}: ${what}`;
  };

  const cells: preact.JSX.Element[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const at = cellOf(row, column);
      const words = table.words[at]!;
      const x = left + column * cell;
      const y = HEAD + row * ROW;
      const here = chosen?.row === row && chosen.column === column;
      cells.push(
        <g
          key={at}
          class={`cell${words ? ` opens heat-${step(words)}` : ""}${here ? " chosen" : ""}${row === column ? " self" : ""}`}
          onPointerEnter={() => choose({ row, column })}
          onClick={() => words && props.open({ row, column })}
        >
          <rect x={x + 1} y={y + 1} width={cell - 2} height={ROW - 2} />
          {words > 0 && <text x={x + cell / 2} y={y + ROW / 2} dy="0.34em" text-anchor="middle">{brief(words)}</text>}
        </g>,
      );
    }
  }

  return (
    <>
      <Stage
        of={element}
        label="Map: arrow keys choose a pair, Enter opens it"
        moves={{ move, open: () => { if (chosen && table.findings[cellOf(chosen.row, chosen.column)]) props.open(chosen); } }}
        said={chosen ? tell(chosen) : ""}
        onLeave={() => choose(null)}
      >
        <svg class="heat" role="img" aria-labelledby={`${id}-title ${id}-desc`} width={wide} height={high} viewBox={`0 0 ${wide} ${high}`}>
          <title id={`${id}-title`}>{props.title}</title>
          <desc id={`${id}-desc`}>{props.description}</desc>
          {names.map((name, n) => (
            <g key={n} class={chosen?.row === n || chosen?.column === n ? "name chosen" : "name"}>
              <text class="tick" x={24} y={HEAD + n * ROW + ROW / 2} dy="0.34em" text-anchor="end">{n + 1}</text>
              <text class="group" x={30} y={HEAD + n * ROW + ROW / 2} dy="0.34em">{name}</text>
              <text class="tick" x={left + n * cell + cell / 2} y={HEAD - 6} text-anchor="middle">{n + 1}</text>
            </g>
          ))}
          {cells}
        </svg>
      </Stage>
      <Legend limits={limits} lowest={table.words.reduce((low, words) => (words > 0 && words < low ? words : low), Infinity)} />
    </>
  );
}

function Legend({ limits, lowest }: { limits: readonly number[]; lowest: number }) {
  const first = 6 - limits.length - 1;
  return (
    <ul class="legend small" aria-label="Words told in both">
      {Array.from({ length: limits.length + 1 }, (_, n) => {
        const from = n ? limits[n - 1]! : lowest;
        const to = limits[n];
        return (
          <li key={n}>
            <svg aria-hidden="true" class={`swatch heat-${n + first}`} width="20" height="14"><rect x="0.5" y="0.5" width="19" height="13" /></svg>
            {to === undefined ? `${grouped(from)} words or more` : to - 1 === from ? `${grouped(from)} words` : `${grouped(from)}–${grouped(to - 1)}`}
          </li>
        );
      })}
    </ul>
  );
}
