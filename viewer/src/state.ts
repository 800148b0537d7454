/** Where the reader is, all of it in the URL's hash: a link or a reload shows the same again. */
import { signal } from "@preact/signals";

/** Lists are joined by commas; what is empty is not in the hash. */
export interface Route {
  /** `findings` (with the verdict above it), `family`, `pair` or `pictures`. */
  view: "findings" | "family" | "pair" | "pictures";
  /** The row of the family that is open. */
  family: number;
  /** Of a pair: indexes of places of the family. */
  left: number;
  right: number;
  /** What is searched for. */
  search: string;
  /** Facets: names that are let through; none lets all through. */
  level: string[];
  kind: string[];
  class: string[];
  scope: string[];
  state: string[];
  source: string[];
  review: string[];
  /** Days, `2026-05-01`: families with a place dated in between. */
  from: string;
  to: string;
  /** One of the sort orders, with `-` before it for the other way round. */
  sort: string;
}

export const START: Route = {
  view: "findings",
  family: 0,
  left: 0,
  right: 1,
  search: "",
  level: [],
  kind: [],
  class: [],
  scope: [],
  state: [],
  source: [],
  review: [],
  from: "",
  to: "",
  sort: "",
};

const VIEWS: readonly string[] = ["findings", "family", "pair", "pictures"];

/** Reads a hash; what it does not understand is left at its start. */
export function parse(hash: string): Route {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const route = structuredClone(START) as unknown as Record<string, unknown>;
  for (const [key, start] of Object.entries(START)) {
    const text = given.get(key);
    if (text === null) continue;
    // A source may hold a comma: each value of a list is encoded once more by itself.
    if (Array.isArray(start)) route[key] = text.split(",").filter(Boolean).map(decode);
    else if (typeof start === "number") route[key] = /^\d{1,9}$/.test(text) ? Number(text) : start;
    else if (key === "view") route[key] = VIEWS.includes(text) ? text : start;
    else route[key] = text;
  }
  return route as unknown as Route;
}

/** An empty value, which a list would lose; nothing is encoded so. */
const EMPTY = "%";

function decode(text: string): string {
  if (text === EMPTY) return "";
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Writes a hash, shortest way. */
export function format(route: Route): string {
  const out = new URLSearchParams();
  for (const [key, start] of Object.entries(START)) {
    const value = route[key as keyof Route];
    if (Array.isArray(value)) {
      if (value.length) out.set(key, value.map((one) => encodeURIComponent(one) || EMPTY).join(","));
    } else if (value !== start) out.set(key, String(value));
  }
  const text = out.toString();
  return text ? `#${text}` : "#";
}

/** Where the reader is now. Changed by `go` and `adjust` only. */
export const route = signal<Route>(parse(typeof location === "undefined" ? "" : location.hash));

/** To another place, which the back button leaves. */
export function go(change: Partial<Route>): void {
  route.value = { ...route.peek(), ...change };
  history.pushState(null, "", format(route.peek()));
}

/** A change of what is shown here: search, facets, sorting. It leaves no trail. */
export function adjust(change: Partial<Route>): void {
  route.value = { ...route.peek(), ...change };
  history.replaceState(null, "", format(route.peek()));
}

/** The address of a place, for links. */
export const address = (change: Partial<Route>): string => format({ ...route.value, ...change });

if (typeof window !== "undefined") {
  const follow = () => {
    route.value = parse(location.hash);
  };
  window.addEventListener("popstate", follow);
  window.addEventListener("hashchange", follow);
}
