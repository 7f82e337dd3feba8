// One open answer after another: saved as soon as something is chosen, the next one ready before it is asked for.
// The page works without this file, as plain forms. Nothing here makes HTML of what a learner wrote: pages come from the server.
"use strict";

const STORE = `avcourse-review:${location.pathname}`;
const SWITCH = "avcourse-review-keys";
const RETRY = 3000;
const PATIENCE = 15000;
const TYPING = 800;
/** Refusals that asking again does not change; all else (a busy class, a server that is away) is tried again. */
const FINAL = ["MarkRefused", "Overtaken"];

/** What was decided and is not known to be saved, in that order; kept through a reload. Only the first one is ever on its way. */
let queue = stored();
let running = null;
let timer = 0;
/** What the server said last about counts and undo; a page that was fetched before that is brought up to date with it. */
let latest = { stamp: 0, words: {}, undo: null };
let said = { text: "", trouble: false };
const ready = new Map();

const by = (id) => document.getElementById(id);
const token = () => by("review")?.dataset.answer;
const word = (name) => by("review-said").dataset[name];

document.addEventListener("DOMContentLoaded", () => {
  if (!by("review")) return;
  begin();
  pump();
});
addEventListener("online", () => pump());
addEventListener("popstate", () => location.reload());
addEventListener("beforeunload", (event) => { if (queue.length && said.trouble) event.preventDefault(); });

function stored() {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? []; } catch { return []; }
}

function store() {
  try {
    if (queue.length) localStorage.setItem(STORE, JSON.stringify(queue));
    else localStorage.removeItem(STORE);
  } catch { /* a browser that keeps nothing: the queue lives as long as the page */ }
}

function say(text, trouble = false) {
  said = { text, trouble };
  const line = by("review-said");
  line.toggleAttribute("data-trouble", trouble);
  line.textContent = text;
}

/** Get a page ready that has just come: what is not saved yet is shown as decided. */
function begin() {
  const keys = by("review-keys");
  if (keys) {
    keys.hidden = false;
    by("review-keys-on").checked = switchedOn();
  }
  for (const wish of queue) if (wish.answer === token()) paint(wish);
  prefetch();
}

function switchedOn() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

function paint(wish) {
  const sent = new URLSearchParams(wish.body);
  if (wish.kind === "flag") { paintFlag(sent.get("later") === "1"); return; }
  const form = by("review-form");
  const steps = sent.getAll("step");
  for (const step of form.querySelectorAll("[name=step]")) step.checked = steps.includes(step.value);
  form.elements.points.value = sent.get("points") ?? "";
  form.elements.comment.value = sent.get("comment") ?? "";
}

function paintFlag(flagged) {
  const form = by("review-flag");
  form.elements.later.value = flagged ? "0" : "1";
  form.querySelector("button").textContent = word(flagged ? "unflag" : "flag");
  by("review-flagged").hidden = !flagged;
}

// Saving

/** Note what a form says now; a wish for the same answer that has not been sent yet gives way to it. */
function wish(kind, form, wait = 0) {
  const body = new FormData(form);
  const seen = by("review-form").elements.seen.value;
  for (const name of ["_xsrf", "action", "seen", "go"]) body.delete(name);
  const made = { kind, answer: token(), body: new URLSearchParams(body).toString(), seen, sent: false };
  const old = queue.findIndex((one) => !one.sent && one.kind === kind && one.answer === made.answer);
  if (old >= 0) queue[old] = { ...made, seen: queue[old].seen };
  else queue.push(made);
  store();
  if (!said.trouble) say(word("saving"));
  clearTimeout(timer);
  timer = setTimeout(pump, wait);
}

/** Send what waits, and return when nothing waits any more or nobody answers. */
function pump() {
  clearTimeout(timer);
  running ??= drain().finally(() => { running = null; });
  return running;
}

/** Send one after another. What got no answer is sent again as it was: the server knows when it has it already. */
async function drain() {
  while (queue.length) {
    const first = queue[0];
    first.sent = true;
    store();
    const reply = await post(first.kind, new URLSearchParams(first.body), first.seen);
    if (!reply?.ok && !FINAL.includes(reply?.error)) {
      const count = word("notSaved").replace("{count}", String(queue.length));
      say(reply?.sentence ? `${count} ${reply.sentence}` : count, true);
      timer = setTimeout(pump, RETRY);
      return;
    }
    queue.shift();
    if (reply.ok) for (const one of queue) if (one.answer === first.answer) one.seen = reply.data.state;
    store();
    if (reply.ok) learn(reply, first);
    else await refused(reply, first);
  }
}

/** Show the answer whose points were refused: as it is by now, or with what was typed, for the trainer to mend. */
async function refused(reply, wanted) {
  const overtaken = reply.error === "Overtaken";
  if (overtaken || wanted.answer !== token()) await show(addressOf({ answer: wanted.answer }));
  if (!overtaken && wanted.answer === token()) paint(wanted);
  say(reply.sentence, true);
}

/** Return what the server says, or undefined where it says nothing. */
async function post(action, body, seen) {
  body.set("action", action);
  body.set("seen", seen);
  body.set("_xsrf", document.querySelector("input[name=_xsrf]").value);
  try {
    const options = { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) };
    return await (await fetch(location.href, options)).json();
  } catch {
    return undefined;
  }
}

