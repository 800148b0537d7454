/** A long list that scrolls with the page: only the rows near the window are made. */
import {
  measureElement, observeWindowOffset, observeWindowRect, Virtualizer, windowScroll, type VirtualItem,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

interface Options {
  count: number;
  /** Height of a row that was not measured yet. */
  estimate: number;
  /** What a row shows: its measure goes along when the order changes. */
  keyOf: (index: number) => number;
  /** The list's element: where it begins on the page is measured. */
  list: RefObject<HTMLElement | null>;
  /** Height that something fixed covers at the top of the window. */
  covered: number;
}

export interface WindowList {
  items: VirtualItem[];
  total: number;
  /** Where the list begins on the page. */
  margin: number;
  measure: (element: Element | null) => void;
  to: (index: number, align: "auto" | "center" | "start") => void;
}

export function useWindowList({ count, estimate, keyOf, list, covered }: Options): WindowList {
  const [, redraw] = useReducer<number, void>((n) => n + 1, 0);
  const [margin, setMargin] = useState(0);
  const options = {
    count,
    estimateSize: () => estimate,
    getItemKey: keyOf,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    measureElement,
    overscan: 6,
    scrollMargin: margin,
    scrollPaddingStart: covered,
    scrollPaddingEnd: 8,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    initialOffset: () => window.scrollY,
    onChange: () => redraw(),
  };
  const [virtual] = useState(() => new Virtualizer<Window, Element>(options));
  virtual.setOptions(options);

  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const look = () => setMargin(Math.round(element.getBoundingClientRect().top + window.scrollY));
    look();
    // Whatever grows above the list moves it: the page as a whole is watched.
    const watcher = new ResizeObserver(look);
    watcher.observe(document.body);
    return () => watcher.disconnect();
  }, []);

  return {
    items: virtual.getVirtualItems(),
    total: virtual.getTotalSize(),
    margin,
    measure: virtual.measureElement,
    to: (index, align) => virtual.scrollToIndex(index, { align }),
  };
}
