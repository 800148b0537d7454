/** A finding with its places, and two of them side by side: what is the same, what differs, and the way there and back. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, pageFrom } from "../support/browser.mjs";
import { small } from "../support/newsroom.mjs";

let browser;
let file;
const report = small();
const near = report.families.findIndex((family) => family.kind === "near");
const whole = report.families.findIndex((family) => family.level === "document");
before(async () => {
  browser = await launch();
  file = pageFrom(report);
});
after(() => browser?.close());

const left = (page) => page.getByRole("region", { name: "Text on the left" });
const right = (page) => page.getByRole("region", { name: "Text on the right" });

test("from the list to a finding, its pair, and back", async () => {
  const { page, context, wrong } = await open(browser, file);
  await page.getByRole("list", { name: "Findings" }).getByRole("link", { name: /Edited sentence/ }).click();
  await page.getByRole("heading", { level: 1, name: /Edited sentence/ }).waitFor();
  const places = page.getByRole("list", { name: "Places" });
  await places.getByText("Sea breaks the wall at Ness").first().waitFor();
  await places.getByText("Nine boats lost").first().waitFor();
  await page.getByRole("link", { name: /Side by side/ }).click();
  await left(page).waitFor();
  assert.match(new URL(page.url()).hash, /view=pair/);
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: /Edited sentence/ }).waitFor();
  await page.goBack();
  await page.getByRole("list", { name: "Findings" }).waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
});

test("a pair marks the words that differ, and those alone", async () => {
  const { page, context, wrong } = await open(browser, file, { hash: `#view=pair&family=${near}&left=0&right=1` });
  await left(page).getByText(/harbour wall/).first().waitFor();
  const marked = async (side) => (await side(page).locator("del, ins").evaluateAll((list) => list.map((element) => {
    // Without what is said to screen readers only.
    const copy = element.cloneNode(true);
    for (const hidden of copy.querySelectorAll(".hidden")) hidden.remove();
    return copy.textContent;
  }))).join(" ").split(/\s+/).filter(Boolean);
  assert.deepEqual(await marked(left), ["four", "took"]);
  assert.deepEqual(await marked(right), ["five", "carried", "off"]);
  assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /80/);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("swapping changes sides, and a reload keeps them", async () => {
  const { page, context } = await open(browser, file, { hash: `#view=pair&family=${near}&left=0&right=1` });
  await left(page).filter({ hasText: /after.*four/ }).waitFor();
  await page.getByRole("button", { name: /Swap/ }).click();
  await left(page).filter({ hasText: /after.*five/ }).waitFor();
  await page.reload();
  await left(page).filter({ hasText: /after.*five/ }).waitFor();
  await context.close();
});

test("two whole articles in the same words have no marked word", async () => {
  const { page, context } = await open(browser, file, { hash: `#view=pair&family=${whole}&left=0&right=1` });
  await left(page).getByText(/Travellers were pleased/).first().waitFor();
  assert.equal(await left(page).locator("del, ins").count(), 0);
  assert.equal(await right(page).locator("del, ins").count(), 0);
  assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /word for word|same/i);
  await context.close();
});

test("a citation can be copied or is shown to be copied", async () => {
  const { page, context, wrong } = await open(browser, file, { hash: `#view=pair&family=${near}&left=0&right=1`, permissions: ["clipboard-read", "clipboard-write"] });
  await left(page).getByText(/harbour wall/).first().waitFor();
  await page.getByRole("button", { name: /Copy citation/ }).click();
  await page.waitForTimeout(300);
  const dialog = page.getByRole("dialog");
  const text = (await dialog.count()) && (await dialog.first().isVisible()) ? await dialog.first().innerText() + (await dialog.first().locator("textarea").inputValue().catch(() => "")) : await page.evaluate(() => navigator.clipboard.readText());
  assert.match(text, /wire-storm|Sea breaks/);
  assert.match(text, /Nine boats/);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("an address becomes a link only when it is one of the web, and tells nobody where it is followed from", async () => {
  const { page, context } = await open(browser, file, { hash: `#view=family&family=${near}` });
  const link = page.locator('a[href^="http"]').first();
  await link.waitFor();
  assert.match(await link.getAttribute("href"), /^https?:\/\/(wire|herald)\.example/);
  assert.match(await link.getAttribute("rel"), /noopener/);
  assert.match(await link.getAttribute("rel"), /noreferrer/);
  await context.close();
});

test("a finding or place that is not there says so", async () => {
  for (const hash of ["#view=family&family=999", "#view=pair&family=999&left=0&right=1"]) {
    const { page, context, wrong } = await open(browser, file, { hash });
    await page.getByRole("alert").filter({ hasText: "no such finding" }).waitFor();
    assert.deepEqual(wrong, []);
    await context.close();
  }
  for (const sides of ["left=7&right=9", "left=0&right=0", "left=1&right=1"]) {
    const { page, context, wrong } = await open(browser, file, { hash: `#view=pair&family=${near}&${sides}` });
    await left(page).getByText(/harbour wall/).first().waitFor();
    assert.deepEqual(wrong, []);
    await context.close();
  }
});
