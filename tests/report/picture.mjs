// Draws docs/report.png: four pictures of a report of huawei-2019, its literal variant on the left.
//
//     noforn run scenarios/huawei-2019.toml --reps 100 --variant as-spoken --variant no-threat --variant no-embargo \
//       --variant core-only -o FOLDER && noforn report FOLDER
//     node picture.mjs FOLDER/report.html PICTURE.png
import { resolve } from "node:path";
import puppeteer from "puppeteer-core";

const [, , report, picture] = process.argv;
if (!report || !picture) {
  console.error("node picture.mjs REPORT.html PICTURE.png");
  process.exit(2);
}
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 1200 });
await page.goto(`file://${resolve(report)}`, { waitUntil: "networkidle0" });
await page.evaluate(() => {
  const column = (...ids) => {
    const column = document.createElement("div");
    column.style.width = "620px";
    for (const id of ids) {
      const svg = document.getElementById(id).cloneNode(true);
      svg.setAttribute("width", "620");
      svg.removeAttribute("height");
      svg.style.cssText = "display: block; width: 620px; height: auto; margin-bottom: 24px";
      column.append(svg);
    }
    return column;
  };
  const right = ["tradeoff-1", "fan-reports-withheld-share-1", "exposure-1"];
  const both = document.createElement("main");
  both.style.cssText = "display: flex; gap: 20px; padding: 10px; margin: 0; width: 1280px; box-sizing: border-box; max-width: none; background: white";
  both.append(column("storyline-2-1"), column(...right));
  document.body.style.cssText = "margin: 0; padding: 0; max-width: none";
  document.body.replaceChildren(both);
});
await (await page.$("main")).screenshot({ path: picture });
await browser.close();
