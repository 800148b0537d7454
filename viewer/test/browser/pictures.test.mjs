/** The pictures: what they show is what the report counts, and where a click leads. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, pageFrom, unfold } from "../support/browser.mjs";
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

const hash = "#view=pictures";
const table = (page, caption) => page.getByRole("table", { name: caption });

test("each picture is one image with a title and a description, and a table behind it", async () => {
  const { page, context, wrong } = await open(browser, many, { hash });
  for (const name of [/Words told in both/, /Findings by how alike/, /Findings by date/]) {
    const image = page.getByRole("img", { name });
    await image.waitFor();
    assert.ok((await image.locator("desc").textContent()).length > 20);
  }
  await unfold(page);
  assert.equal(await page.getByRole("table").count(), 3);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("the tables add up to the report", async () => {
  const { page, context } = await open(browser, many, { hash });
  await unfold(page);
  const cells = async (caption, column) => {
    const rows = await table(page, caption).locator("tbody tr").all();
    return Promise.all(rows.map(async (row) => Number((await row.locator("th, td").nth(column).innerText()).replaceAll(",", ""))));
  };
  const alike = await cells(/how alike/, 1);
  assert.equal(alike.reduce((sum, n) => sum + n, 0), 400);
  assert.equal(alike[0], report.families.filter((family) => family.similarity === 1).length);
  const words = await cells(/Words told in both/, 2);
  assert.deepEqual(words, words.toSorted((a, b) => b - a));
  const of = new Map(report.documents.map((document) => [document.id, document.source]));
  const pair = new Map();
  for (const family of report.families) {
    const sources = family.occurrences.map((place) => of.get(place.document) ?? "");
    const seen = new Set();
    for (let i = 0; i < sources.length; i++) for (let j = 0; j < i; j++) seen.add([sources[i], sources[j]].sort().join("|"));
    for (const key of seen) pair.set(key, (pair.get(key) ?? 0) + family.words);
  }
  assert.equal(words[0], Math.max(...pair.values()));
  await context.close();
});

test("a bar of time leads to as many findings as it says", async () => {
  const { page, context } = await open(browser, many, { hash });
  await unfold(page);
  const row = table(page, /by week|by day|by month/).locator("tbody tr").nth(3);
  const n = Number((await row.locator("td").first().innerText()).replaceAll(",", ""));
  await row.getByRole("link").click();
  await page.getByRole("status").filter({ hasText: new RegExp(`^${n} of 400`) }).waitFor({ timeout: 5000 });
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Pictures" }).waitFor();
  await context.close();
});

test("what the list shows is what is drawn", async () => {
  const { page, context } = await open(browser, many, { hash: `${hash}&kind=near` });
  const n = report.families.filter((family) => family.kind === "near").length;
  await page.getByText(`Of the ${n} of 400 findings`).waitFor();
  await unfold(page);
  const rows = await table(page, /how alike/).locator("tbody td.number").allInnerTexts();
  assert.equal(rows.reduce((sum, text) => sum + Number(text), 0), n);
  await page.getByRole("button", { name: "Draw all" }).click();
  await page.getByText("Of all 400 findings").waitFor();
  await context.close();
});

test("a box of one finding opens the pair, a box of several lists them", async () => {
  const { page, context, wrong } = await open(browser, few, { hash });
  const box = page.locator(".cell.opens");
  await box.filter({ hasText: /^47$|^4\d$|^3\d$|^2\d$/ }).first().waitFor();
  // The two articles of the night train share one finding: the whole article.
  const words = report && small().families[0].words;
  await box.filter({ hasText: new RegExp(`^${words}$`) }).first().click();
  await page.getByRole("region", { name: "Text on the left" }).waitFor();
  await page.goBack();
  await page.getByRole("combobox", { name: /Compare/ }).selectOption("source");
  const group = page.getByRole("group", { name: /^Map/ });
  await group.focus();
  // Somewhere several findings meet: Wire and Coast Herald share the storm, the phrase and the footer.
  const cells = await page.locator(".cell.opens").all();
  let listed = false;
  for (const cell of cells) {
    await cell.click();
    await page.waitForTimeout(100);
    if (await page.getByRole("button", { name: "Close" }).count()) {
      listed = true;
      break;
    }
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Pictures" }).waitFor();
    await page.getByRole("combobox", { name: /Compare/ }).selectOption("source");
  }
  assert.ok(listed, "a box lists its findings");
  assert.ok((await page.locator(".chosen-pair li").count()) >= 2);
  await page.locator(".chosen-pair").getByRole("link").first().click();
  await page.getByRole("region", { name: "Text on the left" }).waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
});
