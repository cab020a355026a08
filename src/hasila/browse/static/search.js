"use strict";
// The search page. The folding table is the Python package's own; offsets are code points.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const [query, layer, label, origin] = ["query", "layer", "label", "origin"].map((id) => document.getElementById(id));
  const results = document.getElementById("results");
  const status = document.getElementById("status");
  const MOST = 200, WIDTH = 45;

  // The normal form of a text, and for each of its UTF-16 units the code point it stands for.
  function fold(text) {
    const points = [...text];
    const map = [];
    let form = "";
    points.forEach((point, k) => {
      const folded = Object.hasOwn(data.fold, point) ? data.fold[point] : point;
      for (let unit = 0; unit < folded.length; unit++) map.push(k);
      form += folded;
    });
    return { points, form, map };
  }
  const texts = new Map();
  const folded = (article) => {
    if (!texts.has(article.id)) texts.set(article.id, fold(article.text));
    return texts.get(article.id);
  };

  function* inText(article, words) {
    const { form, map } = folded(article);
    for (let at = form.indexOf(words); at >= 0; at = form.indexOf(words, at + 1)) {
      const start = map[at], end = map[at + words.length - 1] + 1;
      yield { start, end, hash: "text=" + start + "-" + end, what: "" };
    }
  }
  function* inNotes(article, words) {
    const { points } = folded(article);
    for (const [by, id, name, start, end, value, says] of article.notes) {
      if (origin && by !== origin.value) continue;
      if (layer.value !== "*" && name !== layer.value) continue;
      if (label.value && value !== label.value) continue;
      if (words && !fold(points.slice(start, end).join("") + " " + says).form.includes(words)) continue;
      const prefix = by === (origin ? origin.options[0].value : by) ? "" : by + ":";
      yield { start, end, hash: prefix + id, what: name + " " + id + (says ? " · " + says : "") };
    }
  }

  function line(article, hit) {
    const { points } = folded(article);
    const cut = (from, to) => points.slice(Math.max(from, 0), to).join("");
    const item = document.createElement("li");
    const link = document.createElement("a");
    const found = document.createElement("mark");
    const long = hit.end - hit.start > 2 * WIDTH;
    found.textContent = cut(hit.start, long ? hit.start + 2 * WIDTH : hit.end) + (long ? "…" : "");
    link.href = "articles/" + encodeURIComponent(data.files[article.id]) + "#" + encodeURIComponent(hit.hash).replace("%3D", "=").replace("%3A", ":");
    // Whole words around the hit, on its own line.
    const before = cut(hit.start - WIDTH, hit.start).split("\n").at(-1);
    const after = long ? "" : cut(hit.end, hit.end + WIDTH).split("\n")[0];
    link.append(before.length < WIDTH ? before : "…" + before.slice(before.indexOf(" ")), found, after.length < WIDTH ? after : after.slice(0, after.lastIndexOf(" ")) + "…");
    const where = document.createElement("bdi");
    where.className = "where";
    where.dir = "ltr";
    where.lang = "en";
    where.textContent = hit.what;
    item.append(link, " ", where);
    return item;
  }

  function run() {
    const words = fold(query.value).form.replace(/\s+/g, " ").trim();
    results.replaceChildren();
    if (!words && !layer.value) { status.textContent = ""; return; }
    let count = 0, shown = 0;
    for (const article of data.articles) {
      const list = document.createElement("ol");
      list.className = "concordance";
      list.lang = "ar";
      list.dir = "rtl";
      for (const hit of layer.value ? inNotes(article, words) : inText(article, words)) {
        count += 1;
        if (shown < MOST) { list.append(line(article, hit)); shown += 1; }
      }
      if (list.children.length) {
        const head = document.createElement("h2");
        head.textContent = article.id;
        results.append(head, list);
      }
    }
    status.textContent = count === 0 ? "Nothing found." : count + (count === 1 ? " place" : " places") + (count > shown ? ", the first " + shown + " shown" : "");
  }

  function labels() {
    const known = data.layers[layer.value] || {};
    const any = document.createElement("option");
    any.value = "";
    any.textContent = "any";
    label.replaceChildren(any, ...Object.entries(known).map(([name, title]) => {
      const option = document.createElement("option");
      option.value = name;
      option.textContent = title;
      return option;
    }));
    label.disabled = Object.keys(known).length === 0;
  }
  layer.addEventListener("change", () => { labels(); run(); });
  for (const control of [label, origin]) if (control) control.addEventListener("change", run);
  query.addEventListener("input", run);
  document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked) query.value = asked;
  run();
})();
