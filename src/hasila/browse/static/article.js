"use strict";
// The article page: what a span holds, by pointer or keyboard, and addresses of spans.
// Everything that comes from the corpus enters the page as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const card = document.getElementById("card");
  const hint = card.firstElementChild;
  const all = [...document.querySelectorAll(".text p [data-a]")];
  // A space between two spans can be pointed at, but is no stop for the keyboard.
  const pieces = all.filter((piece) => piece.textContent.trim());
  const buttons = [...document.querySelectorAll("button.zone")];
  let kept = null;

  const originOf = (element) => element.closest("p, button").classList.contains(data.origins[0]) ? data.origins[0] : data.origins[1];
  const idsOf = (element) => element.dataset.a.split(" ");
  const layerOn = (name) => document.getElementById("layer-" + data.numbers[name]).checked;
  const visible = (element) => element.getClientRects().length > 0;

  const byNote = new Map();
  for (const element of [...all, ...buttons]) {
    for (const id of idsOf(element)) {
      const key = originOf(element) + ":" + id;
      if (!byNote.has(key)) byNote.set(key, []);
      byNote.get(key).push(element);
    }
  }

  const make = (name, text, attributes = {}) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const quoted = (text) => make("bdi", text, { lang: "ar", dir: "auto" });
  const address = (origin, id) => "#" + (origin === data.origins[0] ? "" : origin + ":") + encodeURIComponent(id);

  // A field's value by its type in the schema.
  function value(it, type, origin) {
    if (Array.isArray(it)) {
      const list = make("span");
      it.forEach((one, k) => list.append(...(k ? [type.item && type.item.fields ? make("br") : ", "] : []), value(one, type.item || {}, origin)));
      return list;
    }
    if (it !== null && typeof it === "object") {
      if ("start" in it && "text" in it) return quoted(it.text);
      const parts = make("span");
      for (const field of type.fields || []) if (it[field.name] != null) parts.append(value(it[field.name], field, origin), " ");
      return parts;
    }
    if (type.labels && type.labels[it]) return make("span", type.labels[it][0], { title: type.labels[it][1] });
    const mention = type.type === "annotationId" ? it : type.type === "reference" && String(it).startsWith("#") ? it.slice(1) : null;
    if (mention !== null) {
      const target = data.notes[origin][mention];
      const link = make("a", mention, { href: address(origin, mention) });
      if (target) link.append(" ", quoted(target.text.length > 40 ? target.text.slice(0, 40) + "…" : target.text));
      return link;
    }
    if ((type.type === "reference" || type.type === "registryId") && Object.hasOwn(data.registry, it)) {
      const [name, page] = data.registry[it];
      return page ? make("a", name, { href: "../" + page + "#" + encodeURIComponent(it) }) : make("span", name);
    }
    return type.kind === "string" && !type.type ? quoted(String(it)) : make("span", String(it));
  }

  function section(origin, id) {
    const note = data.notes[origin][id];
    const part = make("section");
    const head = make("h2");
    head.append(make("span", "", { class: "swatch c" + (data.numbers[note.layer] % 8) }), note.layer, make("code", id));
    const quote = make("blockquote");
    quote.append(quoted(note.text.length > 300 ? note.text.slice(0, 300) + "…" : note.text));
    const list = make("dl");
    const row = (name, content, about = "") => {
      const cell = make("dd");
      cell.append(content);
      list.append(make("dt", name.replaceAll("_", " "), about ? { title: about } : {}), cell);
    };
    for (const field of data.layers[note.layer].fields) {
      if (field.name in note.fields) row(field.name, value(note.fields[field.name], field, origin), field.about);
    }
    for (const [name, it] of Object.entries(note.rest || {})) {
      row(name, name === "copy_of" ? value(it, { item: { type: "annotationId" } }, origin) : Array.isArray(it) ? it.join(", ") : String(it));
    }
    for (const [type, outgoing, to, who, text] of (data.relations[origin] || {})[id] || []) {
      const link = make("a", who + " ", { href: to });
      link.append(quoted(text));
      row((outgoing ? "" : "← ") + type.toLowerCase(), link);
    }
    if (note.by) row("by", note.by);
    part.append(head, quote, list);
    if (note.differs && note.differs[0] !== "same") {
      const [kind, other, fields] = note.differs;
      const there = data.origins.find((name) => name !== origin);
      const against = make("dl", "", { class: "differs" });
      const cell = make("dd");
      if (kind === "only") cell.append("no counterpart");
      else cell.append(kind === "span" ? "another span: " : "", make("a", other, { href: address(there, other) }), fields.length ? " in " + fields.join(", ") : "");
      against.append(make("dt", "in " + there), cell);
      part.append(against);
    }
    return part;
  }

  function mark(elements) {
    for (const element of document.querySelectorAll(".on")) element.classList.remove("on");
    for (const element of elements) element.classList.add("on");
  }

  function show(origin, ids, keep) {
    const shown = ids.filter((id) => layerOn(data.notes[origin][id].layer))
      .sort((a, b) => (data.notes[origin][a].end - data.notes[origin][a].start) - (data.notes[origin][b].end - data.notes[origin][b].start));
    card.classList.toggle("kept", keep && shown.length > 0);
    if (!shown.length) { clear(); return; }
    const close = make("button", "×", { type: "button", class: "close", "aria-label": "Close" });
    close.addEventListener("click", release);
    card.replaceChildren(close, ...shown.map((id) => section(origin, id)));
    card.scrollTop = 0;
    mark(byNote.get(origin + ":" + shown[0]) || []);
  }
  function clear() { card.replaceChildren(hint); card.classList.remove("kept"); mark([]); }
  function release() {
    const back = kept;
    kept = null;
    clear();
    if (back) back.focus();
  }
  function keep(element, ids = idsOf(element)) { kept = element; show(originOf(element), ids, true); }

  for (const element of [...all, ...buttons]) {
    if (element.localName === "span" && element.textContent.trim()) { element.setAttribute("role", "button"); element.tabIndex = -1; }
    element.addEventListener("pointerenter", (event) => { if (!kept && event.pointerType === "mouse") show(originOf(element), idsOf(element), false); });
    element.addEventListener("focus", () => { if (!kept && element.matches(":focus-visible")) show(originOf(element), idsOf(element), false); });
    element.addEventListener("click", () => { reachable(element); keep(element); });
  }

  // One tab stop for the whole text; the arrows go from span to span as they read.
  let stop = null;
  function reachable(element) {
    if (!element.hasAttribute("role")) return;
    if (stop) stop.tabIndex = -1;
    stop = element;
    stop.tabIndex = 0;
  }
  const live = () => pieces.filter((piece) => visible(piece) && idsOf(piece).some((id) => layerOn(data.notes[originOf(piece)][id].layer)));
  const first = () => { const some = live(); if (some.length && !(stop && some.includes(stop))) reachable(some[0]); };
  document.querySelector(".text").addEventListener("keydown", (event) => {
    const step = { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1 }[event.key];
    const here = event.target.closest("p [data-a]");
    if (here && step) {
      const some = live();
      const next = some[some.indexOf(here) + step];
      if (next) { kept = null; reachable(next); next.focus(); show(originOf(next), idsOf(next), false); }
      event.preventDefault();
    } else if (here && (event.key === "Enter" || event.key === " ")) {
      keep(here);
      const link = card.querySelector("a");
      if (link) link.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && kept) release(); });
  document.querySelector(".controls").addEventListener("change", () => { kept = null; clear(); first(); });
  first();

  // #e12 and #rules:e12 name an annotation, #text=10-20 a stretch of the text in code points.
  function range(start, end) {
    const place = (line, offset) => {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      let left = offset;
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const points = [...node.data];
        if (left <= points.length) return [node, points.slice(0, left).join("").length];
        left -= points.length;
      }
      return null;
    };
    const lines = [...document.querySelectorAll(".text p")].filter(visible);
    const line = lines.findLast((one) => Number(one.dataset.s) <= start);
    if (!line) return;
    const from = place(line, start - Number(line.dataset.s));
    const to = place(line, end - Number(line.dataset.s)) || from;
    if (!from) return;
    const found = new Range();
    found.setStart(...from);
    found.setEnd(...to);
    if (window.Highlight) CSS.highlights.set("hit", new Highlight(found));
    line.scrollIntoView({ block: "center" });
  }
  function go() {
    const name = decodeURIComponent(location.hash.slice(1));
    const stretch = /^text=(\d+)-(\d+)$/.exec(name);
    if (stretch) { range(Number(stretch[1]), Number(stretch[2])); return; }
    const [origin, id] = name.includes(":") ? name.split(":") : [data.origins[0], name];
    const note = (data.notes[origin] || {})[id];
    const elements = byNote.get(origin + ":" + id);
    if (!note || !elements) return;
    document.getElementById("layer-" + data.numbers[note.layer]).checked = true;
    const view = document.getElementById("view-" + origin);
    if (!elements.some(visible) && view) view.checked = true;
    const target = elements.find(visible) || elements[0];
    reachable(target);
    target.focus({ preventScroll: true });
    keep(target, [id]);
    target.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", go);
  // A link to the span that the address already names.
  card.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && link.getAttribute("href") === location.hash) { go(); event.preventDefault(); }
  });
  go();
})();
