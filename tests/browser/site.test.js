// What readers meet: every page in a real browser, in both schemes, narrow and wide, from a host and from a disk.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { browser as launch, files, folder, pages, serve, text } from "./site.js";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const all = pages();

// Some pages are looked at one by one; another site, as the guide in docs/, has no such pages.
const ofThisSite = { skip: !all.includes("factors/family-ties.html") };

/** How many pages are looked at at a time. */
const AT_ONCE = 3;
const SCHEMES = ["light", "dark"];
// Another site has the same theme: once narrow and once wide is enough for it.
const LOOKS = ofThisSite.skip ? [[320, ["light"]], [1440, ["dark"]]] : [320, 768, 1440].map((width) => [width, SCHEMES]);

let browser;
let root;
let below;

before(async () => {
  browser = await launch();
  root = await serve("/");
  below = await serve("/a/b/");
});

after(async () => {
  await browser.close();
  await root.stop();
  await below.stop();
});

/** Opens every page, gathers what `look` finds wrong, and what the browser itself complains of. */
async function everywhere(base, options, look) {
  const context = await browser.newContext(options);
  const left = [...all];
  const wrong = [];
  const work = async () => {
    const page = await context.newPage();
    let current = "";
    let asked = [];
    page.on("console", (message) => wrong.push(`${current}: console: ${message.text()}`));
    page.on("pageerror", (error) => wrong.push(`${current}: ${error}`));
    page.on("request", (request) => {
      const url = request.url();
      asked.push(url);
      if (!url.startsWith(base) && !url.startsWith("data:")) wrong.push(`${current}: asks for ${url}`);
    });
    page.on("requestfailed", (request) => {
      // To go on to the next page ends what the last one still asked for.
      const { errorText } = request.failure();
      if (errorText !== "net::ERR_ABORTED") wrong.push(`${current}: does not get ${request.url()} (${errorText})`);
    });
    while ((current = left.shift())) {
      asked = [];
      const response = await page.goto(base + current);
      if (response && !response.ok() && response.status() !== 0) wrong.push(`${current}: ${response.status()}`);
      for (const problem of await look(page, asked)) wrong.push(`${current}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await context.close();
  assert.deepEqual(wrong.sort(), []);
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules that look at colours, the one thing in which the schemes differ. */
const COLOUR_RULES = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
/**
 * The rules that look at colours, or at where things stand and how large they are. All others ask what the document says
 * and what of it is shown: if that is the same in two widths, so is their answer.
 */
const LAYOUT_RULES = { type: "rule", values: [...COLOUR_RULES.values, "target-size", "scrollable-region-focusable"] };

/** For every element, whether it is shown, and in the window's reach. */
async function shown(page) {
  return await page.evaluate(() =>
    Array.from(document.querySelectorAll("*"), (one) => {
      const { width, height, right, bottom } = one.getBoundingClientRect();
      const isOff = right <= 0 || bottom + scrollY <= 0;
      const { visibility, opacity, clip, clipPath } = getComputedStyle(one);
      return [one.checkVisibility(), visibility, opacity, clip, clipPath, width > 0, height > 0, isOff].join();
    }).join("\n"),
  );
}

async function accessibility(page, runOnly) {
  return await page.evaluate(async (runOnly) => {
    const { violations } = await window.axe.run(document, { runOnly, resultTypes: ["violations"] });
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join("; ")}`);
  }, runOnly);
}

async function overflow(page) {
  const [content, window_] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  return content > window_ ? [`is ${content} px wide in a window of ${window_} px`] : [];
}

/** What a page costs on its way to a reader: itself with its style sheets and scripts, compressed; and all requests. */
function weight(base, asked) {
  const own = asked.filter((url) => url.startsWith(base)).map((url) => decodeURIComponent(url.slice(base.length).split(/[?#]/)[0]));
  const heavy = own.filter((path) => /\.(html|css|js)$/.test(path) || path === "");
  const bytes = heavy.reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path || "index.html"))).length, 0);
  // Without a window the browser does not ask for the icon.
  const requests = own.length + 1;
  return [
    ...(bytes > 30 * 1024 ? [`weighs ${bytes} bytes compressed`] : []),
    ...(requests > 6 ? [`makes ${requests} requests`] : []),
  ];
}

