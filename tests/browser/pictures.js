// Takes the pictures in docs/pictures: `npm run pictures`, after a build.

import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { browser as launch, folder } from "./site.js";

const PAGES = {
  home: "index.html",
  factor: "factors/family-ties.html",
  "case-study": "case-studies/noman-benotman.html",
  matrix: "who-shows-what.html",
  timeline: "timeline.html",
  source: "sources/said-2011.html",
};
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } };

const target = new URL("../../docs/pictures/", import.meta.url).pathname;
mkdirSync(target, { recursive: true });
const browser = await launch();
for (const [width, viewport] of Object.entries(WIDTHS)) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport, colorScheme });
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(`${pathToFileURL(folder).href}/${path}`);
      await page.screenshot({ path: `${target}${name}-${width}-${colorScheme}.png` });
    }
    await page.close();
  }
}
await browser.close();
