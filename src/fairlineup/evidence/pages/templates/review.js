"use strict";
(() => {
  const name = document.body.dataset.name;
  const pairs = [...document.querySelectorAll("section.pair")];
  const key = `fairlineup-labels/${name}/${pairs.map((p) => p.dataset.pair).sort().join()}`;
  const stored = () => {
    try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
  };
  const answer = (pair) => (pair.querySelector("input[type=radio]:checked") || {}).value || "";
  const field = (pair) => pair.querySelector("input[type=text]");
  const reason = (pair) => field(pair).value.trim();
  const done = (pair) => answer(pair) !== "" && reason(pair) !== "";
  const open = () => pairs.filter((pair) => !done(pair));
  let now = pairs[0];

  const show = () => {
    for (const pair of pairs) {
      pair.classList.toggle("done", done(pair));
      pair.classList.toggle("now", pair === now);
      const lacks = answer(pair) && !reason(pair) ? "a reason is missing"
        : reason(pair) && !answer(pair) ? "an answer is missing" : "";
      pair.querySelector(".lacks").textContent = lacks;
    }
    document.getElementById("count").textContent = `${pairs.length - open().length} of ${pairs.length} decided`;
  };
  const keep = () => {
    const state = {};
    for (const pair of pairs) state[pair.dataset.pair] = [answer(pair), field(pair).value];
    try { localStorage.setItem(key, JSON.stringify(state)); } catch { /* kept on the page only */ }
    show();
  };
  const go = (pair) => {
    if (!pair) return;
    now = pair;
    pair.scrollIntoView({ block: "start" });
    pair.focus({ preventScroll: true });
    show();
  };
  const beside = (step) => pairs[Math.max(0, Math.min(pairs.length - 1, pairs.indexOf(now) + step))];
  const nextOpen = () => {
    const after = pairs.indexOf(now);
    return pairs.slice(after + 1).find((pair) => !done(pair)) || open()[0];
  };
  const cell = (text) => `"${text.replace(/"/g, '""')}"`;
  const sheet = () => ["pair,decision,reason",
    ...pairs.filter((pair) => answer(pair) || reason(pair))
      .map((pair) => [pair.dataset.pair, answer(pair), cell(reason(pair))].join())].join("\n") + "\n";

  document.addEventListener("focusin", (event) => {
    const pair = event.target.closest("section.pair");
    if (pair && pair !== now) { now = pair; show(); }
  });
  document.addEventListener("input", keep);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input[type=text]")) {
      if (event.key === "Enter" && done(now)) { event.preventDefault(); go(nextOpen()); }
      return;
    }
    if (/^[1-4]$/.test(event.key)) {
      event.preventDefault();
      now.querySelectorAll("input[type=radio]")[Number(event.key) - 1].checked = true;
      field(now).focus();
      keep();
    } else if (event.key === "n" || event.key === "p") {
      event.preventDefault();
      go(beside(event.key === "n" ? 1 : -1));
    }
  });
  document.getElementById("next").addEventListener("click", () => go(nextOpen()));
  document.getElementById("save").addEventListener("click", () => {
    const half = pairs.find((pair) => (answer(pair) !== "") !== (reason(pair) !== ""));
    if (half) { go(half); return; }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([sheet()], { type: "text/csv" }));
    link.download = `decisions-${name}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });

  const before = stored();
  for (const pair of pairs) {
    const [value, why] = before[pair.dataset.pair] || ["", ""];
    for (const radio of pair.querySelectorAll("input[type=radio]")) radio.checked = radio.value === value;
    field(pair).value = why;
  }
  document.querySelector(".bar").hidden = false;
  show();
})();
