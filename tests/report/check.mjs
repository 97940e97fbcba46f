// Opens reports in a headless Chromium: nothing is fetched, no console error, every picture has size, text and a text
// alternative, labels do not overlap, axe finds no violation, the page reflows at 320 px and prints on A4.
//
//     node check.mjs FOLDER-FOR-SCREENSHOTS REPORT.html...
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [, , shots, ...files] = process.argv;
if (!shots || files.length === 0) {
  console.error("node check.mjs FOLDER-FOR-SCREENSHOTS REPORT.html...");
  process.exit(2);
}
mkdirSync(shots, { recursive: true });
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let wrong = 0;
const fail = (file, what) => {
  wrong += 1;
  console.error(`${file}: ${what}`);
};

/** A page that tells what it fetches and complains about; `scripts` as a reader may have them. */
async function opened(file, { width = 1000, scripts = false } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height: 1200 });
  await page.setJavaScriptEnabled(scripts);
  page.on("request", (request) => {
    if (request.url() !== `file://${resolve(file)}`) fail(file, `fetches ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) fail(file, `console: ${message.text()}`);
  });
  page.on("pageerror", (error) => fail(file, `error: ${error.message}`));
  page.on("dialog", async (dialog) => {
    fail(file, `a dialog opens: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.goto(`file://${resolve(file)}`, { waitUntil: "networkidle0" });
  return page;
}

/** Runs in the page: what is wrong with its pictures. */
function pictures() {
  const found = [];
  const svgs = [...document.querySelectorAll("svg")];
  if (svgs.length === 0) found.push("there is no picture");
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`the id ${id} is used twice`);
  for (const svg of svgs) {
    const name = svg.id;
    const box = svg.getBoundingClientRect();
    if (box.width < 200 || box.height < 40) found.push(`${name} is ${box.width} by ${box.height}`);
    const said = (svg.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
    if (svg.getAttribute("role") !== "img" || said.length !== 2 || said.some((text) => !text)) found.push(`${name} has no text alternative`);
    if (!svg.closest("figure")?.querySelector("details table")) found.push(`${name} has no table behind a fold`);
    const parsed = new DOMParser().parseFromString(new XMLSerializer().serializeToString(svg), "image/svg+xml");
    if (parsed.querySelector("parsererror")) found.push(`${name} is not well-formed`);
    const texts = [...svg.querySelectorAll("text")].filter((text) => !text.closest("[aria-hidden]"));
    if (texts.length === 0) found.push(`${name} has no text`);
    const view = svg.getBoundingClientRect();
    const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
    for (const [text, one] of boxes) {
      const out = one.left < view.left - 2 || one.right > view.right + 2 || one.top < view.top - 2 || one.bottom > view.bottom + 2;
      if (out) found.push(`${name}: “${text}” leaves the picture`);
    }
    // A line of text is taller than its letters: a fifth above and below may overlap.
    const shrunk = boxes.map(([text, b]) => {
      const upright = b.height > b.width * 1.3 && text.length > 1;
      const [dx, dy] = upright ? [b.width * 0.22, 1] : [1, b.height * 0.22];
      return { text, left: b.left + dx, right: b.right - dx, top: b.top + dy, bottom: b.bottom - dy };
    });
    shrunk.sort((a, b) => a.top - b.top);
    let told = 0;
    for (let i = 0; i < shrunk.length; i += 1) {
      for (let j = i + 1; j < shrunk.length && shrunk[j].top < shrunk[i].bottom; j += 1) {
        if (shrunk[i].left < shrunk[j].right && shrunk[j].left < shrunk[i].right && told < 3) {
          told += 1;
          found.push(`${name}: “${shrunk[i].text}” and “${shrunk[j].text}” overlap`);
        }
      }
    }
  }
  return found;
}

/** Runs in the page: whether headings fall by one at most, and there is one main part. */
function outline() {
  const found = [];
  let last = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (level > last + 1) found.push(`“${heading.textContent}” skips a level`);
    last = level;
  }
  if (document.querySelectorAll("main").length !== 1) found.push("there is not one main part");
  if (document.querySelector("script")) found.push("there is a script");
  if (!document.documentElement.lang) found.push("the language is not said");
  return found;
}

for (const file of files) {
  const name = `${basename(dirname(resolve(file)))}-${basename(file, ".html")}`;
  // As most read it: scripts do nothing, since there are none.
  const plain = await opened(file);
  await plain.screenshot({ path: join(shots, `${name}.png`) });
  const pdf = await plain.pdf({ path: join(shots, `${name}.pdf`), preferCSSPageSize: true });
  const sheet = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(Buffer.from(pdf).toString("latin1"));
  if (!sheet || Math.abs(sheet[1] - 595) > 2 || Math.abs(sheet[2] - 842) > 2) fail(file, `does not print on A4: ${sheet?.[0]}`);
  await plain.close();

  const page = await opened(file, { scripts: true });
  for (const what of await page.evaluate(pictures)) fail(file, what);
  for (const what of await page.evaluate(outline)) fail(file, what);
  for (const drawing of await page.$$(".drawing")) {
    const id = await drawing.$eval("svg", (svg) => svg.id);
    await drawing.screenshot({ path: join(shots, `${name}-${id}.png`) });
  }
  // The folds are opened, so that what is in them is judged too.
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
  // The page forbids every script; the judge is let in beside it.
  await page.evaluate(axe);
  const judged = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
  for (const violation of judged.violations) {
    fail(file, `axe: ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
  if (judged.passes.length < 8) fail(file, `axe judged only ${judged.passes.length} rules`);
  await page.close();

  // 400 % of 1280 px is 320 px: text reflows, and only pictures and tables scroll within their own place.
  const narrow = await opened(file, { width: 320, scripts: true });
  const width = await narrow.evaluate(() => document.documentElement.scrollWidth);
  if (width > 320) fail(file, `is ${width} px wide at 320 px`);
  await narrow.screenshot({ path: join(shots, `${name}-narrow.png`) });
  await narrow.close();
  console.log(`${file}: looked at`);
}
await browser.close();
if (wrong > 0) {
  console.error(`${wrong} things are wrong`);
  process.exit(1);
}
