/** Which place of a family probably was first, and in what order its places are told. */
import type { Place, Report } from "./report";

export interface Origin {
  /** Index of a place. */
  at: number;
  /** Its date is the oldest, it lies in the archive already, or it is the one that is kept. */
  why: "oldest" | "archive" | "keeper";
}

/** The oldest date decides; of several with that date the keeper. Without dates what is in the archive already, else the keeper. */
export function originOf(times: readonly (number | null | undefined)[], incoming: readonly boolean[], keeper: number): Origin {
  let oldest: number | null = null;
  for (const time of times) if (time != null && (oldest === null || time < oldest)) oldest = time;
  if (oldest !== null) {
    const first = times.indexOf(oldest);
    const alone = times.lastIndexOf(oldest) === first;
    return times[keeper] === oldest ? { at: keeper, why: alone ? "oldest" : "keeper" } : { at: first, why: "oldest" };
  }
  const archived = incoming.indexOf(false);
  return incoming[keeper] && archived >= 0 ? { at: archived, why: "archive" } : { at: keeper, why: "keeper" };
}

export function originIn(report: Report, places: readonly Place[], keeper: number): Origin {
  const { time, id } = report.index.documents;
  return originOf(
    places.map((place) => time[place.document] ?? null),
    places.map((place) => report.index.incoming > 0 && id[place.document]! >= report.index.incoming),
    keeper,
  );
}

/** Indexes of places: the origin, then by date, undated ones last, otherwise as they come. */
export function byDate(times: readonly (number | null | undefined)[], origin: number): number[] {
  const order = times.map((_, at) => at);
  const time = (at: number) => times[at] ?? Infinity;
  return order.sort((a, b) => Number(b === origin) - Number(a === origin) || (time(a) === time(b) ? a - b : time(a) - time(b)));
}
