"use strict";
// The referents and events: an address opens the mentions of what it names.
(() => {
  function go() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const mentions = target && target.querySelector("details");
    if (!mentions) return;
    mentions.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", go);
  go();
})();
