// Small sites in which hostile texts stand in every place where an editor can write.

import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = new URL("../..", import.meta.url).pathname;

/** The program: the one that `EXPOUND` names, or the last that was built. */
function program() {
  if (process.env.EXPOUND) return process.env.EXPOUND;
  const built = ["release", "debug"].map((profile) => join(root, "target", profile, "expound"));
  const time = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newest = built.sort((one, other) => time(other) - time(one))[0];
  if (time(newest) === 0) throw new Error("there is no program: run `cargo build`, or name one by EXPOUND");
  return newest;
}

function run(...options) {
  const { status, stdout, stderr, error } = spawnSync(program(), options, { timeout: 120_000, maxBuffer: 1e8 });
  if (error) throw error;
  if (status !== 0 && status !== 1) throw new Error(`expound ${options.join(" ")} ended with ${status}: ${stderr}`);
  return { isClean: status === 0, out: stdout.toString() };
}

/** A text for YAML, in quotes. */
const quoted = (text) => JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

/** A place where a text is tried. If it is refused there, the other stands in its place. */
const attempt = (text, other = "") => ({ text, other });

/** So many texts share a kind. */
const OF_KIND = 8;

/** Texts one after another, for YAML. */
const joined = (texts) => quoted(texts.map((text) => text.replaceAll(/\s+/g, " ")).join(" "));

/**
 * The files of a site: for each its pieces, every one of which begins a line. Each text has pages, a source, fields and
 * more of its own; what there is less of holds several of them.
 */
function pieces(texts) {
  const all = joined(texts);
  const own = texts.map((text, index) => {
    const line = text.replaceAll("\n", " ");
    return { text, line, yaml: quoted(text), marked: quoted(`[@newton, p. 3, ${line}]`), id: index };
  });
  const each = (make) => own.flatMap((one) => make(one));
  const files = {
    "content/site.yaml": [
      attempt(`title: ${all}\n`, "title: Words\n"),
      attempt(`summary: ${all}\n`),
      attempt(`licence: ${all}\n`),
      attempt(`licence_url: ${quoted(texts[0])}\n`),
      "languages:\n",
      attempt(`  en: ${all}\n`, "  en: English\n"),
      attempt(`  fr: ${all}\n`, "  fr: French\n"),
      "evidence:\n  style: apa\n  bases:\n    study: A study\n",
      ...each(({ yaml, id }) => [attempt(`    b${id}: ${yaml}\n`), attempt(`    ${yaml}: x\n`)]),
      "kinds:\n  term: {folder: glossary, title: Term, plural: Glossary, glossary: true}\n",
      ...each(({ yaml, id }) => [
        ...(id % OF_KIND > 0 ? [] : kind(id / OF_KIND, own.slice(id, id + OF_KIND))),
        attempt(`      words${id}: {type: text, title: ${yaml}}\n`),
        attempt(`      more${id}: {type: texts, title: ${yaml}}\n`),
        attempt(`      size${id}: {type: choice, title: ${yaml}, of: {small: ${yaml}}}\n`),
      ]),
    ],
    "content/sources.yaml": [
      "newton: {type: book, title: Principia}\n",
      ...each(({ yaml, id }) => [
        `s${id}:\n  type: book\n`,
        attempt(`  title: ${yaml}\n`, "  title: Words\n"),
        ...["author", "url", "publisher", "serial-number", "note", "location", "genre"].map((key) => attempt(`  ${key}: ${yaml}\n`)),
        attempt(`  parent: {type: anthology, title: ${yaml}}\n`),
        ...(id % 4 > 0 ? [] : [attempt(`${yaml}: {type: web, title: ${yaml}}\n`)]),
      ]),
    ],
    "content/passages.yaml": each(({ yaml, id }) => [
      `s${id}:\n  passages:\n    - {at: 1, gist: One.}\n`,
      attempt(`    - {at: 2, gist: ${yaml}, heading: ${yaml}}\n`),
      attempt(`    - {at: 3, gist: Three., watch: ${yaml}}\n`),
      attempt(`    - {at: ${yaml}, gist: Four.}\n`),
    ]),
    "content/facts.yaml": each(({ yaml, marked, id }) => [
      `rate${id}: {value: 9.8, as_of: 2020, source: "[@newton]"}\n`,
      attempt(
        `words${id}: {value: ${yaml}, unit: ${yaml}, qualifier: ${yaml}, note: ${yaml}, as_of: 2020, source: "[@newton]"}\n`,
      ),
      attempt(`cited${id}: {value: 1, as_of: 2020, source: ${marked}}\n`),
    ]),
    "content/events.yaml": [
      "- {date: 1687, text: Printed.}\n",
      ...each(({ yaml, marked }) => [
        attempt(`- {date: 1688, text: ${yaml}, cite: "[@newton]"}\n`),
        attempt(`- {date: 1688, text: Words., label: ${yaml}, cite: "[@newton]"}\n`),
        attempt(`- {date: 1688, text: Words., from: ${yaml}}\n`),
        attempt(`- {date: 1689, text: Words., cite: ${marked}}\n`),
      ]),
    ],
    "content/index.md": [
      "---\n",
      attempt(`title: ${all}\n`, "title: Words\n"),
      attempt(`summary: ${all}\n`),
      "---\n\n```timeline\n```\n\n```pages\nkind: k0\n```\n\n```matrix\nrows: k0\ncolumns: term\n```\n\n",
      "```map\ncentre: k0\nafter: term\n```\n\n```compare\npages: [data0, raw0]\n```\n\n",
      attempt(`\`\`\`columns\nkinds: k0\nfield: size0\ncolumns: [{title: ${all}, of: small}]\n\`\`\`\n\n`),
      ...each(({ yaml, id }) => [attempt(`\`\`\`timeline\nfrom: ${yaml}\n\`\`\`\n\n`), attempt(`[=words${id}] and [=cited${id}].\n\n`)]),
    ],
    "content/glossary/weight.md": [
      "---\ntitle: weight\n",
      attempt(`summary: ${all}\n`),
      "forms: [heaviness]\n---\n\nA force.\n",
    ],
    "content/p.png": [""],
  };
  for (const one of own) {
    const folder = `content/k${Math.floor(one.id / OF_KIND)}`;
    files[`${folder}/data${one.id}.md`] = data(one);
    files[`${folder}/raw${one.id}.md`] = raw(one);
  }
  return files;
}

