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
/** So many pages are loaded into the frames of one tab. */
const FRAMES = 12;

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

/**
 * What no page may hold. Runs in a browser, beside the page in `window`, whose own names a text may have changed; follows
 * links of unusual kinds, and moves over and into everything.
 */
function look(window) {
  const { document, location } = window;
  const wrong = [];
  const never =
    "base, iframe, frame, object, embed, applet, style, math, [style], [srcdoc], svg script, foreignObject, video, audio, template, [ping], [formaction], [autofocus]";
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
      link.dispatchEvent(new window.MouseEvent(kind, { bubbles: true, cancelable: true }));
    }
  }
  if (window.hit !== undefined) wrong.push("runs its code");
  return wrong;
}

/** Loads pages into frames of the page where it runs, and gives what is wrong with them. */
async function frames({ addresses, look }) {
  const see = new Function(`return ${look}`)();
  const loaded = addresses.map((address) => {
    const frame = document.createElement("iframe");
    frame.width = 800;
    frame.height = 30;
    const done = new Promise((ready) => frame.addEventListener("load", () => ready(frame), { once: true }));
    frame.src = address;
    document.body.append(frame);
    return done;
  });
  return (await Promise.all(loaded)).flatMap((frame) => see(frame.contentWindow));
}

/** Opens every page of some sites, but for those that are the same in two of them: `together` of them at a time. */
async function open(outputs, options, together) {
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
  const host = join(folder, "frames.html");
  writeFileSync(host, "<!DOCTYPE html><title>Frames</title>");
  const context = await browser.newContext(options);
  await context.addInitScript(() => {
    window.alert = window.confirm = window.prompt = window.print = (...args) => {
      window.hit = args;
    };
  });
  const worker = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    let found = [];
    let expected = [];
    const say = (what) => found.push(what);
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
      if (!expected.some((address) => frame.url().startsWith(address)) && frame.url() !== "about:blank") say(`goes to ${frame.url()}`);
    });
    /** Opens some pages, and gives what is wrong with them. */
    const visit = async (some) => {
      found = [];
      const addresses = some.map(({ output, path }) => pathToFileURL(join(output, path)).href);
      const top = some.length > 1 ? pathToFileURL(host).href : addresses[0];
      expected = [top, ...some.map(({ output }) => `${pathToFileURL(output).href}/`)];
      try {
        await page.goto(top, { waitUntil: "load" });
        if (some.length > 1) found.push(...(await page.evaluate(frames, { addresses, look: String(look) })));
        else found.push(...(await page.evaluate(`(${look})(window)`)));
      } catch (error) {
        say(`cannot be looked at: ${error}`);
      }
      return found;
    };
    while (queue.length > 0) {
      const some = queue.splice(0, together);
      const problems = await visit(some);
      if (problems.length === 0) continue;
      // Which of them is it? If it comes only when they are together, all of them.
      const own = [];
      for (const one of some.length > 1 ? some : []) own.push(...(await visit([one])).map((what) => `${one.path} ${what}`));
      const all = some.map(({ path }) => path).join(", ");
      for (const what of own.length > 0 ? own : problems.map((what) => `${all} ${what}`)) wrong.add(what);
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
  // In frames pages cost half; some are opened as a reader does, in a tab of their own.
  for (const [name, some, options, together] of [
    ["with the policy of security off", outputs, { bypassCSP: true }, FRAMES],
    ["with it on", outputs.slice(-1), {}, 1],
  ]) {
    const { wrong, count } = await open(some, options, together);
    report.diagnostic(`${count} pages opened ${name}`);
    assert.deepEqual(wrong, [], name);
  }
});
