/** What an editor must know first: whether something is told twice, in one sentence; and what stands beside it. */
import { counted, grouped } from "../ui/words";
import type { Index } from "./format";
import type { Table } from "./table";

export interface Verdict {
  /** The sentence. */
  says: string;
  /** More of the same, short; may be empty. */
  adds: string;
  /** Nothing is told twice. */
  clean: boolean;
  /** Findings that count: neither suppressed nor stock phrase nor boilerplate. */
  counting: number;
  stock: number;
  suppressed: number;
  /** Counting findings by level and kind: rows and columns of `names`. */
  by: number[][];
  /** In a check: incoming documents with words told before. */
  repeating: number;
}

const told = (n: number) => `${grouped(n)} ${n === 1 ? "text is" : "texts are"} told twice`;

export function verdictOf(index: Index, table: Table): Verdict {
  const by = index.names.level.map(() => index.names.kind.map(() => 0));
  const counts = [0, 0, 0];
  let fresh = 0;
  let known = 0;
  const isNew = index.names.state.indexOf("new");
  for (let row = 0; row < table.rows; row++) {
    const aside = table.aside[row]!;
    counts[aside]!++;
    if (aside) continue;
    by[table.value.level[row]!]![table.value.kind[row]!]!++;
    if (table.value.state[row] === isNew) fresh++;
    else known++;
  }
  const [counting = 0, stock = 0, suppressed = 0] = counts;

  const { command, summary } = index.report;
  let repeating = 0;
  if (command === "check") {
    const { id, duplicated_words } = index.documents;
    for (let row = 0; row < id.length; row++) if (id[row]! >= index.incoming && duplicated_words[row]! > 0) repeating++;
  }

  let says: string;
  if (!counting) says = stock ? "Nothing is told twice but stock phrases and boilerplate" : "Nothing is told twice";
  else if (command === "check" && repeating) {
    says = `${grouped(repeating)} of ${counted(summary.documents, "incoming article")} ${repeating === 1 ? "repeats" : "repeat"} something`;
  } else if (command === "compare") says = `The two articles share ${counted(counting, "text")}`;
  else says = told(counting);
  if (counting && known) says += fresh ? `; ${grouped(fresh)} ${fresh === 1 ? "is" : "are"} new` : "; none is new";

  const adds: string[] = [];
  if (counting && command === "check" && repeating) adds.push(told(counting));
  if (stock && counting) adds.push(`${grouped(stock)} more ${stock === 1 ? "is a stock phrase or boilerplate" : "are stock phrases or boilerplate"}`);
  if (suppressed) adds.push(`${grouped(suppressed)} ${suppressed === 1 ? "is" : "are"} suppressed`);
  return { says, adds: adds.join("; "), clean: !counting, counting, stock, suppressed, by, repeating };
}
