// Under `expound serve` alone: shows a page again when the site has changed, where its reader was, and tells of the
// site's problems over it. Everything that comes from the site's files is written as text.

(() => {
  "use strict";
  const script = document.currentScript;
  const state = new URL(script.src).searchParams.get("state");
  const key = "expound-scroll";

  // The browser may come back to where it was before the page has its height: so it is told twice.
  const saved = sessionStorage.getItem(key);
  if (saved) {
    sessionStorage.removeItem(key);
    const { path, x, y } = JSON.parse(saved);
    if (path === location.pathname) {
      const scroll = () => scrollTo({ left: x, top: y, behavior: "instant" });
      scroll();
      addEventListener("load", scroll, { once: true });
    }
  }

  function reload() {
    sessionStorage.setItem(key, JSON.stringify({ path: location.pathname, x: scrollX, y: scrollY }));
    location.reload();
  }

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [name_, value] of Object.entries(attributes)) made.setAttribute(name_, value);
    made.append(...children);
    return made;
  };

  let host;
  let closed = "";

  function show(told) {
    const whole = JSON.stringify(told);
    host?.remove();
    host = undefined;
    if (told.list.length === 0 || closed === whole) return;
    closed = "";
    host = element("expound-problems");
    const root = host.attachShadow({ mode: "open" });
    const list = element("ol", {});
    for (const problem of told.list) {
      const item = element(
        "li",
        { class: problem.severity },
        element("p", { class: "message" }, element("b", {}, `${problem.severity}[${problem.code}]`), ": ", problem.message),
        element("p", { class: "place" }, problem.place),
      );
      if (problem.excerpt) {
        const { before, marked, after } = problem.excerpt;
        item.append(element("pre", { tabindex: "0" }, before, element("mark", {}, marked), after));
      }
      for (const other of problem.others) item.append(element("p", { class: "place" }, `${other.place}: ${other.text}`));
      if (problem.help) item.append(element("p", { class: "help" }, element("b", {}, "help"), ": ", problem.help));
      list.append(item);
    }
    const close = element("button", { type: "button" }, "Close");
    close.addEventListener("click", () => {
      closed = whole;
      host?.remove();
    });
    const title = told.is_broken ? `${told.summary}; the page is as it was before` : told.summary;
    const heading = element("summary", {}, element("span", {}, title));
    const details = element("details", told.is_broken ? { open: "" } : {}, heading, element("div", { class: "bar" }, close), list);
    const section = element("section", { "aria-label": "Problems of the site", class: told.is_broken ? "broken" : "" }, details);
    section.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close.click();
    });
    root.append(element("link", { rel: "stylesheet", href: new URL("live.css", script.src).href }), section);
    document.body.append(host);
    // A live region speaks of what is put into it once it is there.
    const status = element("p", { role: "status" });
    section.append(status);
    setTimeout(() => status.append(title), 100);
  }

  // A browser has few connections to one host: only pages that are seen hold one.
  let events;
  function listen() {
    if (document.hidden) {
      events?.close();
      events = undefined;
    } else if (!events) {
      events = new EventSource(new URL("events", script.src));
      events.addEventListener("message", ({ data }) => {
        const told = JSON.parse(data);
        if (told.state !== state) reload();
        else show(told.problems);
      });
    }
  }
  document.addEventListener("visibilitychange", listen);
  listen();
})();
