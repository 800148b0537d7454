/** The reader's marks on findings. */
import { signal } from "@preact/signals";

/** For each family that is marked the name of its mark. */
export const marks = signal<Map<number, string>>(new Map());
