/**
 * What browser tests and measurements stand on: Chromium, pages made from reports, and a watch over what a page must
 * never do. `CHROMIUM` names another browser; `TWICETOLD` names the binary that writes pages, without it page.mjs does.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { pageOf, TEMPLATE } from "./page.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const binary = process.env.TWICETOLD;

export const launch = (...more) => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: [...FLAGS, ...more] });

/** A folder that is gone with the process. */
export const folder = mkdtempSync(join(tmpdir(), "twicetold-viewer-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

let made = 0;

/** Runs the binary: what it wrote to stdout. A gate that is reached (1) and inputs that could not be read (3) are no failure here. */
export function run(...args) {
  try {
    return execFileSync(binary, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
  } catch (error) {
    if (error.status === 1 || error.status === 3) return error.stdout;
    throw new Error(`${args.join(" ")}: ${error.stderr}`, { cause: error });
  }
}

/** Puts the data of a page that a binary wrote into the viewer as it is built here: a binary holds the viewer of its day. */
export function renew(file) {
  const page = readFileSync(file, "utf8");
  const template = readFileSync(TEMPLATE, "utf8");
  const blocks = page.match(/<script type="application\/octet-stream" data-name="[a-z0-9-]+">[^<]*<\/script>/g) ?? [];
  const parts = {
    noscript: /<noscript>([^]*?)<\/noscript>/.exec(page)?.[1] ?? "",
    index: blocks.find((block) => block.includes('data-name="index"')) ?? "",
    data: blocks.filter((block) => !block.includes('data-name="index"')).join("\n"),
  };
  writeFileSync(file, template.replace(/<!--twicetold:(noscript|index|data)-->/g, (_, part) => parts[part]));
}

/** A page from a report: an object, or the name of its file. Returns the page's file. */
export function pageFrom(report) {
  const out = join(folder, `page-${made++}.html`);
  if (binary) {
    let file = report;
    if (typeof report !== "string") {
      file = join(folder, `report-${made}.json`);
      writeFileSync(file, JSON.stringify(report));
    }
    run("report", "--isolated", file, "-f", `html=${out}`);
    renew(out);
  } else writeFileSync(out, pageOf(typeof report === "string" ? JSON.parse(readFileSync(report, "utf8")) : report));
  return out;
}

/** Opens a page of the disk and watches it: every request that is not for itself, everything the console has against it, every dialog. */
export async function open(browser, file, { hash = "", ready = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", acceptDownloads: true, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const wrong = [];
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) wrong.push(`request ${request.url().slice(0, 300)}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(`console ${message.text().slice(0, 300)}`);
  });
  page.on("pageerror", (error) => wrong.push(`error ${error.message}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("popup", (popup) => wrong.push(`popup ${popup.url()}`));
  page.on("websocket", (socket) => wrong.push(`websocket ${socket.url()}`));
  await page.goto(address + hash);
  if (ready && options.javaScriptEnabled !== false) await page.getByRole("heading", { level: 1 }).first().waitFor();
  return { page, context, wrong, address };
}

/** Opens everything that is folded, and what opening it brings. */
export async function unfold(page) {
  const closed = page.locator("details:not([open]) > summary:visible");
  while (await closed.count()) await closed.first().click();
}

/** What was drawn is on the screen, and has its keys. */
export const painted = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))));
