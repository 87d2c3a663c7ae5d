// Finding pages: by words on a host, by the list from A to Z everywhere.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { browser as launch, files, folder, serve } from "./site.js";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

let browser;
let root;
let below;

before(async () => {
  assert.ok(existsSync(join(folder, "pagefind/pagefind.js")), "the site was built with a search index");
  browser = await launch();
  root = await serve("/");
  below = await serve("/a/b/");
});

after(async () => {
  await browser?.close();
  await root?.stop();
  await below?.stop();
});

/** Opens a page; at the end nothing was asked of other hosts, nothing was missing and no message came. */
async function open(options, work) {
  const context = await browser.newContext({ viewport: { width: 1024, height: 800 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  const asked = [];
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  page.on("response", (response) => response.status() >= 400 && wrong.push(`${response.status()}: ${response.url()}`));
  await work(page, asked);
  await context.close();
  assert.deepEqual(wrong, []);
  const hosts = asked.map((url) => new URL(url)).filter(({ protocol }) => protocol !== "data:" && protocol !== "blob:");
  assert.deepEqual([...new Set(hosts.map(({ host }) => host))].length, 1, "one host");
}

const status = (page) => page.locator("#search-status");
const titles = (page) => page.locator("#results li h3").allTextContents();

async function settled(page) {
  await page.waitForFunction(() => document.getElementById("search-status").textContent);
}

for (const [name, host] of [["at the root", () => root], ["below a sub-path", () => below]]) {
  test(`the right page comes first, ${name}`, async () => {
    await open({}, async (page) => {
      for (const [query, path] of [
        ["munasaha", "programmes/munasaha.html"],
        ["benotman", "case-studies/noman-benotman.html"],
        ["7,000", "programmes/algeria-reconciliation-charter.html"],
        ["drone", "factors/military-strikes.html"],
        ["family ties", "factors/family-ties.html"],
      ]) {
        await page.goto(`${host().base}search.html?q=${encodeURIComponent(query)}`);
        await settled(page);
        const first = page.locator("#results li a").first();
        assert.equal(await first.evaluate((link) => link.href), host().base + path, query);
        assert.match(await status(page).textContent(), /: \d+$/);
      }
      await page.locator("#results li a").first().click();
      assert.equal(page.url(), `${host().base}factors/family-ties.html`);
    });
  });
}

test("a misspelt word still gets help, and one that means nothing is said to", async () => {
  await open({}, async (page) => {
    for (const [query, title] of [["munasaba", "Munasaha"], ["strkes", "Military strikes on leaders"], ["disilusionment", "Disillusionment"]]) {
      await page.goto(`${root.base}search.html?q=${query}`);
      await settled(page);
      assert.ok((await titles(page)).includes(title), `${query}: ${await titles(page)}`);
    }
    await page.goto(`${root.base}search.html?q=zzzqqq`);
    await settled(page);
    assert.ok(await page.locator("#results").isHidden());
  });
});

test("the key / leads to the field of any page, and Enter to the results", async () => {
  await open({}, async (page) => {
    await page.goto(`${below.base}factors/family-ties.html`);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.name), "q");
    await page.keyboard.type("a/b drone");
    assert.equal(await page.locator("#site-search").inputValue(), "a/b drone", "in the field it is a letter");
    await page.locator("#site-search").fill("drone");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${below.base}search.html?q=drone`);
    await settled(page);
    assert.equal((await titles(page))[0], "Military strikes on leaders");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "search-words");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Military strikes on leaders", "results follow the form");
  });
});

test("the address holds what is asked, and back goes to what was asked before", async () => {
  await open({}, async (page) => {
    await page.goto(`${root.base}search.html?q=munasaha`);
    await settled(page);
    await page.locator("#search-words").fill("benotman");
    await page.waitForURL(`${root.base}search.html?q=benotman`);
    await page.waitForFunction(() => document.querySelector("#results li h3")?.textContent.startsWith("Noman"));
    await page.goBack();
    await page.waitForFunction(() => document.querySelector("#results li h3")?.textContent.startsWith("Munasaha"));
    assert.equal(await page.locator("#search-words").inputValue(), "munasaha");
    await page.goForward();
    await page.waitForFunction(() => document.querySelector("#results li h3")?.textContent.startsWith("Noman"));
  });
});

test("kinds and tracks narrow a search down", async () => {
  await open({}, async (page) => {
    await page.goto(`${root.base}search.html?q=munasaha&kind=term`);
    await settled(page);
    assert.ok(await page.locator("details.narrow").evaluate((details) => details.open), "a filter that is on is seen");
    assert.equal((await titles(page))[0], "Munasaha");
    assert.ok((await page.locator("#results .kind").allTextContents()).every((kind) => kind === "Term"));
    await page.locator("input[name=kind]:checked").uncheck();
    await page.locator("input[name=field-track][value=law]").check();
    await page.waitForURL(/field-track=law/);
    await page.waitForFunction(() => document.querySelectorAll("#results li").length === 1);
    assert.match((await titles(page))[0], /^Algeria’s Charter/);
    // Without words the filters alone list pages.
    await page.goto(`${root.base}search.html?kind=programme`);
    await settled(page);
    assert.equal((await titles(page)).length, 2);
  });
});

test("more results come when asked for, and the reader is led to them", async () => {
  await open({}, async (page) => {
    await page.goto(`${root.base}search.html?q=article`);
    await settled(page);
    assert.equal((await titles(page)).length, 10);
    await page.locator("#results > button").click();
    await page.waitForFunction(() => document.querySelectorAll("#results li").length === 20);
    const place = await page.evaluate(() => [...document.querySelectorAll("#results li a")].indexOf(document.activeElement));
    assert.equal(place, 10);
  });
});

for (const [width, colorScheme] of [[320, "light"], [1440, "dark"]]) {
  test(`results are accessible at ${width} px, ${colorScheme}`, async () => {
    await open({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true }, async (page) => {
      await page.goto(`${root.base}search.html?q=munasaha&kind=term&kind=programme`);
      await settled(page);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() =>
        window.axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          resultTypes: ["violations"],
        }),
      );
      assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" "))}`), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing overflows");
      assert.equal(await status(page).getAttribute("role"), "status");
    });
  });
}

