/**
 * Pictures of a page: every view, light, dark, narrow and printed, as PNG files.
 *
 *     node shots.mjs PAGE.html FOLDER
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, open } from "./test/support/browser.mjs";

const [file, out] = process.argv.slice(2);
if (!file || !out) {
  console.error("usage: node shots.mjs PAGE.html FOLDER");
  process.exit(2);
}
mkdirSync(out, { recursive: true });

const WIDE = { width: 1280, height: 900 };
const WAYS = {
  light: { viewport: WIDE, colorScheme: "light" },
  dark: { viewport: WIDE, colorScheme: "dark" },
  narrow: { viewport: { width: 360, height: 780 }, colorScheme: "light" },
  print: { viewport: { width: 794, height: 1123 }, colorScheme: "light" },
};
const VIEWS = { findings: "", family: "#view=family", pair: "#view=pair", pictures: "#view=pictures" };

const browser = await launch();
for (const [way, options] of Object.entries(WAYS)) {
  for (const [view, hash] of Object.entries(VIEWS)) {
    const { page, context, wrong } = await open(browser, file, { hash, ...options });
    if (way === "print") await page.emulateMedia({ media: "print" });
    await page.waitForTimeout(300);
    const { width, height } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight }));
    // A long list is a page that no picture holds.
    await page.screenshot({ path: join(out, `${view}-${way}.png`), fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, 3000) } });
    for (const line of wrong) console.error(`${view} ${way}: ${line}`);
    await context.close();
  }
}
await browser.close();