/** A kind in whose names several texts stand, and that has a relation for each. Its fields follow. */
function kind(number, own) {
  const yaml = joined(own.map((one) => one.text));
  return [
    `  k${number}:\n    folder: k${number}\n`,
    attempt(`    title: ${yaml}\n`, "    title: K\n"),
    attempt(`    plural: ${yaml}\n`, "    plural: Ks\n"),
    "    relations:\n",
    ...own.map(({ yaml, id }) =>
      attempt(`      shows${id}: {to: term, title: ${yaml}, inverse: ${yaml}}\n`, `      shows${id}: {to: term, inverse: Shown by}\n`),
    ),
    "    fields:\n      home: {type: address}\n",
  ];
}

/** A page that holds a text in its front matter, and in Markdown's own forms. */
function data({ text, line, yaml, marked, id }) {
  const keys = ["summary", `words${id}`, "home", "slug", "updated"].map((key) => attempt(`${key}: ${yaml}\n`));
  const lists = [`more${id}`, "aliases", "withhold"].map((key) => attempt(`${key}: [${yaml}]\n`));
  const blocks = [
    `> ${line}`,
    `> [!NOTE]\n> ${line}`,
    `1. ${line}\n   - ${line}`,
    `${line}\n: ${line}`,
    `| a | b |\n|---|--:|\n| ${line.replaceAll("|", "\\|")} | weight |`,
    `### ${line}`,
    `### Words {#${line}}`,
    `### Words {.${line}}`,
    `A note.[^n]\n\n[^n]: ${line}`,
    `[click](${text})`,
    `[click](<${line}>)`,
    `[click](https://example.org/${line})`,
    `[click](<https://example.org/${line}>)`,
    `[click](https://example.org "${line}")`,
    `[click](https://example.org '${line}')`,
    `[${line}](https://example.org)`,
    `[click][reference]\n\n[reference]: ${line}`,
    `[click][titled]\n\n[titled]: https://example.org "${line}"`,
    `<${text}>`,
    `[[weight|${line}]]`,
    `[[${line}]]`,
    `[[weight#${line}]]`,
    `![${line}](../p.png)`,
    `![words](../p.png "${line}")`,
    `![words](<${line}>)`,
    `![words](${text})`,
    `Said. [@newton, p. 3, ${line}]`,
    `Said. [${line} @newton]`,
    `Said. [@{${line}}]`,
    `Said. [@newton, p. 3${line}]`,
    `Said. [@s${id}, ¶1, ¶${line}]`,
    `[=${line}]`,
    `\`${line}\``,
    `    ${line}`,
    `\`\`\`${line}\nwords\n\`\`\``,
    `~~~html\n${text}\n~~~`,
    `Said ${line} of **${line}** _${line}_ ~~${line}~~.`,
  ];
  return [
    "---\n",
    attempt(`title: ${yaml}\n`, `title: Data ${id}\n`),
    ...keys,
    ...lists,
    attempt(`size${id}: small\n`),
    `shows${id}:\n  - to: weight\n`,
    attempt(`    note: ${yaml}\n`),
    attempt(`    cite: ${marked}\n`),
    attempt(`    basis: b${id}\n`),
    `---\n\nThe weight of it. [=rate${id}] [@s${id}, ¶1]\n\n`,
    ...blocks.map((block) => attempt(`${block}\n\n`)),
  ];
}