test("Pagefind is asked for only when it is used, and ordinary pages ask for little", async () => {
  await open({}, async (page, asked) => {
    for (const path of ["index.html", "factors/family-ties.html", "who-shows-what.html", "search.html"]) {
      asked.length = 0;
      await page.goto(root.base + path, { waitUntil: "networkidle" });
      assert.ok(asked.length <= 6, `${path}: ${asked}`);
      assert.ok(!asked.some((url) => url.includes("/pagefind/")), `${path}: ${asked}`);
    }
    const loads = page.waitForResponse((response) => response.url().endsWith(".pf_meta"));
    await page.locator("#search-words").focus();
    await loads;
  });
  const scripts = files().filter((path) => path.startsWith("assets/") && path.endsWith(".js"));
  const size = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0);
  assert.ok(size < 5 * 1024, `all scripts together: ${size} bytes`);
});

test("without scripts the field leads to the list from A to Z", async () => {
  await open({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${root.base}factors/family-ties.html`);
    await page.locator("#site-search").fill("drone");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${root.base}search.html?q=drone`);
    assert.ok(await page.locator("#search").isHidden(), "a form that would do nothing is not shown");
    const entry = page.locator(".index li", { hasText: /^drone see/ });
    await entry.locator("a").click();
    assert.equal(page.url(), `${root.base}factors/military-strikes.html`);
  });
});

test("from a disk the list is there, the field finds names, and nothing is wrong", async () => {
  const base = `${pathToFileURL(folder).href}/`;
  await open({}, async (page, asked) => {
    await page.goto(`${base}factors/family-ties.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("drone");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}search.html?q=drone`);
    await settled(page);
    assert.equal((await titles(page))[0], "Military strikes on leaders");
    await page.locator(".letters a", { hasText: "M" }).click();
    assert.match(page.url(), /#letter-M$/);
    assert.ok((await page.locator(".index li").count()) > 100);
    assert.ok(!asked.some((url) => url.includes("/pagefind/")), String(asked));
  });
});

test("in forced colours and without a mouse, the field and its results are seen", async () => {
  await open({ forcedColors: "active" }, async (page) => {
    await page.goto(`${root.base}search.html?q=munasaha`);
    await settled(page);
    const border = await page.locator("#search-words").evaluate((field) => getComputedStyle(field).borderTopStyle);
    assert.equal(border, "solid");
    const seen = await page.locator("#results mark").first().evaluate((mark) => getComputedStyle(mark).backgroundColor);
    assert.notEqual(seen, "rgba(0, 0, 0, 0)");
  });
});
