/** Something that is read while a view is shown. What belongs to an earlier state is dropped. */
import { useEffect, useState } from "preact/hooks";

export type Loaded<T> = { value: T } | { error: string } | undefined;

/** Reads anew when one of `on` changes; until then the earlier value stays with `keep`. */
export function useLoaded<T>(read: () => Promise<T>, on: readonly unknown[], keep = false): Loaded<T> {
  const [state, set] = useState<{ on: readonly unknown[]; loaded: Loaded<T> }>({ on: [], loaded: undefined });
  useEffect(() => {
    let here = true;
    read().then(
      (value) => here && set({ on, loaded: { value } }),
      (error: unknown) => here && set({ on, loaded: { error: error instanceof Error ? error.message : String(error) } }),
    );
    return () => {
      here = false;
    };
  }, [...on]);
  const fresh = state.on.length === on.length && state.on.every((value, n) => Object.is(value, on[n]));
  return fresh || keep ? state.loaded : undefined;
}
