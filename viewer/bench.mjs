/**
 * Measures a page: its size, how soon the first rows are seen, how long a filter and a search take until they are
 * painted, memory, and how long the pictures take. The median of several openings, with the least and the greatest.
 *
 *     node bench.mjs [TIMES] [FAMILIES …]      TWICETOLD=… names the binary that writes the pages (else page.mjs)
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { binary, folder, launch, pageFrom } from "./test/support/browser.mjs";
import { writeReport } from "./test/support/report.mjs";

const [times = 5, ...given] = process.argv.slice(2).map(Number);
const sizes = given.length ? given : [10_000, 100_000];
/** The page waits so long for the next letter before it searches. */
const PAUSE = 120;
const AIMS = { 10_000: { size: 3, first: 800, filter: 100, search: 100 }, 100_000: { size: 25, first: 1500, filter: 300, search: 300 } };

/** In the page, before anything of it: notes when the first row has been painted. */
function watch() {
  const seen = () => document.querySelector('[role="list"] [aria-posinset]');
  const observer = new MutationObserver(() => {
    if (!seen()) return;
    observer.disconnect();
    // After the frame that draws it.
    requestAnimationFrame(() => setTimeout(() => { window.__first = performance.now(); }));
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** In the page: from what the reader does to the paint after which the status line says another number. */
function act({ kind, value }) {
  const status = () => [...document.querySelectorAll('[role="status"]')].find((element) => /finding/.test(element.textContent))?.textContent ?? "";
  const before = status();
  return new Promise((done) => {
    const start = performance.now();
    const observer = new MutationObserver(() => {
      if (status() === before) return;
      observer.disconnect();
      const changed = performance.now();
      requestAnimationFrame(() => setTimeout(() => done({ painted: performance.now() - start, changed: changed - start, says: status() })));
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    if (kind === "filter") [...document.querySelectorAll('input[type="checkbox"]')].find((box) => box.closest("label")?.textContent.startsWith(value)).click();
    else {
      const field = document.querySelector('input[type="search"]');
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const line = (name, list, unit, aim) =>
  console.log(`  ${name.padEnd(34)} ${median(list).toFixed(unit === "MB" ? 1 : 0).padStart(7)} ${unit.padEnd(3)} (${Math.min(...list).toFixed(unit === "MB" ? 1 : 0)}–${Math.max(...list).toFixed(unit === "MB" ? 1 : 0)})${aim ? `, aim ${aim}` : ""}`);

for (const families of sizes) {
  const json = join(folder, `${families}.json`);
  await writeReport(families, json);
  const file = pageFrom(json);
  const aim = AIMS[families] ?? {};
  const got = { first: [], dom: [], filter: [], second: [], read: [], name: [], text: [], heap: [], pictures: [] };
  for (let n = 0; n < times; n++) {
    // A browser of its own each time: nothing is warm.
    const browser = await launch("--enable-precise-memory-info", "--js-flags=--expose-gc");
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.addInitScript(watch);
    await page.goto(pathToFileURL(file).href, { timeout: 120_000 });
    await page.waitForFunction(() => window.__first !== undefined, undefined, { timeout: 120_000 });
    got.first.push(await page.evaluate(() => window.__first));
    got.filter.push((await page.evaluate(act, { kind: "filter", value: "Paragraphs" })).painted);
    got.second.push((await page.evaluate(act, { kind: "filter", value: "Edited" })).painted);
    // The texts are read in idle time; how long that takes, and what a search costs after it.
    const started = Date.now();
    await page.evaluate(act, { kind: "search", value: "harbour" });
    await page.waitForFunction(() => !/still loading/.test(document.getElementById("app").textContent), undefined, { timeout: 120_000 });
    got.read.push(Date.now() - started);
    got.name.push((await page.evaluate(act, { kind: "search", value: "ferry" })).painted);
    got.text.push((await page.evaluate(act, { kind: "search", value: "historic captain funded" })).painted);
    await page.evaluate(act, { kind: "search", value: "" });
    await page.evaluate(() => window.gc?.());
    got.heap.push((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6);
    got.pictures.push(await page.evaluate(() => new Promise((done) => {
      const start = performance.now();
      const observer = new MutationObserver(() => {
        if (!document.querySelector('svg[role="img"]')) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
      });
      observer.observe(document.body, { childList: true, subtree: true });
      location.hash = "#view=pictures";
    })));
    await browser.close();
  }
  console.log(`${families.toLocaleString("en")} findings, ${times} openings, written by ${binary ? "the binary" : "page.mjs"}`);
  line("size", [statSync(file).size / 1e6], "MB", aim.size && `${aim.size} MB`);
  line("first rows", got.first, "ms", aim.first && `${aim.first} ms`);
  line("filter", got.filter, "ms", aim.filter && `${aim.filter} ms`);
  line("second filter", got.second, "ms", aim.filter && `${aim.filter} ms`);
  line(`search, of it a pause of ${PAUSE}`, got.name, "ms", aim.search && `${aim.search + PAUSE} ms`);
  line("search of a phrase, the same", got.text, "ms", aim.search && `${aim.search + PAUSE} ms`);
  line("texts read after", got.read, "ms");
  line("JavaScript heap, texts read", got.heap, "MB");
  line("pictures", got.pictures, "ms");
}