test("the site has pages", () => assert.ok(all.length > (ofThisSite.skip ? 5 : 60), `${all.length} pages`));

test("every page is accessible and fits, in both schemes and all widths, and is light", { timeout: 900_000 }, async () => {
  await everywhere(root.base, { bypassCSP: true }, async (page, asked) => {
    const problems = weight(root.base, asked);
    await page.evaluate(axe);
    const seen = new Set();
    for (const [width, schemes] of LOOKS) {
      await page.setViewportSize({ width, height: 900 });
      problems.push(...(await overflow(page)));
      const now = await shown(page);
      const rules = seen.has(now) ? LAYOUT_RULES : RULES;
      seen.add(now);
      for (const [index, colorScheme] of schemes.entries()) {
        await page.emulateMedia({ colorScheme });
        const found = await accessibility(page, index === 0 ? rules : COLOUR_RULES);
        problems.push(...found.map((problem) => `${width} px, ${colorScheme}: ${problem}`));
      }
    }
    return problems;
  });
});

test("below a sub-path nothing is missing", { timeout: 300_000 }, async () => {
  await everywhere(below.base, { viewport: { width: 768, height: 1000 } }, overflow);
});

for (const javaScriptEnabled of [true, false]) {
  test(`from a disk, with scripts ${javaScriptEnabled ? "on" : "off"}, every page is whole`, { timeout: 300_000 }, async () => {
    const base = pathToFileURL(folder).href + "/";
    await everywhere(base, { viewport: { width: 390, height: 800 }, javaScriptEnabled }, async (page) => {
      const heading = await page.locator("h1").count();
      return heading === 1 ? [] : [`${heading} headings of the first level`];
    });
  });
}

test("text set larger and spaced wider stays whole", { timeout: 300_000, ...ofThisSite }, async () => {
  // A window of 1280 px at 400 % is 320 px wide; WCAG 1.4.12 adds the spacing.
  const spacing = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }";
  await everywhere(root.base, { viewport: { width: 320, height: 256 }, bypassCSP: true }, async (page) => {
    await page.addStyleTag({ content: spacing });
    return overflow(page);
  });
});

