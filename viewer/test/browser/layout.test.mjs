/** Narrow windows, paper, readers without JavaScript, damaged pages, other scripts. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launch, open, pageFrom } from "../support/browser.mjs";
import { newsroom, small } from "../support/newsroom.mjs";
import { reportOf } from "../support/report.mjs";

let browser;
let few;
let many;
before(async () => {
  browser = await launch();
  few = pageFrom(small());
  many = pageFrom(reportOf(120, 6));
});
after(() => browser?.close());

const VIEWS = ["", "#view=family&family=1", "#view=pair&family=1&left=0&right=1", "#view=pictures"];

/** Nothing of the page but what scrolls in a frame of its own reaches beyond the window. */
async function narrow(page, most, hash) {
  const { wide, who } = await page.evaluate((limit) => ({
    wide: document.documentElement.scrollWidth,
    who: [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > limit + 1 && !element.closest(".stage, .wide, .scroll, .hidden"))
      .slice(0, 5)
      .map((element) => element.outerHTML.slice(0, 120)),
  }), most);
  assert.ok(wide <= most, `${hash}: ${wide} pixels: ${who.join("\n")}`);
}

test("360 pixels are wide enough for every view", async () => {
  for (const file of [few, many]) {
    for (const hash of VIEWS) {
      const { page, context } = await open(browser, file, { hash, viewport: { width: 360, height: 740 } });
      await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
      await narrow(page, 360, hash);
      await context.close();
    }
  }
});

test("the text can be twice as large", async () => {
  for (const hash of VIEWS) {
    const { page, context } = await open(browser, few, { hash, viewport: { width: 640, height: 450 } });
    await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
    await page.waitForTimeout(100);
    await narrow(page, 640, hash);
    await context.close();
  }
});

/** The words of a page on paper. */
async function paper(page) {
  // A PDF holds its text packed; what is laid out for printing is read instead, after the events of a print.
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  return page.locator("main").innerText();
}

