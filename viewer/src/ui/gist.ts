/** What a row shows of a finding's text: read when the row is shown, then held for a while. */
import { useEffect, useState } from "preact/hooks";
import { cut, type Report } from "../data/report";
import { beginning } from "./visible";

export interface Gist {
  /** The keeper's text as far as the report has it, else that of the place most like it; at most `LONGEST`. Null when there is none. */
  text: string | null;
  whole: boolean;
}

/** As much as a row may have to look through for a word that is searched for. */
const LONGEST = 20_000;
const HELD = 400;
const held = new Map<number, Gist>();

async function read(report: Report, family: number): Promise<Gist> {
  const known = held.get(family);
  if (known) return known;
  let gist: Gist = { text: null, whole: false };
  const keeper = report.index.families.keeper[family]!;
  const places = await report.places(family);
  const [first, ...others] = [places[keeper], ...places.filter((_, at) => at !== keeper).sort((a, b) => b.similarity - a.similarity)];
  for (const place of [first, ...others]) {
    if (!place) continue;
    const found = cut(await report.excerpts(place.document), place.start, place.end);
    if (found) {
      const { text, all } = beginning(found.text, LONGEST);
      gist = { text, whole: all && found.whole };
    }
    // Only an archive that keeps no texts leaves a place without: then another one shows what it says.
    if (found || !report.index.documents.no_text[place.document]) break;
  }
  held.set(family, gist);
  if (held.size > HELD) held.delete(held.keys().next().value!);
  return gist;
}

/** Reads the first ones ahead, so that they are there when the page is printed. */
export const readAhead = (report: Report, families: Iterable<number>) => Promise.all(Array.from(families, (family) => read(report, family)));

/** Undefined while it is being read; an error's words when the report is damaged there. */
export function useGist(report: Report, family: number): Gist | string | undefined {
  const [gist, set] = useState<{ family: number; gist: Gist | string } | undefined>(undefined);
  const known = held.get(family);
  useEffect(() => {
    if (held.has(family)) return;
    let gone = false;
    read(report, family).then(
      (gist) => gone || set({ family, gist }),
      (error: unknown) => gone || set({ family, gist: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      gone = true;
    };
  }, [report, family]);
  return known ?? (gist?.family === family ? gist.gist : undefined);
}
