// The built site for tests: its files, a server for it at any sub-path, and a browser to open it with.

import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { chromium } from "playwright-core";

const repository = new URL("../..", import.meta.url).pathname;

/** The program: the one that `EXPOUND` names, or the one that was built last. */
export const expound =
  process.env.EXPOUND ??
  ["release", "debug"]
    .map((profile) => join(repository, "target", profile, "expound"))
    .filter((path) => existsSync(path))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0];

export const folder = process.env.SITE ?? new URL("../../public", import.meta.url).pathname;

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".xml": "application/xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** Every file of the site, by its path with `/` between segments, sorted. */
export function files() {
  const walk = (dir) =>
    readdirSync(dir).flatMap((name) => {
      const path = join(dir, name);
      return statSync(path).isDirectory() ? walk(path) : [relative(folder, path).split(sep).join("/")];
    });
  return walk(folder).sort();
}

/** Every page, but for those that only send readers on. */
export function pages() {
  return files().filter((path) => path.endsWith(".html") && !text(path).includes('http-equiv="refresh"'));
}

export function text(path) {
  return readFileSync(join(folder, path), "utf8");
}

/**
 * Serves a site under `prefix`, as in `/a/b/`. Gives its address and a way to stop. With `BASE`, the site is served by
 * somebody else at that address already.
 */
export async function serve(prefix, root = folder) {
  if (process.env.BASE && root === folder) return { base: process.env.BASE, stop: async () => {} };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (!path.startsWith(prefix)) return response.writeHead(404).end();
    const file = path.slice(prefix.length) + (path.endsWith("/") ? "index.html" : "");
    try {
      const bytes = readFileSync(join(root, file));
      const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream" };
      const isPlain = !TYPES[extname(file)] || !/gzip/.test(request.headers["accept-encoding"] ?? "");
      if (isPlain) return response.writeHead(200, headers).end(bytes);
      // As hosts do with text.
      response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(gzipSync(bytes));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    base: `http://127.0.0.1:${server.address().port}${prefix}`,
    stop: () => new Promise((done) => server.close(done)),
  };
}

// Debian's browser without windows: the same engine, and half the time for a page, since no window is painted around it.
const BROWSERS = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

export function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path)),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--allow-file-access-from-files",
    ],
  });
}
