/** A name from outside: isolated from the writing direction around it, unseen characters as marks, cut when long with the whole in reach. */
import { beginning, visible } from "./visible";

const LONGEST = 2_000;

export function Name({ text, most = 160, empty = "(no name)" }: { text: string | null | undefined; most?: number; empty?: string }) {
  if (!text || !text.trim()) return <span class="soft">{empty}</span>;
  const shown = beginning(text, most);
  const pieces = visible(shown.text);
  return (
    <bdi dir="auto" title={shown.all ? undefined : beginning(text, LONGEST).text}>
      {pieces.map((piece, n) => (piece.mark ? <span key={n} class="control-mark">{piece.text}</span> : piece.text))}
      {shown.all ? null : "…"}
    </bdi>
  );
}
