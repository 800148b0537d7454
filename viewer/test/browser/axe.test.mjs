/** Every view against the rules of WCAG 2.2 A and AA that a machine can check, in light and dark, wide and narrow. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch, open, pageFrom, unfold } from "../support/browser.mjs";
import { small } from "../support/newsroom.mjs";
import { reportOf } from "../support/report.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let browser;
let pages;
before(async () => {
  browser = await launch();
  pages = { few: pageFrom(small()), many: pageFrom(reportOf(120, 6)) };
});
after(() => browser?.close());

async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), TAGS);
  return violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .flatMap((violation) => violation.nodes.slice(0, 3).map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.html.slice(0, 160)}: ${node.failureSummary?.split("\n")[1]?.trim()}`));
}

const VIEWS = { findings: "", filtered: "#kind=near&search=the", none: "#search=nosuchwordatall", family: "#view=family&family=1", pair: "#view=pair&family=1&left=0&right=1", pictures: "#view=pictures" };

for (const colorScheme of ["light", "dark"]) {
  for (const [name, hash] of Object.entries(VIEWS)) {
    for (const which of ["few", "many"]) {
      test(`${name}, ${which} findings, ${colorScheme}`, async () => {
        const { page, context } = await open(browser, pages[which], { hash, colorScheme });
        await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
        await unfold(page);
        assert.deepEqual(await findings(page), []);
        await context.close();
      });
    }
  }
  test(`dialogs, ${colorScheme}`, async () => {
    const { page, context } = await open(browser, pages.few, { colorScheme });
    await page.getByRole("button", { name: /Keys/ }).click();
    await page.getByRole("dialog").waitFor();
    assert.deepEqual(await findings(page), []);
    await context.close();
  });
}

test("narrow", async () => {
  for (const hash of Object.values(VIEWS)) {
    const { page, context } = await open(browser, pages.few, { hash, viewport: { width: 360, height: 740 } });
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    assert.deepEqual(await findings(page), []);
    await context.close();
  }
});