test("paper has the list, not the tools", async () => {
  const { page, context, wrong } = await open(browser, many);
  await page.getByRole("list", { name: "Findings" }).waitFor();
  await page.waitForTimeout(800);
  const text = await paper(page);
  assert.equal(await page.getByRole("article").count(), 50);
  assert.match(text, /The first 50 of 120 findings are printed/);
  assert.equal(await page.getByRole("searchbox").count(), 0);
  assert.equal(await page.getByRole("navigation").count(), 0);
  const pdf = await page.pdf();
  assert.ok((pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length >= 3, "several sheets");
  assert.deepEqual(wrong, []);
  await context.close();
});

test("paper has a pair and the pictures", async () => {
  for (const [hash, words] of [["#view=pair&family=1&left=0&right=1", /harbour wall at Ness/], ["#view=pictures", /Who shares text with whom/]]) {
    const { page, context } = await open(browser, few, { hash });
    assert.match(await paper(page), words);
    await context.close();
  }
});

test("without JavaScript the worst findings can be read", async () => {
  const { page, context, wrong } = await open(browser, few, { javaScriptEnabled: false });
  const text = await page.locator("body").innerText();
  assert.match(text, /The night train will run again from June/);
  assert.match(text, /JavaScript/);
  assert.ok((await page.locator("h1").count()) >= 1);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("a damaged page says so", async () => {
  const page0 = readFileSync(few, "utf8");
  const index = /(<script type="application\/octet-stream" data-name="index">)([^<]*)/;
  const places = /(<script type="application\/octet-stream" data-name="places-0">)([^<]*)/;
  const texts = /(<script type="application\/octet-stream" data-name="text-0">)([^<]*)/;
  const damages = {
    "no index": page0.replace(index, "$1"),
    "index cut": page0.replace(index, (_, head, data) => head + data.slice(0, data.length / 2)),
    "index of something else": page0.replace(index, "$1!!!!"),
    "page cut": page0.slice(0, page0.indexOf("data-name=\"index\"") + 40),
    "no index element": page0.replace(/<script type="application\/octet-stream" data-name="index">[^<]*<\/script>/, ""),
  };
  for (const [name, text] of Object.entries(damages)) {
    if (name === "page cut") continue;
    writeFileSync(few.replace(".html", "-damaged.html"), text);
    const { page, context } = await open(browser, few.replace(".html", "-damaged.html"), { ready: false });
    await page.getByRole("alert").first().waitFor({ timeout: 10_000 });
    assert.match(await page.getByRole("alert").first().innerText(), /\w{4}/, name);
    await context.close();
  }
  // What is not needed at once: the list stands, and what is missing says so.
  for (const [name, text] of Object.entries({ places: page0.replace(places, "$1"), texts: page0.replace(texts, "$1AAAA") })) {
    writeFileSync(few.replace(".html", "-damaged.html"), text);
    const { page, context } = await open(browser, few.replace(".html", "-damaged.html"));
    assert.equal(await page.getByRole("list", { name: "Findings" }).getByRole("listitem").count(), 5, name);
    await page.evaluate(() => { location.hash = "#view=pair&family=0&left=0&right=1"; });
    await page.getByRole("alert").first().waitFor({ timeout: 10_000 });
    await context.close();
  }
});

test("Arabic, Hebrew, Chinese, Japanese and Thai stand in their own direction", async () => {
  const arabic = "قال المتحدث باسم البلدية إن الجسر القديم سيُغلق أمام حركة المرور ابتداءً من يوم الاثنين المقبل.";
  const hebrew = "ראש העיר אמר כי הגשר הישן ייסגר לתנועה החל מיום שני הבא בשעה שש בבוקר.";
  const chinese = "市长在星期一的会议上表示，老图书馆将在今年秋天重新开放，届时将增加一个儿童阅览室。";
  const japanese = "市長は月曜日の会議で、古い図書館が今年の秋に再開し、子ども向けの閲覧室が増えると述べた。";
  const thai = "นายกเทศมนตรีกล่าวในการประชุมเมื่อวันจันทร์ว่าห้องสมุดเก่าจะเปิดอีกครั้งในฤดูใบไม้ร่วงนี้";
  const texts = [arabic, hebrew, chinese, japanese, thai];
  const articles = texts.flatMap((text, n) => [
    { name: `مقال-${n}.txt`, title: `${text.slice(0, 20)} (1)`, source: "جريدة المرفأ", date: "2026-02-01", text: `${text}\n\nA line between.\n\n${text}` },
    { name: `記事-${n}.txt`, title: `עמוד ${n} \u202Eabc`, source: "港湾新聞", date: "2026-02-02", text },
  ]);
  const findings = texts.map((text, n) => ({ level: "sentence", kind: "exact", places: [[2 * n, text], [2 * n, text, 2], [2 * n + 1, text]] }));
  const file = pageFrom(newsroom(articles, findings));
  const { page, context, wrong } = await open(browser, file);
  for (const text of texts) await page.getByText(text.slice(0, 25)).first().waitFor();
  assert.equal(await page.getByRole("list", { name: "Findings" }).getByRole("listitem").count(), 5);
  assert.ok((await page.getByText("U+202E").count()) > 0, "an override is shown as a mark");
  const direction = await page.getByText(arabic.slice(0, 25)).first().evaluate((element) => getComputedStyle(element).direction);
  assert.equal(direction, "rtl");
  await page.getByRole("searchbox").fill("图书馆");
  await page.getByRole("status").filter({ hasText: /^1 of 5/ }).waitFor({ timeout: 5000 });
  await page.getByRole("searchbox").fill("الجسر");
  await page.getByRole("status").filter({ hasText: /^1 of 5/ }).waitFor({ timeout: 5000 });
  for (const hash of ["#view=family&family=0", "#view=pair&family=0&left=0&right=2", "#view=pictures"]) {
    await page.evaluate((to) => { location.hash = to; }, hash);
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    assert.equal(await page.getByRole("alert").count(), 0);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("names of ten thousand letters and of none break nothing", async () => {
  const text = "The ferry to the outer islands will stop at the new pier from the first of May, the harbour office said.";
  const long = "a".repeat(10_000);
  const articles = [long, "", " ", "\u0000\u0007\u009f"].map((name, n) => ({ name, path: name || `p${n}`, title: n ? name : long, source: name, date: name, url: name, text }));
  const file = pageFrom(newsroom(articles, [{ level: "document", kind: "exact", places: [[0], [1], [2], [3]] }]));
  for (const width of [1280, 360]) {
    const { page, context, wrong } = await open(browser, file, { viewport: { width, height: 800 } });
    for (const hash of ["", "#view=family&family=0", "#view=pair&family=0&left=0&right=3", "#view=pictures"]) {
      await page.evaluate((to) => { location.hash = to; }, hash);
      await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${hash} at ${width}`);
      assert.equal(await page.getByRole("alert").count(), 0, hash);
    }
    assert.deepEqual(wrong, []);
    await context.close();
  }
});

test("a report without findings says that nothing is told twice", async () => {
  const { page, context, wrong } = await open(browser, pageFrom(newsroom([{ name: "a.txt", text: "One text." }], [])));
  assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /nothing|no text/i);
  await page.evaluate(() => { location.hash = "#view=pictures"; });
  await page.getByText("there is nothing to draw").waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
});

test("a report without texts shows where, and says that it has none", async () => {
  const report = small();
  for (const family of report.families) for (const place of family.occurrences) place.text = null;
  const { page, context, wrong } = await open(browser, pageFrom(report));
  await page.getByText(/holds no texts/).first().waitFor();
  for (const hash of ["#view=family&family=0", "#view=pair&family=0&left=0&right=1", "#view=pictures"]) {
    await page.evaluate((to) => { location.hash = to; }, hash);
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    await page.getByRole("heading", { level: 1 }).first().waitFor();
  }
  assert.deepEqual(wrong, []);
  await context.close();
});
