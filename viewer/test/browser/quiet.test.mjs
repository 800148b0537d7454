/** Whatever is clicked, the page asks for nothing but itself. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, pageFrom } from "../support/browser.mjs";
import { small } from "../support/newsroom.mjs";

let browser;
let file;
before(async () => {
  browser = await launch();
  file = pageFrom(small());
});
after(() => browser?.close());

/** Links to the web are the reader's own wish and leave the page; all others are followed. */
const CLICKED = 'button, summary, a[href^="#"], input[type="checkbox"], select, .opens, [data-badge]';

for (const hash of ["#", "#view=family&family=1", "#view=pair&family=1&left=0&right=1", "#view=pictures"]) {
  test(`everything clicked in ${hash}`, async () => {
    const { page, context, wrong, address } = await open(browser, file, { hash });
    const settle = () => page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    await settle();
    let clicked = 0;
    const count = await page.locator(CLICKED).count();
    for (let n = 0; n < count; n++) {
      if (!page.url().startsWith(address + hash) || (await page.locator("dialog[open]").count())) {
        await page.goto(address + hash);
        await page.reload();
        await settle();
      }
      const element = page.locator(CLICKED).nth(n);
      if (!(await element.isVisible().catch(() => false))) continue;
      await element.click({ timeout: 2000, force: true }).then(() => clicked++, () => {});
      await page.waitForTimeout(15);
      const dialog = page.locator("dialog[open]").first();
      if (await dialog.count()) {
        for (const button of await dialog.locator("button:not(:disabled), input[type=checkbox]").all()) await button.click({ timeout: 1000 }).catch(() => {});
      }
    }
    assert.ok(clicked > 10, `${clicked} were clicked`);
    // A file is handed over by an address within the page.
    assert.deepEqual(wrong.filter((line) => !line.startsWith("request blob:file")), []);
    await context.close();
  });
}

test("the page names no address to load from", async () => {
  const { page, context, wrong } = await open(browser, file);
  const found = await page.evaluate(() => ({
    sources: [...document.querySelectorAll("[src], [srcset], link[href], object[data]")].length,
    entries: performance.getEntriesByType("resource").map((entry) => entry.name),
    policy: document.querySelector('meta[http-equiv="Content-Security-Policy"]').content,
  }));
  assert.equal(found.sources, 0);
  assert.deepEqual(found.entries, []);
  assert.match(found.policy, /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'$/);
  assert.deepEqual(wrong, []);
  await context.close();
});
