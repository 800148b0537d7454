/** The rule that allows one finding, to the clipboard. */
import type { Report } from "../data/report";
import { allowText } from "../export/allow";
import { ruleOf } from "../export/gather";
import { copy } from "../ui/copy";

export const copyRule = async (report: Report, family: number): Promise<void> => copy(allowText([await ruleOf(report, family, "")]), "Allow rule");
