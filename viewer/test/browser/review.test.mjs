/** What a review hands over: files whose content is right, and which the program reads. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { binary, folder, launch, open, pageFrom, painted, run } from "../support/browser.mjs";
import { small } from "../support/newsroom.mjs";

let browser;
let file;
const report = small();
const rowOf = (level, kind) => report.families.findIndex((family) => family.level === level && family.kind === kind);
const accepted = rowOf("document", "exact");
const duplicate = rowOf("sentence", "near");
const phrase = rowOf("passage", "exact");
before(async () => {
  browser = await launch();
  file = pageFrom(report);
});
after(() => browser?.close());

async function marked() {
  const opened = await open(browser, file);
  const { page } = opened;
  for (const [family, key] of [[accepted, "a"], [duplicate, "d"], [phrase, "b"]]) {
    await page.evaluate((hash) => { location.hash = hash; }, `#view=family&family=${family}`);
    await page.getByRole("list", { name: "Places" }).waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    await painted(page);
    await page.keyboard.press(key);
    await page.locator('[aria-pressed="true"]').first().waitFor();
  }
  await page.getByRole("button", { name: /^Review/ }).click();
  await page.getByRole("dialog", { name: /review/i }).waitFor();
  return opened;
}

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return { name: download.suggestedFilename(), path, text: readFileSync(path, "utf8") };
}

test("the baseline names what was accepted and what was known, and the program reads it", async () => {
  const { page, context, wrong } = await marked();
  const { text, path } = await saved(page, "Save baseline");
  const fingerprint = report.families[accepted].fingerprint;
  const known = report.families.find((family) => family.state === "known").fingerprint;
  assert.ok(text.includes(fingerprint) && text.includes(known));
  assert.ok(!text.includes(report.families[duplicate].fingerprint));
  if (binary) {
    const shown = run("baseline", "show", "--isolated", "--baseline", path);
    assert.ok(shown.includes(fingerprint.slice(0, 12)), shown);
    assert.ok(shown.includes(known.slice(0, 12)), shown);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("the program takes accepted findings for known", { skip: binary ? false : "TWICETOLD names no binary" }, async () => {
  const corpus = join(folder, "corpus");
  mkdirSync(corpus);
  const twice = "The lighthouse keeper counted fourteen ships before the fog closed over the bay and the horn began.";
  writeFileSync(join(corpus, "a.txt"), `Monday was calm.\n\n${twice}\n\nNobody spoke of it.\n`);
  writeFileSync(join(corpus, "b.txt"), `Tuesday was not.\n\n${twice}\n\nThe bay was empty by noon.\n`);
  const out = join(folder, "corpus.json");
  run("scan", "--isolated", corpus, "-f", `json=${out}`);
  const { page, context } = await open(browser, pageFrom(out), { hash: "#view=family&family=0" });
  await page.getByRole("list", { name: "Places" }).waitFor();
  await painted(page);
  await page.keyboard.press("a");
  await page.locator('[aria-pressed="true"]').first().waitFor();
  await page.getByRole("button", { name: /^Review/ }).click();
  const { path } = await saved(page, "Save baseline");
  const before = JSON.parse(readFileSync(out, "utf8")).families.map((family) => family.fingerprint);
  const again = JSON.parse(run("scan", "--isolated", corpus, "--baseline", path, "-f", "json"));
  assert.deepEqual(again.families.map((family) => [family.fingerprint, family.state]), before.map((fingerprint, n) => [fingerprint, n ? "new" : "known"]));
  await context.close();
});

test("rules name the text and the reason", async () => {
  const { page, context, wrong } = await marked();
  await page.getByRole("textbox", { name: /Reason/ }).fill('said of all, "really"');
  const { text, name } = await saved(page, "Save rules");
  assert.match(name, /\.toml$/);
  assert.match(text, /\[\[allow\]\]/);
  assert.ok(text.includes(String.raw`said of all, \"really\"`) || text.includes(`'said of all, "really"'`), text);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("the list of duplicates has a row for each place that may go", async () => {
  const { page, context, wrong } = await marked();
  const csv = await saved(page, "Save as CSV");
  assert.match(csv.name, /\.csv$/);
  assert.ok(csv.text.includes("herald-storm.txt"));
  assert.equal(csv.text.trim().split("\n").length, 2, csv.text);
  const lines = await saved(page, "Save as JSON lines");
  const rows = lines.text.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(rows.length, 1);
  assert.match(JSON.stringify(rows[0]), /herald-storm\.txt/);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("marks can be saved, taken away and brought back", async () => {
  const { page, context, wrong } = await marked();
  const { path } = await saved(page, "Save all marks");
  await page.getByRole("button", { name: "Take all marks away" }).click();
  await page.getByText(/0 of 5 findings marked/).waitFor();
  await page.locator('input[type="file"]').setInputFiles(path);
  await page.getByText(/3 of 5 findings marked/).waitFor();
  const wrongFile = join(folder, "wrong.json");
  writeFileSync(wrongFile, "{not json");
  await page.locator('input[type="file"]').setInputFiles(wrongFile);
  await page.waitForTimeout(300);
  await page.getByText(/3 of 5 findings marked/).waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
});

test("without a place to keep marks the page works and says so", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("refused", "SecurityError"); } });
  });
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`file://${file}#view=family&family=0`);
  await page.getByRole("list", { name: "Places" }).waitFor();
  await painted(page);
  await page.keyboard.press("a");
  await page.locator('[aria-pressed="true"]').first().waitFor();
  await page.getByRole("button", { name: /^Review/ }).click();
  await page.getByText(/keeps nothing/).first().waitFor();
  assert.deepEqual(errors, []);
  await context.close();
});
