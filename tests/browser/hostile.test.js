// Texts that are made to run code, in every place where an editor can write, opened in a real browser.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { browser as launch } from "./site.js";
import { build } from "./hostile.js";

const vectors = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
/** So many texts share a site. */
const TOGETHER = 40;
const TABS = 3;

let browser;
let folder;

before(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "expound-hostile-"));
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Every page of a site below a folder. */
function pages(dir, prefix = "") {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return pages(join(dir, entry.name), `${prefix}${entry.name}/`);
    return entry.name.endsWith(".html") ? [prefix + entry.name] : [];
  });
}

/** What no page may hold. Runs in the page; follows links of unusual kinds, and moves over and into everything. */
function look() {
  const wrong = [];
  const never =
    "base, iframe, frame, object, embed, applet, style, math, [style], [srcdoc], svg script, foreignObject, video, audio, template, [ping], [formaction]";
  for (const one of document.querySelectorAll(never)) wrong.push(`holds ${one.outerHTML.slice(0, 200)}`);
  // The theme's own search box is a form that leads to a page of the site.
  for (const form of document.querySelectorAll("form[action]")) {
    if (!form.action.endsWith("search.html")) wrong.push(`holds ${form.outerHTML.slice(0, 200)}`);
  }
  for (const script of document.scripts) {
    const isOwn = script.type === "application/ld+json" || /\/(assets|pagefind)\//.test(script.src);
    if (!isOwn) wrong.push(`holds a script: ${script.outerHTML.slice(0, 200)}`);
    if (script.type === "application/ld+json") JSON.parse(script.text);
  }
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on")) wrong.push(`has ${name}=${value}`);
    }
  }
  const isPlain = (href) =>
    /^(https?|mailto|tel):/i.test(href) || (URL.canParse(href, location.href) && new URL(href, location.href).protocol === location.protocol);
  document.addEventListener("click", (event) => {
    const href = event.target.closest?.("a, area")?.getAttribute("href");
    if (typeof href === "string" && isPlain(href)) event.preventDefault();
  });
  for (const link of document.querySelectorAll("a, area")) {
    const href = link.getAttribute("href") ?? link.getAttribute("xlink:href");
    if (href === null) continue;
    if (!isPlain(href)) wrong.push(`leads to ${href}`);
    for (const kind of ["mouseover", "focus", "click"]) {
      link.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
    }
  }
  if (window.hit !== undefined) wrong.push("runs its code");
  return wrong;
}

/** Opens every page of some sites, but for those that are the same in two of them. */
async function open(outputs, options) {
  const wrong = new Set();
  const seen = new Set();
  const isNew = (path, html) => {
    const hash = createHash("sha256").update(path).update(html).digest("hex");
    return !seen.has(hash) && seen.add(hash);
  };
  const queue = [];
  for (const output of outputs) {
    // To lay out a thousand pages takes most of the time, and runs nothing.
    const assets = join(output, "assets");
    for (const name of readdirSync(assets).filter((name) => name.endsWith(".css"))) writeFileSync(join(assets, name), "");
    for (const path of pages(output)) {
      const html = readFileSync(join(output, path), "utf8");
      // A page that sends readers on does so at once, to where a link of ours leads.
      const refresh = html.match(/<meta http-equiv="refresh" content="0; url=([^"]*)"/);
      if (refresh && !/^[\w./%-]+$/.test(refresh[1])) wrong.add(`${path} sends readers to ${refresh[1]}`);
      if (!refresh && isNew(path, html)) queue.push({ output, path });
    }
  }
  const count = queue.length;
  const context = await browser.newContext(options);
  await context.addInitScript(() => {
    window.alert = window.confirm = window.prompt = window.print = (...args) => {
      window.hit = args;
    };
  });
  const worker = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    let current;
    let base;
    const say = (what) => wrong.add(`${current.path} ${what}`);
    page.on("dialog", (dialog) => {
      say(`opens a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("console", (message) => {
      // A picture that is not there is a problem, but not one of safety.
      if (!message.text().includes("ERR_FILE_NOT_FOUND")) say(`makes the browser say: ${message.text()}`);
    });
    page.on("pageerror", (error) => say(`runs into ${error}`));
    page.on("popup", (popup) => say(`opens ${popup.url()}`));
    page.on("request", (request) => {
      // A tab may still want the icon of the page before.
      if (!request.url().startsWith(pathToFileURL(folder).href) && !request.url().startsWith("data:image/")) say(`asks for ${request.url()}`);
    });
    page.on("framenavigated", (frame) => {
      if (!frame.url().startsWith(base) && frame.url() !== "about:blank") say(`goes to ${frame.url()}`);
    });
    while (queue.length > 0) {
      current = queue.shift();
      base = `${pathToFileURL(current.output).href}/`;
      try {
        await page.goto(base + current.path.split("/").map(encodeURIComponent).join("/"), { waitUntil: "load" });
        for (const what of await page.evaluate(look)) say(what);
      } catch (error) {
        say(`cannot be looked at: ${error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: TABS }, worker));
  await context.close();
  return { wrong: [...wrong], count };
}

test("no text that an editor can write runs in a reader's browser", { timeout: 1_200_000 }, async (report) => {
  const outputs = [];
  let taken = 0;
  let refused = 0;
  for (let from = 0; from < vectors.length; from += TOGETHER) {
    const output = join(folder, `${from}-out`);
    const counts = build(vectors.slice(from, from + TOGETHER), join(folder, `${from}`), output);
    taken += counts.taken;
    refused += counts.refused;
    outputs.push(output);
  }
  report.diagnostic(`${vectors.length} texts: ${taken} places took one, ${refused} refused it`);
  assert.ok(taken > 30 * vectors.length, "too few places are tried");
  // Without the policy, what the sanitiser lets through would show; with it, a page must not make the browser complain.
  for (const [name, some, options] of [
    ["with the policy of security off", outputs, { bypassCSP: true }],
    ["with it on", outputs.slice(-1), {}],
  ]) {
    const { wrong, count } = await open(some, options);
    report.diagnostic(`${count} pages opened ${name}`);
    assert.deepEqual(wrong, [], name);
  }
});
