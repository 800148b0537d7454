/** With keys alone: from the first screen to a pair and back, marks, facets, the map, the list of keys. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, pageFrom, painted } from "../support/browser.mjs";
import { small } from "../support/newsroom.mjs";
import { reportOf } from "../support/report.mjs";

let browser;
let few;
let many;
before(async () => {
  browser = await launch();
  few = pageFrom(small());
  many = pageFrom(reportOf(400, 4));
});
after(() => browser?.close());

const focus = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const { width, height } = element.getBoundingClientRect();
  // A row is ringed as a whole, by what its link spans over it.
  const ring = [null, "::after"].some((part) => {
    const style = getComputedStyle(element, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  });
  return { tag: element.tagName, text: (element.getAttribute("aria-label") ?? element.innerText ?? "").trim().concat(element.labels?.[0]?.innerText ?? "").slice(0, 60), seen: width > 0 && height > 0, ring };
});

/** Presses Tab until the focus is on something called so. */
async function tabTo(page, name, most = 80) {
  for (let n = 0; n < most; n++) {
    await page.keyboard.press("Tab");
    const now = await focus(page);
    if (name.test(now.text)) return now;
  }
  assert.fail(`no ${name} within ${most} tabs`);
}

test("from load to a pair and back with Tab, Enter and Escape", async () => {
  const { page, context, wrong } = await open(browser, few);
  await page.getByRole("list", { name: "Findings" }).waitFor();
  const link = await tabTo(page, /^Edited sentence|^Same article/);
  assert.ok(link.seen && link.ring, "the focus is seen");
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Places" }).waitFor();
  await tabTo(page, /Side by side/);
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Text on the left" }).waitFor();
  await tabTo(page, /Text on the left/);
  await page.keyboard.press("Escape");
  await page.getByRole("list", { name: "Places" }).waitFor();
  await painted(page);
  await page.keyboard.press("Escape");
  await page.getByRole("list", { name: "Findings" }).waitFor();
  await page.waitForTimeout(200);
  assert.match((await focus(page)).text, /Same article|Edited sentence/, "the focus is back on the finding that was opened");
  assert.deepEqual(wrong, []);
  await context.close();
});

test("j, k and arrows walk the list, o opens the pair, n and p its passages", async () => {
  const { page, context, wrong } = await open(browser, many);
  await page.getByRole("list", { name: "Findings" }).waitFor();
  const at = () => page.evaluate(() => document.activeElement.closest("[aria-posinset]")?.getAttribute("aria-posinset"));
  await page.keyboard.press("j");
  assert.equal(await at(), "1");
  for (let n = 0; n < 30; n++) await page.keyboard.press("j");
  await page.waitForTimeout(200);
  assert.equal(await at(), "31");
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowUp");
  await page.waitForTimeout(200);
  assert.equal(await at(), "29");
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.activeElement.closest("[aria-posinset]")?.getAttribute("aria-posinset") === "400");
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.activeElement.closest("[aria-posinset]")?.getAttribute("aria-posinset") === "1");
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Places" }).waitFor();
  await painted(page);
  await page.keyboard.press("j");
  await page.getByText("finding 2 of 400").waitFor();
  await page.keyboard.press("o");
  await page.getByRole("region", { name: "Text on the left" }).waitFor();
  await painted(page);
  await page.keyboard.press("n");
  await page.keyboard.press("p");
  await page.keyboard.press("s");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByRole("list", { name: "Findings" }).waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
});

test("marks are set, taken back and kept", async () => {
  const { page, context, wrong } = await open(browser, few, { hash: "#view=family&family=0" });
  await page.getByRole("list", { name: "Places" }).waitFor();
  await painted(page);
  await page.keyboard.press("a");
  await page.locator('button[aria-pressed="true"]', { hasText: "Accept" }).waitFor();
  await page.keyboard.press("d");
  await page.locator('button[aria-pressed="true"]', { hasText: "Duplicate" }).waitFor();
  await page.reload();
  await page.locator('button[aria-pressed="true"]', { hasText: "Duplicate" }).waitFor();
  await painted(page);
  await page.keyboard.press("b");
  await page.locator('button[aria-pressed="true"]', { hasText: "Boilerplate" }).waitFor();
  await page.keyboard.press("u");
  await page.locator('button[aria-pressed="true"]', { hasText: "Duplicate" }).waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
});

test("the search and facets", async () => {
  const { page, context } = await open(browser, few);
  await page.getByRole("list", { name: "Findings" }).waitFor();
  await painted(page);
  await page.keyboard.press("/");
  assert.equal((await focus(page)).tag, "INPUT");
  await page.keyboard.type("library");
  await page.getByRole("status").filter({ hasText: /^1 of 5|^2 of 5/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("status").filter({ hasText: /^5 findings/ }).waitFor();
  await page.getByRole("checkbox", { name: /^Sentences/ }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("status").filter({ hasText: /^1 of 5/ }).waitFor();
  await context.close();
});

test("the pictures: arrows move, Enter opens", async () => {
  const { page, context, wrong } = await open(browser, few, { hash: "#view=pictures" });
  await page.getByRole("group", { name: /^Map/ }).focus();
  await page.keyboard.press("ArrowRight");
  for (const key of ["ArrowDown", "ArrowDown", "Home", "ArrowRight", "End", "ArrowUp", "ArrowLeft"]) await page.keyboard.press(key);
  // To the second row of the first column: the two that share most.
  await page.keyboard.press("Home");
  await page.getByText(/told twice/).first().waitFor();
  const moved = await page.locator("[aria-live=polite]").first().innerText();
  assert.match(moved, /told twice|nothing/);
  await page.getByRole("group", { name: /^Bars/ }).last().focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Findings" }).waitFor();
  assert.match(new URL(page.url()).hash, /from=2026-03-02/);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("the keys are listed, and those of one letter can be switched off", async () => {
  const { page, context } = await open(browser, few);
  await page.getByRole("list", { name: "Findings" }).waitFor();
  await painted(page);
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.waitFor();
  await dialog.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.keyboard.press("/");
  // The box that was ticked may still have the focus; the search must not have got it.
  assert.notEqual(await page.evaluate(() => document.activeElement?.getAttribute("type")), "search");
  await context.close();
});

test("no focus is lost on the way through any view", async () => {
  const { page, context } = await open(browser, few);
  for (const hash of ["", "#view=family&family=1", "#view=pair&family=1&left=0&right=1", "#view=pictures"]) {
    await page.evaluate((to) => { location.hash = to; document.activeElement?.blur(); }, hash);
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    const seen = new Set();
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press("Tab");
      const now = await focus(page);
      if (now.tag === "BODY") break;
      assert.ok(now.seen, `${hash}: ${now.tag} ${now.text}`);
      assert.ok(now.ring, `${hash}: ${now.tag} ${now.text} has no ring`);
      seen.add(`${now.tag} ${now.text}`);
    }
    assert.ok(seen.size > 5);
  }
  await context.close();
});
