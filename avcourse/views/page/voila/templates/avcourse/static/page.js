/* What a page of the course does in the browser: puts outcomes in their place as they arrive, says in words when something
   does not work, and points the JupyterLab link at this page's notebook. Widgets are drawn by Voilà's own program. */
"use strict";

const coursePage = (() => {
  const PATIENCE = 30000;
  const PULSE = 15000;
  const IDLE_SILENCE = 4;
  const BUSY_SILENCE = 40;
  const settings = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const words = JSON.parse(document.getElementById("page-words").textContent);
  let finished = false;
  let ended = false;
  let silence = 0;

  const byId = (id) => document.getElementById(id);

  function settle() {
    if (!finished || ended) return;
    if (!document.querySelector(".outcome.waiting")) byId("page-status").textContent = "";
  }

  function arrive(place) {
    place.classList.remove("waiting");
    settle();
  }

  function fail(place) {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.textContent = place.dataset.failed;
    place.replaceChildren(notice);
    arrive(place);
  }

  /* A widget's place waits until Voilà has drawn something in it. */
  function watch(place, widgets) {
    const drawn = () => widgets.every((widget) => widget.querySelector(".lm-Widget *, .jupyter-widgets *"));
    const observer = new MutationObserver(() => {
      if (!drawn()) return;
      observer.disconnect();
      arrive(place);
    });
    observer.observe(place, { childList: true, subtree: true });
    place.giveUp = () => {
      if (drawn()) return;
      observer.disconnect();
      fail(place);
    };
  }

  function place(index) {
    silence = 0;
    const target = byId(`outcome-${index}`);
    const source = byId(`arrived-${index}`);
    if (!target || !source) return;
    const parts = source.content;
    source.remove();
    parts.querySelectorAll(".failed").forEach((notice) => { notice.textContent = target.dataset.failed; });
    parts.querySelectorAll("table").forEach(enclose);
    const widgets = [...parts.querySelectorAll(".drawn")];
    target.replaceChildren(parts);
    outward(target);
    if (widgets.length) watch(target, widgets);
    else arrive(target);
  }

  /* A wide table scrolls in its own box, which the keyboard can reach; the page never scrolls sideways. */
  function enclose(table) {
    if (table.closest(".table, .av-table")) return;
    const box = document.createElement("div");
    box.className = "table";
    table.replaceWith(box);
    box.append(table);
    new ResizeObserver(() => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }).observe(box);
  }

  function outward(root) {
    root.querySelectorAll("a[href]").forEach((link) => {
      if (link.origin !== location.origin && /^https?:$/.test(link.protocol)) link.relList.add("noopener");
    });
  }

  function say(sentence) {
    if (ended) return;
    ended = true;
    byId("page-status").textContent = "";
    document.querySelectorAll(".outcome.waiting").forEach(fail);
    const notice = byId("page-notice");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.reload;
    button.addEventListener("click", () => location.reload());
    notice.replaceChildren(document.createTextNode(sentence), button);
    notice.hidden = false;
  }

  async function feelPulse() {
    if (ended) return;
    let answer;
    try {
      answer = await fetch(`${settings.baseUrl}api/kernels/${settings.kernelId}`, { cache: "no-store" });
    } catch {
      return say(words.lost);
    }
    if (answer.status === 404) return say(words.dead);
    if (answer.status === 403) return say(words.lost);
    if (!answer.ok) return;
    const state = (await answer.json()).execution_state;
    if (state === "dead" || silence > BUSY_SILENCE || (silence > IDLE_SILENCE && state === "idle")) say(words.dead);
  }

  function finish() {
    finished = true;
    settle();
    setTimeout(() => document.querySelectorAll(".outcome.waiting").forEach((target) => (target.giveUp || (() => fail(target)))()), PATIENCE);
  }


  /* Called by a script that Voilà sends every few seconds while nothing else comes. If the server itself failed over the page
     it goes on for ever, so silence from an idle kernel is told as well. */
  window.voila_heartbeat = () => {
    silence += 1;
    if (!ended) byId("page-status").textContent = words.late;
    feelPulse();
  };
  window.voila_finish = () => {};

  /* The token has done its work once the cookie is set: it is not left in the address bar or in bookmarks. */
  const address = new URL(location.href);
  if (address.searchParams.has("token")) {
    address.searchParams.delete("token");
    history.replaceState(null, "", address);
  }
  /* The prose stands above this script, so it is there now. */
  document.querySelectorAll("#content table").forEach(enclose);
  byId("open-lab").href = location.pathname.replace("/voila/render/", "/lab/tree/");
  /* A link to a question or to feedback waits until that is drawn; while what stands above it is still growing, the place is sought again. */
  const goal = location.hash.slice(1);
  if (goal.startsWith("question-") || goal.startsWith("feedback-")) {
    let left = 60;
    const seek = setInterval(() => {
      const form = byId(goal);
      left = form ? Math.min(left - 1, 8) : left - 1;
      if (form instanceof HTMLDetailsElement) form.open = true;
      if (form) form.scrollIntoView();
      if (left <= 0) clearInterval(seek);
    }, 300);
    for (const sign of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(sign, () => clearInterval(seek), { once: true });
  }
  /* The other language opens at the question that one was at: the last one touched, or the one the link led to. */
  let touched = goal.startsWith("question-") ? goal : "";
  document.addEventListener("focusin", (event) => { touched = event.target.closest?.("[id^=question-]")?.id ?? touched; });
  document.querySelector(".other")?.addEventListener("click", (event) => { if (touched) event.currentTarget.hash = touched; });
  setInterval(feelPulse, PULSE);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && finished) feelPulse(); });

  return { place, finish };
})();
