"use strict";
// The figures page: one filter for the timeline, the contradictions and the table of keys.
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const status = document.getElementById("shown");
  const rows = [...document.querySelectorAll(".claim-row")];

  function apply() {
    const wanted = Object.fromEntries(new FormData(form));
    const fits = (element) =>
      (!wanted.category || element.dataset.category === wanted.category) &&
      (!wanted.side || [element.dataset.side, element.dataset.otherSide].includes(wanted.side)) &&
      (!wanted.source || [element.dataset.source, element.dataset.otherSource].includes(wanted.source));
    for (const element of document.querySelectorAll(".claim-row, .pair")) element.hidden = !fits(element);
    for (const key of document.querySelectorAll("tbody.key")) key.hidden = !key.querySelector(".claim-row:not([hidden])");
    for (const claim of document.querySelectorAll("a.claim")) {
      const out = !fits(claim);
      claim.classList.toggle("out", out);
      if (out) claim.setAttribute("tabindex", "-1");
      else claim.removeAttribute("tabindex");
    }
    for (const panel of document.querySelectorAll(".panel")) panel.hidden = !panel.querySelector("a.claim:not(.out)");
    status.textContent = rows.filter((row) => !row.hidden).length + " of " + rows.length + " claims";
  }
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
