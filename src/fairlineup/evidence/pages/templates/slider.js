
"use strict";
// Swaps fragments that were written with the page; formats and computes nothing.
(() => {
  const sweep = JSON.parse(document.getElementById("sweep").textContent);
  const bar = document.getElementById("slider");
  const range = document.getElementById("at");
  const buttons = [...bar.querySelectorAll("button[data-go]")];
  const places = [...document.querySelectorAll("[data-at]")];
  const html = (key, n) => sweep.fragments[key][n].map((piece) => sweep.pieces[piece]).join("");
  let shown = sweep.start;

  function show(n) {
    for (const place of places) place.innerHTML = html(place.dataset.at, n);
    document.documentElement.classList.toggle("moved", n !== sweep.start);
    range.value = n;
    range.setAttribute("aria-valuetext", html("said", n));
    for (const button of buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.go) === n));
    shown = n;
  }

  range.addEventListener("input", () => show(Number(range.value)));
  for (const button of buttons) button.addEventListener("click", () => show(Number(button.dataset.go)));
  let back = null;
  addEventListener("beforeprint", () => { back = shown; show(sweep.start); });
  addEventListener("afterprint", () => { if (back !== null) show(back); });
  bar.hidden = false;
  show(sweep.start);
})();
