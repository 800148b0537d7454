/** Two places as text to paste into a letter or a ticket. */
import { printable } from "../../export/printable";
import { counted } from "../../ui/words";

export interface Cited {
  name: string;
  title: string | null | undefined;
  source: string | null | undefined;
  date: string | null | undefined;
  url: string | null | undefined;
  line: number;
  column: number;
  words: number;
  text: string;
}

const one = (text: string) => printable(text.replace(/\s+/g, " ").trim());

function lines(place: Cited): string {
  const { name, title, source, date, url, line, column, words, text } = place;
  const head = [title && title !== name ? `${one(title)} (${one(name)})` : one(name), source && one(source), date && one(date), `line ${line}, column ${column}`, counted(words, "word")];
  return `${head.filter(Boolean).join(", ")}\n${url ? `${one(url)}\n` : ""}${text ? `“${text.trim()}”` : "(its text is not in the report)"}`;
}

export const citation = (how: string, left: Cited, right: Cited, family: string, tool: string): string =>
  `Told twice: ${how}\n\nA: ${lines(left)}\n\nB: ${lines(right)}\n\nFinding ${family}, ${tool}\n`;
