/** Orders of the list. What is set aside (stock phrases, boilerplate, suppressed) comes last in each of them, equals worst first. */
import type { Table } from "./table";

export const ORDERS = ["worst", "words", "members", "similarity", "oldest", "newest", "level"] as const;
export type Order = (typeof ORDERS)[number];

/** Reads the `sort` of a route: `-words` is `words` the other way round; what is not known is worst first. */
export function orderNamed(sort: string): { order: Order; back: boolean } {
  const back = sort.startsWith("-");
  const order = ORDERS.find((name) => name === (back ? sort.slice(1) : sort));
  return order ? { order, back } : { order: "worst", back: false };
}

/** What an order compares: smaller first, NaN last. */
function keys(table: Table, order: Order): Float64Array {
  const out = new Float64Array(table.rows);
  const { names, value } = table;
  // A rank by itself: the list of names may come in any order.
  const ranks = names.level.map((name) => ["document", "paragraph", "sentence", "passage"].indexOf(name));
  for (let row = 0; row < table.rows; row++) {
    switch (order) {
      case "worst":
        out[row] = row;
        break;
      case "words":
        out[row] = -table.words[row]!;
        break;
      case "members":
        out[row] = -table.members[row]!;
        break;
      case "similarity":
        out[row] = -table.similarity[row]!;
        break;
      case "oldest":
        out[row] = table.oldest[row]! < 0 ? NaN : table.time[table.oldest[row]!]!;
        break;
      case "newest":
        out[row] = table.newest[row]! < 0 ? NaN : -table.time[table.newest[row]!]!;
        break;
      case "level":
        out[row] = ranks[value.level[row]!]!;
        break;
    }
  }
  return out;
}

/** All families in an order. */
export function arranged(table: Table, sort: string): Uint32Array {
  const { order, back } = orderNamed(sort);
  const key = keys(table, order);
  const { aside } = table;
  const sign = back ? -1 : 1;
  return Uint32Array.from(key.keys()).sort((a, b) => {
    const apart = aside[a]! - aside[b]!;
    if (apart) return apart;
    const left = key[a]!;
    const right = key[b]!;
    if (left < right) return -sign;
    if (left > right) return sign;
    // Equal, or one of them has no key.
    const none = Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return none || a - b;
  });
}
