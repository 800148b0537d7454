/** The first screen: what stands there, and what search, facets and order do to it and to the address. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, pageFrom } from "../support/browser.mjs";
import { small } from "../support/newsroom.mjs";
import { reportOf } from "../support/report.mjs";

let browser;
let few;
let many;
const report = reportOf(400, 4);
before(async () => {
  browser = await launch();
  few = pageFrom(small());
  many = pageFrom(report);
});
after(() => browser?.close());

const rows = (page) => page.getByRole("list", { name: "Findings" }).getByRole("listitem");
const status = (page) => page.getByRole("status").first();
const counts = (page) => page.getByRole("status").filter({ hasText: "finding" }).first();

test("the first screen says how bad it is and shows the worst", async () => {
  const { page, context, wrong } = await open(browser, few);
  await rows(page).first().waitFor();
  assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /told twice/);
  assert.match(await counts(page).innerText(), /^5 findings$/);
  assert.equal(await rows(page).count(), 5);
  await page.getByText("The night train will run again").first().waitFor();
  assert.match(await rows(page).first().innerText(), /Same article, word for word/);
  assert.match(await page.title(), /twicetold/);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("a search leaves what has the words, and stands in the address", async () => {
  const { page, context, wrong } = await open(browser, few);
  await page.getByRole("searchbox").fill("sleeping kitchen");
  await counts(page).filter({ hasText: /^1 of/ }).waitFor();
  assert.equal(await rows(page).count(), 1);
  assert.match(decodeURIComponent(new URL(page.url()).hash), /search=sleeping[+ ]kitchen/);
  await page.reload();
  await counts(page).filter({ hasText: /^1 of/ }).waitFor();
  assert.equal(await page.getByRole("searchbox").inputValue(), "sleeping kitchen");
  await page.getByRole("searchbox").fill("no such word anywhere");
  await page.getByText("No finding fits").waitFor();
  await page.getByRole("button", { name: "Clear all" }).first().click();
  await counts(page).filter({ hasText: /^5 findings/ }).waitFor();
  assert.equal(new URL(page.url()).hash.replace("#", ""), "");
  assert.deepEqual(wrong, []);
  await context.close();
});

test("facets narrow the list to what the report counts, and a reload keeps them", async () => {
  const { page, context, wrong } = await open(browser, many);
  const expect = async (families) => {
    const n = report.families.filter(families).length;
    assert.ok(n > 0 && n < 400, "the fixture has some");
    await counts(page).filter({ hasText: new RegExp(`^${n} of 400 findings`) }).waitFor({ timeout: 5000 });
  };
  const facet = (name) => page.getByRole("group", { name: "Narrow down" }).getByRole("checkbox", { name });
  await facet(/^Paragraphs/).check();
  await expect((family) => family.level === "paragraph");
  await facet(/^Edited/).check();
  await expect((family) => family.level === "paragraph" && family.kind === "near");
  await facet(/^Sentences/).check();
  await expect((family) => ["paragraph", "sentence"].includes(family.level) && family.kind === "near");
  const hash = new URL(page.url()).hash;
  assert.match(hash, /level=paragraph/);
  assert.match(hash, /kind=near/);
  await page.reload();
  await expect((family) => ["paragraph", "sentence"].includes(family.level) && family.kind === "near");
  assert.ok(await facet(/^Edited/).isChecked());
  await page.getByRole("button", { name: /Edited.*leave out/ }).click();
  await expect((family) => ["paragraph", "sentence"].includes(family.level));
  assert.deepEqual(wrong, []);
  await context.close();
});

test("a source with a comma in its name can be chosen and survives a reload", async () => {
  const { page, context } = await open(browser, many);
  const more = page.getByRole("button", { name: /^Show all/ });
  if (await more.count()) await more.first().click();
  await page.getByRole("checkbox", { name: /^Nordkurier, Beilage/ }).check();
  const of = new Map(report.documents.map((document) => [document.id, document.source]));
  const n = report.families.filter((family) => family.occurrences.some((place) => of.get(place.document) === "Nordkurier, Beilage")).length;
  await counts(page).filter({ hasText: new RegExp(`^${n} of`) }).waitFor({ timeout: 5000 });
  await page.reload();
  await counts(page).filter({ hasText: new RegExp(`^${n} of`) }).waitFor({ timeout: 5000 });
  await context.close();
});

test("an order is kept in the address and puts the right finding first", async () => {
  const { page, context, wrong } = await open(browser, many);
  await page.getByRole("combobox", { name: "Order" }).selectOption({ label: "Most places first" });
  const most = Math.max(...report.families.filter((family) => family.state !== "suppressed" && !family.class).map((family) => family.occurrences.length));
  await rows(page).first().filter({ hasText: new RegExp(`in ${most} articles|${most} places`) }).waitFor({ timeout: 5000 });
  const first = await rows(page).first().innerText();
  assert.match(new URL(page.url()).hash, /sort=members/);
  await page.reload();
  await rows(page).first().filter({ hasText: new RegExp(`in ${most} articles|${most} places`) }).waitFor({ timeout: 5000 });
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  assert.equal((await rows(page).first().innerText()).split("\n")[0], first.split("\n")[0]);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("every row can be scrolled to, and only those in sight are made", async () => {
  const { page, context, wrong } = await open(browser, many);
  await rows(page).first().waitFor();
  assert.ok((await rows(page).count()) < 80);
  assert.equal(await rows(page).first().getAttribute("aria-setsize"), "400");
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await page.locator('[aria-posinset="400"]').waitFor({ timeout: 5000 });
  await page.locator('[aria-posinset="400"]').scrollIntoViewIfNeeded();
  assert.ok((await rows(page).count()) < 80);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("problems with the input and the settings of the run can be read", async () => {
  const { page, context } = await open(browser, few);
  await page.getByText(/1 problem/).first().click();
  await page.getByText("the line is no JSON: mend or remove it").waitFor();
  await page.getByText("Settings of the run").click();
  await page.getByText("containment_words").first().waitFor();
  await context.close();
});

test("only one status speaks of counts", async () => {
  const { page, context } = await open(browser, few);
  await status(page).waitFor();
  assert.equal(await page.getByRole("status").filter({ hasText: "finding" }).count(), 1);
  await context.close();
});
