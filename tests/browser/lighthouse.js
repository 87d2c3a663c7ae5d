// Lighthouse with its mobile settings on the pages that differ most: `npm run lighthouse`, after a build. Every category must
// have its full score.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { serve } from "./site.js";

const PAGES = [
  "index.html",
  "factors/family-ties.html",
  "case-studies/noman-benotman.html",
  "who-shows-what.html",
  "sources/said-2011.html",
];

const server = await serve("/");
const profile = mkdtempSync(join(tmpdir(), "lighthouse-"));
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
  userDataDir: profile,
});
let short = false;
for (const path of PAGES) {
  const { lhr } = await lighthouse(server.base + path, { port: chrome.port, logLevel: "error" });
  const scores = Object.values(lhr.categories).map((one) => [one.title, Math.round(one.score * 100)]);
  console.log(`${path}: ${scores.map(([title, score]) => `${title} ${score}`).join(", ")}`);
  for (const category of Object.values(lhr.categories)) {
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 1) console.log(`  ${id}: ${audit.title} ${audit.displayValue ?? ""}`);
    }
  }
  short ||= scores.some(([, score]) => score < 100);
}
await chrome.kill();
await server.stop();
rmSync(profile, { recursive: true, force: true });
process.exitCode = short ? 1 : 0;
