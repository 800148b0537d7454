/** Reads what the view of one finding shows. */
import { byDate, originIn, type Origin } from "../../data/origin";
import { cut, type Place, type Report } from "../../data/report";

export interface Family {
  family: number;
  fingerprint: string;
  places: Place[];
  keeper: number;
  origin: Origin;
  /** Indexes of places: the origin, then by date. */
  order: number[];
  /** Text of the keeper as far as the report has it. */
  text: string | undefined;
  /** Something of it is not in the report. */
  cut: boolean;
}

export async function loadFamily(report: Report, family: number): Promise<Family> {
  const [places, fingerprint] = await Promise.all([report.places(family), report.fingerprint(family)]);
  const keeper = report.index.families.keeper[family]!;
  const origin = originIn(report, places, keeper);
  const { time } = report.index.documents;
  const order = byDate(places.map((place) => time[place.document] ?? null), origin.at);
  const kept = places[keeper]!;
  const text = cut(await report.excerpts(kept.document), kept.start, kept.end);
  return { family, fingerprint, places, keeper, origin, order, text: text?.text, cut: text !== null && !text.whole };
}