/** A page that holds a text as raw HTML and inside of it. */
function raw({ text, line, id }) {
  const blocks = [
    `<b title="${text}">words</b>`,
    `Say <b title="${line}">words</b> or <b title='${line}'>words</b>.`,
    `Say <a href="${line}">click</a> or <a href=${line}>click</a>.`,
    `Say <img src="${line}" alt="${line}"> and <img alt=x ${line}>.`,
    `<div ${line}>words</div>`,
    `<div class="${line}" id="${line}" role="${line}" lang="${line}" dir="${line}">\n\nweight [click](https://example.org)\n\n</div>`,
    `<blockquote cite="${line}">words</blockquote>`,
    `Say ${line}.`,
    `<!-- ${line} -->`,
    text,
  ];
  return [`---\ntitle: Raw ${id}\n---\n\n`, ...blocks.map((block) => attempt(`${block}\n\n`))];
}

/** Writes the site, and gives for every file the lines in which its pieces begin. */
function write(folder, files, refused) {
  const starts = {};
  for (const [path, parts] of Object.entries(files)) {
    let text = "";
    let line = 1;
    starts[path] = parts.map((part, index) => {
      const start = line;
      const own = typeof part === "string" ? part : refused.has(`${path}:${index}`) ? part.other : part.text;
      text += own;
      line += own.split("\n").length - 1;
      return start;
    });
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return starts;
}

/**
 * Builds a site with the texts in every place that takes them. Places that have a problem are taken out until there is
 * none. Gives how many places took a text, and how many refused it.
 */
export function build(texts, folder, output) {
  const files = pieces(texts);
  const places = Object.entries(files).map(([path, parts]) => {
    const indexes = parts.flatMap((part, index) => (typeof part === "string" ? [] : [index]));
    return [path, indexes];
  });
  const ofFile = Object.fromEntries(places);
  const refused = new Set();
  for (;;) {
    const starts = write(folder, files, refused);
    const { isClean, out } = run("check", "-r", folder, "--format", "json");
    if (isClean) break;
    const before = refused.size;
    const errors = out.split("\n").filter(Boolean).map((one) => JSON.parse(one)).filter((one) => one.severity === "error");
    for (const { path, line, end_line: end } of errors) {
      const places = ofFile[path] ?? [];
      // The piece in which the problem begins, and all pieces that begin inside it.
      const at = starts[path]?.findLastIndex((start) => start <= line);
      const hit = places.filter((index) => index === at || (starts[path][index] >= line && starts[path][index] <= end));
      if (hit.length === 0) {
        // It begins in words of our own. After a name, as that of a source, follows what belongs to it: the texts go one
        // at a time. The first words of a file stand for the whole of it.
        const left = places.filter((index) => !refused.has(`${path}:${index}`));
        hit.push(...(at > 0 ? [left.find((index) => index > at) ?? left.at(-1)] : left).filter((index) => index !== undefined));
      }
      for (const index of hit) refused.add(`${path}:${index}`);
    }
    if (refused.size === before) throw new Error(`no place is left to take out:\n${out.slice(0, 4000)}`);
  }
  const { isClean, out } = run("build", "-r", folder, "-o", output, "--no-search");
  if (!isClean) throw new Error(`it does not build:\n${out.slice(0, 4000)}`);
  const count = places.reduce((sum, [, indexes]) => sum + indexes.length, 0);
  return { taken: count - refused.size, refused: refused.size };
}
