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

/** Texts of the open dialog with too little contrast: axe gives no answer above a backdrop. */
const faint = (page) => page.evaluate(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parts = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (color) => {
    const [r, g, b] = [...parts(color)].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) if (parts(getComputedStyle(at).backgroundColor)[3] === 255) return getComputedStyle(at).backgroundColor;
    return "white";
  };
  const told = [...document.querySelectorAll("dialog[open] *")].filter((element) => !element.disabled && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  if (told.length < 3) return [`only ${told.length} texts`];
  return told.filter((element) => {
    const [low, high] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05) < 4.5;
  }).map((element) => element.outerHTML.slice(0, 120));
});

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
    for (const name of [/^Keys/, /^Review/]) {
      await page.getByRole("button", { name }).click();
      await page.getByRole("dialog").waitFor();
      assert.deepEqual(await findings(page), []);
      assert.deepEqual(await faint(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    }
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