function learn(reply, wanted) {
  const { data } = reply;
  const { "review-given": given, ...words } = data.words;
  latest = { stamp: latest.stamp + 1, words, undo: data.undo };
  for (const address of [...ready.keys()]) if (data.alike || address.includes(wanted.answer)) ready.delete(address);
  update();
  if (wanted.answer === token()) {
    by("review-form").elements.seen.value = data.state;
    by("review-given").textContent = given;
    if (!queue.some((one) => one.kind === "flag" && one.answer === wanted.answer)) paintFlag(data.flagged);
    const next = by("review-next");
    next.hidden = data.next === null;
    if (data.next === null) next.removeAttribute("href");
    else next.setAttribute("href", data.next);
    prefetch();
  }
  if (!queue.length) say(reply.sentence);
}

/** Bring counts and undo up to date with what the server said last. */
function update() {
  for (const [id, text] of Object.entries(latest.words)) if (by(id)) by(id).textContent = text;
  const undo = by("review-undo");
  undo.hidden = latest.undo === null;
  undo.elements.undo.value = latest.undo ?? "";
}

// Moving

function prefetch() {
  const address = by("review-next")?.getAttribute("href");
  if (!address || ready.has(address)) return;
  ready.set(address, { stamp: latest.stamp, page: load(address) });
}

async function load(address) {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/** Show another answer in place of this one, and tell where one is by moving the focus there. */
async function show(address) {
  pump();
  const entry = ready.get(address) ?? { stamp: latest.stamp, page: load(address) };
  ready.delete(address);
  const page = await entry.page;
  const fresh = page && new DOMParser().parseFromString(page, "text/html").getElementById("review");
  if (!fresh) { say(word("notLoaded"), true); return; }
  const keysOpen = by("review-keys")?.open;
  by("review").replaceWith(document.adoptNode(fresh));
  history.pushState(null, "", address);
  if (entry.stamp < latest.stamp) update();
  if (by("review-keys")) by("review-keys").open = Boolean(keysOpen);
  say(said.text, said.trouble);
  begin();
  const place = by("review-answer") ?? by("review");
  place.focus();
  scrollTo({ top: by("review").getBoundingClientRect().top + scrollY - 16 });
}

function addressOf(query) {
  const which = new URLSearchParams(location.search).get("show") ?? "waiting";
  return `${location.pathname}?${new URLSearchParams({ show: which, ...query })}`;
}

function move(id) {
  const address = by(id)?.getAttribute("href");
  if (address) show(address);
  else if (id === "review-next" && by("review-form")) show(addressOf({}));
}

async function undo() {
  const form = by("review-undo");
  if (form.hidden) return;
  await pump();
  if (queue.length) return;
  const reply = await post("undo", new URLSearchParams(new FormData(form)), "");
  if (!reply?.ok) { say(reply?.sentence ?? word("notLoaded"), true); return; }
  ready.clear();
  await show(reply.to);
  say(reply.sentence);
}

// What the trainer does

document.addEventListener("input", (event) => {
  if (event.target.id === "review-comment") wish("mark", by("review-form"), TYPING);
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.id === "review-keys-on") {
    try { localStorage.setItem(SWITCH, field.checked ? "on" : "off"); } catch { /* for this page only */ }
    return;
  }
  const form = by("review-form");
  if (!form || field.form !== form) return;
  if (field.name === "step") form.elements.points.value = "";
  if (field.name === "points") for (const step of form.querySelectorAll("[name=step]")) step.checked = false;
  if (field.name === "alike" && !decided(form)) return;
  wish("mark", form);
});

function decided(form) {
  return Boolean(form.querySelector("[name=step]:checked") || form.elements.points.value.trim());
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "review-form") {
    event.preventDefault();
    if (decided(form)) wish("mark", form);
    move("review-next");
  } else if (form.id === "review-flag") {
    event.preventDefault();
    toggleFlag();
  } else if (form.id === "review-undo") {
    event.preventDefault();
    undo();
  }
});

function toggleFlag() {
  const form = by("review-flag");
  if (!form) return;
  wish("flag", form);
  paintFlag(form.elements.later.value === "1");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#review-next, #review-previous");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  move(link.id);
});

const WRITING = "textarea, select, input:not([type=radio]):not([type=checkbox]), [contenteditable]";
const OWN_ENTER = "a, button, summary";
const KEYS = {
  enter: () => move("review-next"),
  j: () => move("review-next"),
  k: () => move("review-previous"),
  c: () => by("review-comment")?.focus(),
  f: toggleFlag,
  u: undo,
  "?": () => { const keys = by("review-keys"); if (!keys) return; keys.open = !keys.open; if (keys.open) keys.querySelector("summary").focus(); },
};

document.addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !by("review")) return;
  if (here.matches(WRITING)) {
    if (event.key === "Escape" && here.closest("#review-form")) by("review-answer").focus();
    return;
  }
  if (!(by("review-keys-on")?.checked ?? switchedOn()) || event.repeat || !(here === document.body || by("review").contains(here))) return;
  if (event.key === "Enter" && here.closest(OWN_ENTER)) return;
  const step = /^[0-9]$/.test(event.key) && document.querySelector(`#review-form [data-key="${event.key}"]`);
  const act = step ? () => choose(step) : KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

function choose(step) {
  step.checked = step.type === "radio" || !step.checked;
  by("review-form").elements.points.value = "";
  wish("mark", by("review-form"));
}
