/** Short writing for axes and cells. No DOM. */
import { visible } from "../../ui/visible";

/** At most four signs: 999, 1.2k, 34k, 5.6m. */
export function brief(value: number): string {
  if (value < 1000) return String(Math.round(value));
  for (const [unit, sign] of [[1e3, "k"], [1e6, "m"], [1e9, "b"]] as const) {
    const scaled = value / unit;
    if (scaled < 9.95) return `${scaled.toFixed(1).replace(/\.0$/, "")}${sign}`;
    if (scaled < 999.5) return `${Math.round(scaled)}${sign}`;
  }
  return value.toExponential(0);
}

/** Letters that take the room of two. */
const WIDE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]|[\u{1f000}-\u{3ffff}]/u;

/** A name for a drawing, where nothing wraps: what is unseen is written as code points, and the middle gives way to an ellipsis. */
export function shorten(name: string, most: number): string {
  // Of a very long name only both ends are looked at.
  const ends = name.length > 400 ? `${name.slice(0, 200)}${name.slice(-200)}` : name;
  const signs = [...visible(ends).map((piece) => (piece.mark ? `[${piece.text}]` : piece.text)).join("")];
  const width = (list: readonly string[]) => list.reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);
  if (width(signs) <= most && ends === name) return signs.join("");
  const head: string[] = [];
  const tail: string[] = [];
  let left = most - 1;
  // Two of the end for one of the beginning: files differ at their ends.
  for (let turn = 0; signs.length; turn++) {
    const sign = turn % 3 === 0 ? signs.shift()! : signs.pop()!;
    left -= width([sign]);
    if (left < 0) break;
    if (turn % 3 === 0) head.push(sign);
    else tail.unshift(sign);
  }
  return `${head.join("").trimEnd()}…${tail.join("").trimStart()}`;
}
