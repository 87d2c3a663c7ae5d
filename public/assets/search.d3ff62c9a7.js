// Searching on the page that lists everything from A to Z. Where there is no search index, as on a disk, or where the
// index knows no such word, the names on the page itself are searched.
(() => {
  const form = document.getElementById("search");
  const field = form.elements.q;
  const results = document.getElementById("results");
  const status = document.getElementById("search-status");
  const list = results.querySelector("ol");
  const more = results.querySelector("button");
  const words = form.dataset;
  const at = new URL(words.root, document.baseURI);
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const STEP = 10;

  /** The words of a text as they are compared: without accents, in small letters. */
  const fold = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/(\d)[.,\s](?=\d)/g, "$1").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

  /** How many letters must be changed, put in, left out or exchanged to make one word of another. */
  const distance = (one, other) => {
    let [before, last] = [[], [...other, ""].map((_, index) => index)];
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] !== other[j - 1]));
        if (one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    return last[other.length];
  };

  /** How far a word is from the nearest of others, the beginnings of longer ones included; nothing when it is too far. */
  const farness = (word, others) => {
    const far = others.map((other) => (other.startsWith(word) ? 0 : Math.min(distance(word, other), 99)));
    const least = Math.min(99, ...far);
    return least <= Math.ceil(word.length / 4) ? least : undefined;
  };

  let names;
  /** The entries of the index whose names have words near these, the nearest first, each page once. */
  const near = (query) => {
    names ??= [...document.querySelectorAll(".index li")].map((entry) => ({ entry, words: fold(entry.dataset.name ?? entry.querySelector("a").textContent) }));
    const wanted = fold(query);
    const found = [];
    for (const { entry, words } of names) {
      const far = wanted.map((word) => farness(word, words)).filter((one) => one !== undefined);
      // A name that has only some of the words comes after one that has all, if they are ever so near.
      if (far.length) found.push({ entry, far: (wanted.length - far.length) * 100 + far.reduce((sum, one) => sum + one, 0) });
    }
    const seen = new Set();
    return found
      .sort((one, other) => one.far - other.far)
      .filter(({ entry }) => !seen.has(entry.querySelector("a").href) && seen.add(entry.querySelector("a").href));
  };

  let loading;
  /** Pagefind, when there is an index and it can be had. */
  const engine = () =>
    (loading ??=
      !words.bundle || location.protocol === "file:"
        ? Promise.resolve()
        : import(new URL(`${words.bundle}/pagefind.js`, at))
            .then(async (pagefind) => {
              await pagefind.options({ excerptLength: 24, ranking: { metaWeights: { title: 8, synonyms: 8, summary: 2, source: 2 } } });
              await pagefind.init();
              return pagefind;
            })
            .catch(() => undefined));

  const chosen = () => {
    const filters = {};
    for (const box of form.querySelectorAll("input:checked")) (filters[box.name] ??= { any: [] }).any.push(box.value);
    return filters;
  };

  const element = (name, text, ...children) => {
    const made = document.createElement(name);
    made.append(...(text ? [text] : []), ...children);
    return made;
  };

  /** An entry of the index as a result. */
  const known = (entry) => {
    const link = entry.querySelector("a");
    const item = element("li", "", ...[...entry.querySelectorAll(".sign")].map((sign) => sign.cloneNode()));
    item.append(element("h3", "", link.cloneNode(true)));
    const kind = entry.querySelector(".kind");
    if (kind) item.append(kind.cloneNode(true));
    return item;
  };

  /** A result of Pagefind. What it marks comes as HTML, and is taken as text all the same. */
  const result = ({ raw_url: path, meta, excerpt, filters }) => {
    const link = element("a", meta.title ?? meta.source);
    link.href = new URL(path, at);
    const item = element("li");
    const kind = form.querySelector(`[name=kind][value="${CSS.escape(filters.kind?.[0] ?? "")}"]`)?.closest("label");
    const sign = kind?.querySelector(".sign");
    if (sign) item.append(sign.cloneNode());
    item.append(element("h3", "", link));
    if (kind) {
      const label = element("p", kind.dataset.one);
      label.className = "kind";
      item.append(label);
    }
    if (meta.summary) item.append(element("p", meta.summary));
    const found = element("p");
    found.className = "excerpt";
    excerpt.split(/<mark>(.*?)<\/mark>/g).forEach((text, index) => found.append(index % 2 ? element("mark", text) : text));
    item.append(found);
    return item;
  };

  let turn = 0;
  /** Shows results, `STEP` at a time. */
  const show = async (items, own, draw, says) => {
    list.replaceChildren();
    const next = async () => {
      const some = await Promise.all(items.splice(0, STEP).map(draw));
      if (own !== turn) return;
      const first = list.children.length;
      list.append(...some);
      more.hidden = !items.length;
      if (first) list.children[first].querySelector("a").focus();
    };
    more.onclick = next;
    results.hidden = !items.length;
    await next();
    if (own === turn) status.textContent = says;
  };

  const search = async () => {
    const own = ++turn;
    const query = field.value.trim();
    const filters = chosen();
    if (!query && !Object.keys(filters).length) {
      results.hidden = true;
      status.textContent = "";
      return;
    }
    const pagefind = await engine();
    if (own !== turn) return;
    if (pagefind) {
      const { results: items } = await pagefind.search(query || null, { filters });
      if (own !== turn) return;
      if (items.length) {
        return show(items, own, async (one) => result(await one.data()), `${words.found} ${number.format(items.length)}`);
      }
    }
    const items = near(query);
    const all = items.length;
    items.splice(5);
    await show(items, own, ({ entry }) => known(entry), all ? words.near : words.none);
  };

  /** Puts what is asked for into the address; while it is being written, over what was there before. */
  const settle = (isWriting) => {
    const asked = new URLSearchParams(new FormData(form));
    if (!field.value.trim()) asked.delete("q");
    const address = asked.size ? `?${asked}` : location.pathname;
    if (history.state?.isWriting) history.replaceState({ isWriting }, "", address);
    else if (address !== location.search) history.pushState({ isWriting }, "", address);
  };

  /** Asks what the address asks. */
  const read = () => {
    const asked = new URLSearchParams(location.search);
    field.value = asked.get("q") ?? "";
    let isNarrow = false;
    for (const box of form.querySelectorAll("[type=checkbox]")) {
      box.checked = asked.getAll(box.name).includes(box.value);
      isNarrow ||= box.checked;
    }
    const narrow = form.querySelector("details");
    if (narrow && isNarrow) narrow.open = true;
    return search();
  };

  let timer;
  field.addEventListener("focus", engine, { once: true });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      settle(true);
      search();
    }, 250);
  });
  form.addEventListener("change", (event) => {
    if (event.target === field) return;
    settle(false);
    search();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    settle(false);
    search();
  });
  addEventListener("popstate", read);
  form.hidden = false;
  read();
})();
