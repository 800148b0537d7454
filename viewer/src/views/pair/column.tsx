/** One document of a pair: its text with the passages that the other one has too. */
import { memo } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Block, FoldBlock, GapBlock, TextBlock } from "./blocks";
import type { Pair, Side } from "./load";
import { counted, grouped } from "../../ui/words";

interface Parts {
  pair: Pair;
  side: "left" | "right";
  /** To the other end of a link. */
  onTwin: (link: number, side: "left" | "right") => void;
  /** After something unfolded: places have moved. */
  onChange: () => void;
}

export const Column = memo(function Column(parts: Parts) {
  const own = parts.pair[parts.side];
  if (own.empty) return <p class="soft">The text of this article is not in the report.</p>;
  return <>{own.blocks.map((block) => <BlockOf key={block.key} block={block} {...parts} />)}</>;
});

function BlockOf({ block, ...parts }: Parts & { block: Block }) {
  if (block.kind === "gap") return <Gap block={block} own={parts.pair[parts.side]} />;
  if (block.kind === "fold") return <Fold block={block} {...parts} />;
  return <Text block={block} {...parts} />;
}

function Gap({ block, own }: { block: GapBlock; own: Side }) {
  const letters = Math.max(1, Math.round(block.bytes / own.bytesPerLetter));
  // One line end between paragraphs is not worth a line.
  if (letters < 3) return null;
  return <p class="gap">… {own.bytesPerLetter === 1 ? "" : "about "}{counted(letters, "character")} not in this report …</p>;
}

function Fold({ block, ...parts }: Parts & { block: FoldBlock }) {
  const [open, set] = useState(false);
  const inside = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const div = inside.current;
    // The search of the browser finds what is folded, and opens it.
    const found = () => set(true);
    div?.addEventListener("beforematch", found);
    return () => div?.removeEventListener("beforematch", found);
  }, []);
  useEffect(parts.onChange, [open]);
  return (
    <div class="fold">
      <button type="button" class="plain fold-button no-print" aria-expanded={open} onClick={() => set(!open)}>
        {open ? "Fold" : "Show"} {block.lines > 2 ? `${counted(block.lines, "line")} (${grouped(block.characters)} characters)` : counted(block.characters, "character")} that the other does not share
      </button>
      <div ref={inside} class="folded" hidden={(open ? undefined : "until-found") as boolean | undefined}>
        {block.blocks.map((part) => <BlockOf key={part.key} block={part} {...parts} />)}
      </div>
    </div>
  );
}

function Text({ block, pair, side, onTwin }: Parts & { block: TextBlock }) {
  const { marks } = pair[side];
  return (
    <p class="article block" dir="auto">
      {block.pieces.map((piece, n) => {
        const solid = piece.marks.filter((mark) => !marks[mark]!.ghost);
        const hue = (mark: number) => pair.hues.get(pair.links[marks[mark]!.link]!.family) ?? 0;
        // The number of a fainter end only where nothing else is marked.
        const badges = piece.opens.filter((mark) => !solid.length || !marks[mark]!.ghost).map((mark) => <Badge key={`b${mark}`} pair={pair} side={side} link={marks[mark]!.link} ghost={marks[mark]!.ghost} hue={hue(mark)} onTwin={onTwin} />);
        const top = piece.marks[0];
        if (top === undefined) return piece.text;
        const link = marks[top]!.link;
        const ghost = !solid.length;
        const current = link === pair.current && !ghost;
        const under = solid[1] === undefined ? "" : ` under-${hue(solid[1])}`;
        const name = `piece hue-${hue(top)}${current ? " current" : ""}${ghost ? " ghost" : ""}${under}`;
        const ids = solid.map((mark) => marks[mark]!.link).join(" ") || undefined;
        const text = piece.only ? <Only side={side} text={piece.text} /> : piece.text;
        return <span key={n}>{badges}<mark class={name} data-link={ids}>{text}</mark></span>;
      })}
    </p>
  );
}

function Only({ side, text }: { side: "left" | "right"; text: string }) {
  // Where only white space and marks differ there is nothing to say.
  if (!/[\p{L}\p{N}\p{M}]/u.test(text)) return <>{text}</>;
  const said = <span class="hidden">{` (only ${side}: `}</span>;
  const end = <span class="hidden">)</span>;
  return side === "left" ? <del>{said}{text}{end}</del> : <ins>{said}{text}{end}</ins>;
}

function Badge({ pair, side, link, ghost, hue, onTwin }: { pair: Pair; side: "left" | "right"; link: number; ghost: boolean; hue: number; onTwin: Parts["onTwin"] }) {
  const { number } = pair.links[link]!;
  const other = side === "left" ? "right" : "left";
  if (ghost) return <span class={`badge ghost hue-${hue}`} title={`Passage ${number}, as it stands in the ${other} column`}>{number}</span>;
  return (
    <button
      type="button"
      class={`badge hue-${hue}${link === pair.current ? " current" : ""}`}
      data-badge={link}
      title={`Passage ${number}: to its twin on the ${other}`}
      onClick={() => onTwin(link, side)}
    >
      <span class="hidden">Passage </span>{number}<span class="hidden">, to its twin on the {other}</span>
    </button>
  );
}