test("every link and fragment leads somewhere", () => {
  const ids = new Map(all.map((path) => [path, new Set([...text(path).matchAll(/\sid="([^"]+)"/g)].map((one) => one[1]))]));
  const known = new Set(files());
  const wrong = [];
  for (const path of files().filter((one) => one.endsWith(".html"))) {
    // Text may look like an attribute; what is in a tag is one.
    const tags = [...text(path).matchAll(/<[a-z][^>]*>/gi)].join("\n");
    for (const [, raw] of tags.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const link = raw.replaceAll("&amp;", "&");
      if (/^(https?:|mailto:|tel:|data:)/.test(link)) continue;
      // 404.html is the one page that needs a root.
      const target = new URL(link, `http://site/${path}`);
      const file = decodeURIComponent(target.pathname.slice(1));
      const fragment = decodeURIComponent(target.hash.slice(1));
      if (!known.has(file)) wrong.push(`${path}: ${link}`);
      else if (fragment && ids.has(file) && !ids.get(file).has(fragment)) wrong.push(`${path}: ${link} (no such place)`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("HTML and CSS are valid by the Nu validator", { timeout: 600_000 }, () => {
  const paths = files().filter((path) => path.endsWith(".html") || path.endsWith(".css"));
  // The validator opens files, for which 'self' is no origin, and takes blocks of data for scripts. What a policy really
  // forbids, the browser says on its console, where the other tests look.
  const options = ["--also-check-css", "--format", "gnu", "--Werror", "--filterpattern", ".*Content Security Policy.*"];
  const list = paths.map((path) => join(folder, path));
  let found = "";
  try {
    execFileSync("java", ["-jar", require("vnu-jar"), ...options, ...list], { stdio: "pipe", maxBuffer: 1e8 });
  } catch (error) {
    found = `${error.stderr}`.replaceAll(folder, "") || String(error);
  }
  assert.equal(found, "");
});

test("a note opens at its mark by keyboard, and leads to the source and back", ofThisSite, async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${root.base}factors/family-ties.html`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main", "the skip link comes first");
  const mark = page.locator(".body .cite a").nth(2);
  const opened = page.locator(".note:popover-open");
  await mark.focus();
  const before = await page.evaluate(() => scrollY);
  await page.keyboard.press("Enter");
  assert.match(await opened.innerText(), /^Said 2011, ¶7/);
  assert.equal(await page.evaluate(() => scrollY), before, "the page stays where it is");
  await page.keyboard.press("Escape");
  assert.equal(await opened.count(), 0);
  assert.ok(await mark.evaluate((one) => one === document.activeElement), "the mark has the focus again");
  // A second press closes what the first one opened.
  await mark.click();
  assert.equal(await opened.count(), 1);
  await mark.click();
  assert.equal(await opened.count(), 0);
  await mark.click();
  await opened.getByText("Full entry").click();
  assert.match(page.url(), /#source-said-2011$/);
  await page.locator("#source-said-2011 a[href='#c1']").first().press("Enter");
  assert.match(page.url(), /#c1$/);
  await context.close();
});

test("with scripts off, a mark shows its note by address", ofThisSite, async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${root.base}factors/family-ties.html`);
  const note = page.locator("#n1");
  assert.ok(!(await note.isVisible()));
  assert.ok(!(await page.locator(".theme").isVisible()));
  await page.locator(".body .cite a").nth(2).click();
  assert.ok(await note.isVisible());
  await note.getByText("Back to the text").click();
  assert.ok(!(await note.isVisible()));
  await context.close();
});

test("with a margin, notes stand in it beside their sentences and none covers another", ofThisSite, async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  for (const path of ["factors/family-ties.html", "case-studies/noman-benotman.html", "questions.html"]) {
    await page.goto(root.base + path);
    const wrong = await page.evaluate(() => {
      const text = document.querySelector(".body").getBoundingClientRect();
      let above = 0;
      return [...document.querySelectorAll(".body .note")].flatMap((note) => {
        const place = note.getBoundingClientRect();
        const problems = [];
        if (place.left < text.right || place.right > innerWidth) problems.push(`${note.id} is not in the margin`);
        if (place.top < above) problems.push(`${note.id} covers the one above`);
        above = place.bottom;
        return problems;
      });
    });
    assert.deepEqual(wrong, [], path);
  }
  const mark = page.locator(".body .cite a").first();
  await mark.click();
  assert.equal(await page.locator(".note:popover-open").count(), 0, "a note in sight does not open a second time");
  assert.equal(await page.evaluate(() => document.activeElement.id), "n1");
  await context.close();
});

test("the switch of colours says its state, remembers it, and follows the system again", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 }, colorScheme: "light" });
  const page = await context.newPage();
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.goto(root.base);
  const light = await paper();
  const button = page.getByRole("button", { name: /^Colours/ });
  assert.equal((await button.innerText()).replaceAll(/\s+/g, " "), "Colours: as the system has them");
  await button.press("Enter");
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.goto(root.base + all.find((path) => path.includes("/")));
  assert.equal(await paper(), dark, "the next page has it too");
  assert.equal((await button.innerText()).replaceAll(/\s+/g, " "), "Colours: dark");
  await button.press("Enter");
  assert.equal(await paper(), light);
  await button.press("Enter");
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await paper(), dark, "the system decides again");
  await context.close();
});
