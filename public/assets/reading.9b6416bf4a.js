// The reader's choice of colours, notes that open at their marks, and the key that leads to the search field. Without it
// pages follow the system's colours, and a mark leads to its note by the address alone.
(() => {
  const root = document.documentElement;
  const store = {
    get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
    set: (theme) => { try { theme ? localStorage.setItem("theme", theme) : localStorage.removeItem("theme"); } catch {} },
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(store.get());
  root.dataset.scripts = "";
  addEventListener("storage", (event) => event.key === "theme" && apply(event.newValue));

  // First away from what the system has, then to it, then back to following it.
  const next = () => {
    const turn = matchMedia("(prefers-color-scheme: dark)").matches ? ["light", "dark"] : ["dark", "light"];
    return turn[turn.indexOf(root.dataset.theme) + 1];
  };

  // A press on the mark of an open note closes it by itself, before the click that comes of the press.
  let box, opener, closed;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (closed = undefined), true);
  const make = () => {
    box = document.createElement("span");
    box.className = "note open";
    box.popover = "auto";
    box.tabIndex = -1;
    box.setAttribute("role", "note");
    // The validators of style sheets do not know these properties yet.
    if (CSS.supports("position-area", "block-end")) {
      box.classList.add("placed");
      box.style.cssText =
        "position-anchor: --opener; position-area: block-end; position-try-fallbacks: flip-block; justify-self: anchor-center";
    }
    box.addEventListener("beforetoggle", (event) => {
      if (event.newState === "closed") closed = opener;
    });
  };

  /** Shows a note: where it stands, if that is in sight, otherwise at the mark. */
  const open = (mark, note) => {
    const place = note.getBoundingClientRect();
    if (place.height && place.bottom > 0 && place.top < innerHeight) {
      note.tabIndex = -1;
      return note.focus();
    }
    if (closed === mark) return;
    if (!box) make();
    box.replaceChildren(...note.cloneNode(true).childNodes);
    opener?.style.removeProperty("anchor-name");
    (opener = mark).style.setProperty("anchor-name", "--opener");
    (mark.closest(".cite") ?? mark).after(box);
    box.showPopover({ source: mark });
    box.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest(".theme")) {
      const theme = next();
      store.set(theme);
      return apply(theme);
    }
    const mark = event.target.closest(".cite a, a.fact");
    const note = mark && document.getElementById(mark.hash.slice(1));
    if (!note || !note.showPopover || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(mark, note);
  });

  // The key / leads to the search field of the page, from wherever nothing is being written.
  document.addEventListener("keydown", (event) => {
    const field = document.querySelector("input[name=q]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
