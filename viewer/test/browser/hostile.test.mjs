/** Texts that want to be more than text: in every field of a report, none of them may run, ask for anything or become markup. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, pageFrom, unfold } from "../support/browser.mjs";
import { newsroom, SETTINGS } from "../support/newsroom.mjs";

const HIT = "window.__hit=(window.__hit||0)+1";
const SCRIPT = `<script>${HIT}</script>`;
const IMAGE = `<img src=x onerror="${HIT}">`;

/** What is told to run `HIT` in one way or another. */
const PAYLOADS = [
  SCRIPT,
  IMAGE,
  `"><script>${HIT}</script>`,
  `'><script>${HIT}</script>`,
  `</script><script>${HIT}</script>`,
  `</ScRiPt ><script>${HIT}</script>`,
  `</noscript>${SCRIPT}`,
  `</noscript>${IMAGE}`,
  `</style>${SCRIPT}`,
  `</title>${SCRIPT}`,
  `</textarea>${SCRIPT}`,
  `</template>${SCRIPT}`,
  `</svg>${SCRIPT}`,
  `</select>${IMAGE}`,
  `</option>${IMAGE}`,
  `--><script>${HIT}</script><!--`,
  `<!--<script>${HIT}</script>`,
  `<!--<script>`,
  `]]>${SCRIPT}`,
  `<![CDATA[${SCRIPT}]]>`,
  `<!--twicetold:data-->${SCRIPT}`,
  `<!--twicetold:noscript-->`,
  `<svg onload="${HIT}">`,
  `<svg><script>${HIT}</script></svg>`,
  `<svg><animate onbegin="${HIT}" attributeName=x dur=1s>`,
  `<svg><style><img src=x onerror="${HIT}"></style></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${HIT}">`,
  `<iframe src="javascript:${HIT}"></iframe>`,
  `<iframe srcdoc="${SCRIPT.replaceAll('"', "&quot;")}"></iframe>`,
  `<object data="javascript:${HIT}"></object>`,
  `<embed src="javascript:${HIT}">`,
  `<a href="javascript:${HIT}">read more</a>`,
  `javascript:${HIT}`,
  `JaVaScRiPt:${HIT}//`,
  `java\tscript:${HIT}`,
  ` javascript:${HIT}`,
  `\u0001javascript:${HIT}`,
  `https:javascript:${HIT}`,
  `https://a.example/"onmouseover="${HIT}`,
  `https://a.example/' autofocus onfocus='${HIT}`,
  `data:text/html,${SCRIPT}`,
  `vbscript:${HIT}`,
  `file:///etc/passwd`,
  `blob:https://a.example/${SCRIPT}`,
  `//a.example/x.js`,
  `<base href="https://a.example/">`,
  `<meta http-equiv="refresh" content="0;url=https://a.example/">`,
  `<link rel="stylesheet" href="https://a.example/x.css">`,
  `<link rel="prefetch" href="https://a.example/x">`,
  `<form action="https://a.example/"><button autofocus>Save</button></form>`,
  `<input autofocus onfocus="${HIT}">`,
  `<details open ontoggle="${HIT}">`,
  `<video><source onerror="${HIT}"></video>`,
  `<audio src=x onerror="${HIT}">`,
  `<body onload="${HIT}">`,
  `<marquee onstart="${HIT}">`,
  `<style>@import 'https://a.example/x.css'; *{background:url(https://a.example/x)}</style>`,
  `<p style="background:url(https://a.example/x);position:fixed;inset:0">`,
  `{{constructor.constructor('${HIT}')()}}`,
  "${" + HIT + "}",
  `\u2028${HIT}\u2029`,
  `%3Cscript%3E${HIT}%3C/script%3E`,
  `&lt;script&gt;${HIT}&lt;/script&gt;`,
  `\\u003cscript\\u003e${HIT}`,
  `\u202e${SCRIPT}`,
  `\u0000<\u0000script>${HIT}</script>`,
];

/** One article and its copy for each payload, with the payload in every field that holds text. */
function hostile() {
  const articles = PAYLOADS.flatMap((payload, n) => [0, 1].map((copy) => ({
    name: `${payload}${copy}`,
    path: `${payload}/${n}-${copy}`,
    title: copy ? payload : `${n} ${payload}`,
    date: copy ? payload : `2026-01-${String((n % 28) + 1).padStart(2, "0")}`,
    source: payload,
    url: payload,
    text: `${payload} and some words of article ${n} ${copy ? "" : "before it, "}which stand around it ${payload}`,
  })));
  const findings = PAYLOADS.map((payload, n) => ({
    level: ["document", "paragraph", "sentence", "passage"][n % 4],
    kind: n % 2 ? "near" : "exact",
    similarity: n % 2 ? 0.8 : 1,
    places: [[2 * n], [2 * n + 1]],
    ...(n % 5 === 0 ? { state: "suppressed", suppressed_by: `allow: ${payload}` } : {}),
  }));
  const problems = PAYLOADS.map((payload, n) => ({ path: payload, record: n + 1, line: n + 1, kind: payload, message: payload }));
  return newsroom(articles, findings, { problems, settings: { profile: PAYLOADS.join(" "), passage: { ...SETTINGS.passage } } });
}

