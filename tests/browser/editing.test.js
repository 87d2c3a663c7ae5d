// What a writer meets: `expound serve` in a real browser, and the schemas in an editor's YAML language server.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { browser as launch, expound } from "./site.js";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const repository = new URL("../../", import.meta.url).pathname;

const folder = mkdtempSync(join(tmpdir(), "expound-"));
const site = join(folder, "candle");
let browser;
let server;
let address;

before(async () => {
  execFileSync(expound, ["new", "site", site], { stdio: "ignore" });
  browser = await launch();
  server = spawn(expound, ["serve", "-r", site, "-p", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of createInterface({ input: server.stderr })) {
    address = line.match(/http:\S+/)?.[0];
    if (address) break;
  }
  server.stderr.resume();
});

after(async () => {
  await browser.close();
  server.kill("SIGINT");
  const [code] = await once(server, "exit");
  assert.equal(code, 0, "Ctrl-C is an end like any other");
  rmSync(folder, { recursive: true });
});

async function accessibility(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join("; ")}`);
}

for (const [width, colorScheme] of [[390, "light"], [1440, "dark"]]) {
  test(`a page follows its file, at ${width} px, ${colorScheme}`, async () => {
    const context = await browser.newContext({ viewport: { width, height: 500 }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    const file = join(site, "content/steps/burning-vapour.md");
    const text = readFileSync(file, "utf8");
    await page.goto(`${address}steps/burning-vapour.html`);
    await page.evaluate(() => scrollTo(0, 400));
    const scrolled = await page.evaluate(() => scrollY);
    assert.ok(scrolled > 100, `the page is long enough to scroll: ${scrolled}`);

    // An edit is seen without a reload by hand, and the reader stays where he was.
    writeFileSync(file, text.replace("The flame needs fresh air", "The flame wants a draught"));
    await page.getByText("The flame wants a draught").waitFor();
    await page.waitForFunction((y) => Math.abs(scrollY - y) < 2, scrolled);

    // Two mistakes: the page stays, and both are told, as text.
    writeFileSync(file, text.replace("place: flame", "place: <img src=x>").replace("[@faraday-1861, ¶4]", "[@newton, ¶4]"));
    const problems = page.locator("expound-problems li");
    await problems.nth(1).waitFor();
    assert.equal(await problems.count(), 2);
    const told = await page.locator("expound-problems ol").innerText();
    for (const part of ["unknown-choice", "unknown-source", "burning-vapour.md:", "<img src=x>", "newton"]) {
      assert.ok(told.includes(part), `${part}: ${told}`);
    }
    assert.equal(await page.locator("expound-problems img").count(), 0, "what authors write is text");
    assert.ok(await page.getByText("The flame wants a draught").isVisible(), "the page stays");
    // It is told a moment after it is there, or a screen reader would not say it.
    await page.locator("expound-problems [role=status]", { hasText: "2 errors" }).waitFor();
    assert.deepEqual(await accessibility(page), []);
    if (process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, `overlay-${width}-${colorScheme}.png`) });

    // It can be put away by keyboard, and comes again with other problems.
    await page.locator("expound-problems button").focus();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("expound-problems").count(), 0);
    writeFileSync(file, text.replace("place: flame", "place: flam"));
    await problems.first().waitFor();
    assert.equal(await problems.count(), 1);

    // Mended: it goes, and the page is the new one.
    writeFileSync(file, text.replace("The flame needs fresh air", "The flame is mended"));
    await page.getByText("The flame is mended").waitFor();
    assert.equal(await page.locator("expound-problems").count(), 0);
    await page.waitForFunction((y) => Math.abs(scrollY - y) < 2, scrolled);
    writeFileSync(file, text);
    await page.getByText("The flame needs fresh air").waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("a language server finds what is misspelt, and nothing else", async () => {
  const { getLanguageService } = require("yaml-language-server/out/server/src/languageservice/yamlLanguageService.js");
  const { TextDocument } = require("vscode-languageserver-textdocument");
  const { SettingsState } = require("yaml-language-server/out/server/src/yamlSettings.js");
  const service = getLanguageService({
    schemaRequestService: async (uri) => readFileSync(new URL(uri), "utf8"),
    workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).href },
    yamlSettings: new SettingsState(),
  });
  const schemas = join(folder, "schemas");
  execFileSync(expound, ["schema", "-r", repository, "-o", schemas], { stdio: "ignore" });
  const names = readdirSync(schemas);
  service.configure({
    validate: true,
    schemas: names.map((name) => ({ uri: pathToFileURL(join(schemas, name)).href, fileMatch: [`*/${name}.yaml`] })),
  });
  // The service keeps what it has found by address and version.
  let version = 0;
  const diagnose = async (schema, text) => {
    version += 1;
    const document = TextDocument.create(`file:///site/${schema}.yaml`, "yaml", version, text);
    const found = await service.doValidation(document, false);
    return found.map(({ message, range }) => `${schema}:${range.start.line + 1}: ${message}`);
  };
  const content = join(repository, "content");
  const frontMatter = (path) => readFileSync(join(content, path), "utf8").split("\n---\n")[0].replace(/^---\n/, "");

  let checked = 0;
  for (const name of ["site", "sources", "passages", "facts", "events"]) {
    const text = readFileSync(join(content, `${name}.yaml`), "utf8");
    assert.deepEqual(await diagnose(`${name}.json`, text), []);
    checked += 1;
  }
  const kinds = names.filter((name) => name.startsWith("page-")).map((name) => name.slice("page-".length, -".json".length));
  const folders = { factor: "factors", programme: "programmes", "case-study": "case-studies", study: "studies", topic: "topics", term: "glossary" };
  for (const kind of kinds) {
    for (const path of readdirSync(join(content, folders[kind])).filter((path) => path.endsWith(".md") && path !== "_index.md")) {
      assert.deepEqual(await diagnose(`page-${kind}.json`, frontMatter(join(folders[kind], path))), []);
      checked += 1;
    }
  }
  assert.ok(checked > 40, `${checked} files were checked`);

  const facts = readFileSync(join(content, "facts.yaml"), "utf8");
  const misspelt = await diagnose("facts.json", facts.replace("  as_of:", "  as_off:"));
  assert.ok(misspelt.some((one) => one.includes("as_off")) && misspelt.some((one) => one.includes("as_of\"")), misspelt.join("\n"));
  const page = frontMatter("factors/family-ties.md");
  assert.match((await diagnose("page-factor.json", page.replace(/^track: .*/m, "track: leavin"))).join("\n"), /leaving/);
});