/** Elements that only markup of others could have made. */
const FOREIGN = "img, iframe, object, embed, video, audio, source, base, link, form:not([method=dialog]), marquee, math, svg script, svg style, svg animate, template, textarea:not([readonly]), title ~ title";

const check = (page) => page.evaluate((foreign) => ({
  hit: window.__hit ?? 0,
  foreign: [...document.querySelectorAll(foreign)].map((element) => element.outerHTML.slice(0, 200)),
  scripts: [...document.scripts].filter((script) => script.type !== "application/octet-stream").length,
  styles: document.querySelectorAll("style").length,
  metas: document.querySelectorAll("meta[http-equiv]").length,
  handlers: [...document.querySelectorAll("*")].filter((element) => [...element.attributes].some((attribute) => /^on/i.test(attribute.name))).length,
  links: [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href")).filter((href) => !href.startsWith("#") && !/^https?:\/\//i.test(href)),
  kept: [...document.querySelectorAll("a[href^=http]")].filter((link) => !/noopener/.test(link.rel) || !/noreferrer/.test(link.rel)).map((link) => link.href),
}), FOREIGN);
const CLEAN = { hit: 0, foreign: [], scripts: 1, styles: 1, metas: 1, handlers: 0, links: [], kept: [] };

let browser;
let file;
before(async () => {
  browser = await launch();
  file = pageFrom(hostile());
});
after(() => browser?.close());

test("there are sixty ways or more", () => assert.ok(new Set(PAYLOADS).size >= 60));

test("none runs, asks or becomes markup in the list, its details and the pictures", async () => {
  const { page, context, wrong } = await open(browser, file);
  const list = page.getByRole("list", { name: "Findings" });
  await list.getByRole("listitem").first().waitFor();
  await unfold(page);
  const show = page.getByRole("button", { name: /^Show (all|the|more)/ });
  for (let n = await show.count(); n > 0; n--) await show.nth(n - 1).click();
  const high = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let y = 0; y < high; y += 600) {
    await page.evaluate((top) => window.scrollTo(0, top), y);
    await page.waitForTimeout(30);
    assert.deepEqual(await check(page), CLEAN);
  }
  await page.getByRole("searchbox").fill(SCRIPT);
  await page.waitForTimeout(500);
  assert.deepEqual(await check(page), CLEAN);
  await page.evaluate(() => { location.hash = "#view=pictures"; });
  await page.getByRole("heading", { level: 1, name: "Pictures" }).waitFor();
  await unfold(page);
  for (const by of ["document", "folder", "source"]) {
    await page.getByRole("combobox", { name: /Compare/ }).selectOption(by);
    assert.deepEqual(await check(page), CLEAN);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("none runs, asks or becomes markup in any finding or pair", async () => {
  const { page, context, wrong } = await open(browser, file);
  for (let family = 0; family < PAYLOADS.length; family++) {
    for (const view of ["family", "pair"]) {
      await page.evaluate((hash) => { location.hash = hash; }, `#view=${view}&family=${family}&left=0&right=1`);
      await page.getByText(/and some words of article/).first().waitFor();
      const found = await check(page);
      assert.deepEqual(found, CLEAN, `${view} ${family}`);
    }
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("none becomes markup in the part for readers without JavaScript", async () => {
  const { page, context, wrong } = await open(browser, file, { javaScriptEnabled: false });
  assert.match(await page.locator("body").innerText(), /and some words of article/);
  assert.deepEqual(await check(page), { ...CLEAN, kept: [] });
  const text = await page.locator("noscript, body").first().textContent();
  for (const payload of [SCRIPT, IMAGE, `</noscript>${SCRIPT}`]) assert.ok(text.includes(payload), payload);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("an address in the hash runs nothing either", async () => {
  const { page, context, wrong, address } = await open(browser, file);
  for (const [n, payload] of PAYLOADS.entries()) {
    const once = encodeURIComponent(payload);
    const hash = `#search=${once}&source=${encodeURIComponent(once)}&sort=${once}&review=${encodeURIComponent(once)}&from=${once}&to=${once}&view=${n % 3 ? "findings" : "pictures"}`;
    // As it is followed, and as it is opened.
    await page.goto(address + hash);
    if (n % 8 === 0) await page.reload();
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    assert.deepEqual(await check(page), CLEAN, payload);
  }
  assert.deepEqual(wrong.filter((line) => !/does not conform to the required format/.test(line)), []);
  await context.close();
});
