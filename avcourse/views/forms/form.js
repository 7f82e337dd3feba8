// The form of one question. The kernel side is question.py; the messages between them:
//   page -> kernel  {type: "answer", client, answer, confidence, check}
//   kernel -> page  {type: "saved", client, state} or {type: "not-saved", client, sentence, again}
// An answer is kept here, and in this browser's storage, until the kernel says that it is in the log.
// Every text from outside is set as textContent.

const ACK_WITHIN = 4000;
const AGAIN_AFTER = [1000, 3000, 8000, 15000, 30000];
const TRIES_BEFORE_RELOAD = 3;
const TYPING_PAUSE = { number: 600, short: 600, long: 1200 };
const ARROW_PAUSE = 600;
const LONG_LIST = 12;
const LONGEST_TEXT = 20000;
const DONT_KNOW = "dont-know";
const NOT_A_NUMBER = Symbol("not a number");
const TOO_LONG = Symbol("too long");

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const attempt = (work, otherwise) => { try { return work(); } catch { return otherwise; } };
const button = (look, press, ...words) => h("button", { type: "button", class: look, onclick: press }, ...words);
const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
// A situation is read as text; only the question at its end stands out.
const stemAndQuestion = (text) => {
  const parts = paragraphs(text);
  const found = text.length > 160 ? /^(.*[.!?:”“’"])\s+([^.!?]+\?)$/s.exec(parts.pop()) : null;
  if (!found) return paragraphs(text).map((part) => [part, "avf-paragraph"]);
  return [...parts, found[1]].map((part) => [part, "avf-paragraph avf-stem"]).concat([[` ${found[2]}`, "avf-paragraph"]]);
};
const paragraphs = (text) => text.split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean);

const SHAPES = {
  right: "M4.5 10.5l3.6 3.6 7.4-8", wrong: "M5.5 5.5l9 9m0-9l-9 9", partly: "M4.5 10h11", unsure: "M10 5.5v5.5m0 3.2v.2",
  close: "M4.5 10.5l3.6 3.6 7.4-8", apart: "M10 5.5v5.5m0 3.2v.2",
  up: "M10 15.5v-11m-4.5 4.5l4.5-4.5 4.5 4.5", down: "M10 4.5v11m-4.5-4.5l4.5 4.5 4.5-4.5",
};

function icon(shape) {
  const draw = (tag, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };
  const svg = draw("svg", { viewBox: "0 0 20 20", class: "avf-icon", "aria-hidden": "true" });
  svg.append(draw("path", { d: SHAPES[shape] }));
  return svg;
}

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const isBlank = (answer) => answer === null || answer === "" || (Array.isArray(answer) && answer.length === 0);
const isUnsure = (answer) => Array.isArray(answer) && answer[0] === DONT_KNOW;

function clock(iso, locale) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString(locale, today ? { hour: "2-digit", minute: "2-digit" } : { dateStyle: "long", timeStyle: "short" });
}

// Storage can be forbidden or full; then the page itself is the only copy, and the sentences say so.
const store = {
  read: (key) => attempt(() => JSON.parse(localStorage.getItem(key)), null),
  write: (key, value) => attempt(() => localStorage.setItem(key, JSON.stringify(value)) === undefined, false),
  remove: (key, client) => store.read(key)?.client === client && localStorage.removeItem(key),
};

class Outbox {
  constructor(model, tell) {
    Object.assign(this, { model, tell, name: Math.random().toString(36).slice(2, 10), count: 0 });
    this.key = `avcourse:${model.get("learner")}:${model.get("address")}`;
    this.reset();
  }

  reset() {
    clearTimeout(this.timer);
    Object.assign(this, { pending: null, sent: false, tries: 0, sentence: null });
  }

  // Keep an answer until the kernel has it. It is sent by the form's `flush`.
  stage(answer, confidence, check) {
    const { tries } = this;
    this.reset();
    this.tries = tries;
    this.count += 1;
    const { seq } = this.model.get("state");
    const [client, question] = [`${this.name}-${this.count}`, this.model.get("spec").id];
    this.pending = { client, answer, confidence, check, seq, question, at: new Date().toISOString() };
    this.kept = store.write(this.key, this.pending);
  }

  // What was left unsaved when the page was closed, unless something newer has been saved since.
  leftover() {
    const kept = store.read(this.key);
    const { seq, saved_at: savedAt } = this.model.get("state");
    if (!kept || kept.question !== this.model.get("spec").id) return null;
    return kept.seq === seq || !savedAt || new Date(kept.at) > new Date(savedAt) ? kept : null;
  }

  drop() {
    if (this.pending) store.remove(this.key, this.pending.client);
    this.reset();
  }

  send() {
    clearTimeout(this.timer);
    this.sent = true;
    const { client, answer, confidence, check } = this.pending;
    this.timer = setTimeout(() => this.fail(null), ACK_WITHIN);
    // A dead kernel may throw; like any other, it is noticed by the missing reply.
    attempt(() => this.model.send({ type: "answer", client, answer, confidence, check }));
    this.tell();
  }

  fail(sentence) {
    clearTimeout(this.timer);
    Object.assign(this, { tries: this.tries + 1, sentence });
    this.timer = setTimeout(() => this.send(), AGAIN_AFTER[Math.min(this.tries, AGAIN_AFTER.length) - 1]);
    this.tell();
  }

  receive(message) {
    if (!this.pending || message.client !== this.pending.client) return;
    const refused = message.type === "not-saved" && message.again === false;
    if (message.type === "not-saved" && !refused) this.fail(message.sentence);
    if (message.type !== "saved" && !refused) return;
    this.drop();
    if (refused) this.sentence = message.sentence;
    else document.dispatchEvent(new CustomEvent("avcourse-saved", { detail: { address: this.model.get("address") } }));
    this.tell(message.state);
  }
}

// One control for each kind of question. Each takes the form and gives {node, read(), write(answer), focus()};
// `form.changed(pause)` says that the answer changed.

function choice(form, type, id, text, name = form.uid) {
  const input = h("input", { type, name, value: id, onchange: () => form.changed(form.arrowPause) });
  return h("label", { class: "avf-choice", "data-option": id }, input, h("span", { class: "avf-choice-text" }, text));
}

const dontKnow = (form, type) => h("div", { class: "avf-apart" }, choice(form, type, DONT_KNOW, form.words["dont-know"]));

function choices(form, type, extra = "") {
  const { options, dont_know: offered } = form.spec;
  const rows = options.map((option) => choice(form, type, option.id, option.text));
  const node = h("div", {}, h("div", { class: `avf-choices ${extra}` }, ...rows), offered ? dontKnow(form, type) : null);
  const inputs = [...node.querySelectorAll("input")];
  // "Ei tea" and the other boxes of a multiple choice shut each other out.
  node.addEventListener("change", ({ target }) => {
    const others = inputs.filter((input) => (input.value === DONT_KNOW) !== (target.value === DONT_KNOW));
    if (target.checked) others.forEach((input) => (input.checked = false));
  }, true);
  return {
    node,
    read: () => inputs.filter((input) => input.checked).map((input) => input.value),
    write: (answer) => inputs.forEach((input) => (input.checked = (answer ?? []).includes(input.value))),
    focus: () => inputs[0].focus(),
  };
}

function dropdown(form, id, options) {
  const all = [{ id: "", text: form.words.choose }, ...options];
  const rows = all.map((option) => h("option", { value: option.id }, option.text));
  return h("select", { id, class: "avf-field", onchange: () => form.changed(form.arrowPause) }, ...rows);
}

function labelled(form, field, spoken = null) {
  return [h("label", { class: "avf-label", for: field.id }, form.words["your-answer"], spoken), field];
}

function longList(form) {
  const { compare } = new Intl.Collator(form.language);
  const options = [...form.spec.options].sort((one, other) => compare(one.text, other.text));
  if (form.spec.dont_know) options.push({ id: DONT_KNOW, text: form.words["dont-know"] });
  const select = dropdown(form, `${form.uid}-field`, options);
  return {
    node: h("div", {}, ...labelled(form, select)),
    read: () => (select.value ? [select.value] : []),
    write: (answer) => (select.value = answer?.[0] ?? ""),
    focus: () => select.focus(),
  };
}

function readNumber(text, language) {
  let plain = text.replace(/\s/g, "").replace("\u2212", "-").replace(/%$/, "");
  // "12,000" is twelve thousand to an English reader and twelve to an Estonian one.
  if (language === "en" && /^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain)) plain = plain.replaceAll(",", "");
  plain = plain.replace(",", ".");
  return plain === "" ? "" : /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NOT_A_NUMBER;
}

function number(form) {
  const { spec, uid } = form;
  const input = h("input", {
    id: `${uid}-field`, class: "avf-field avf-number", type: "text", inputmode: "decimal", autocomplete: "off",
    "aria-describedby": `${uid}-range ${uid}-error`,
    oninput: () => form.changed(TYPING_PAUSE.number), onchange: () => form.changed(0),
  });
  const unit = spec.unit ? h("span", { class: "avf-unit", "aria-hidden": "true" }, spec.unit) : null;
  const spoken = spec.unit ? h("span", { class: "avf-spoken" }, ` (${spec.unit})`) : null;
  const [label] = labelled(form, input, spoken);
  return {
    node: h("div", {}, label, h("div", { class: "avf-with-unit" }, input, unit),
      h("p", { id: `${uid}-range`, class: "avf-hint" }, rangeSentence(form))),
    read: () => readNumber(input.value, form.language),
    write: (answer) => (input.value = typeof answer === "number" ? form.figure(answer, false) : ""),
    focus: () => input.focus(),
    field: input,
  };
}

function rangeSentence({ spec, words, figure }) {
  const { minimum, maximum } = spec;
  if (minimum === null && maximum === null) return "";
  const name = maximum === null ? "range-from" : minimum === null ? "range-to" : "range-both";
  return fill(words[name], { minimum: figure(minimum ?? 0), maximum: figure(maximum ?? 0) });
}

function text(form) {
  const { spec, words, uid } = form;
  const long = spec.kind === "long";
  const field = h(long ? "textarea" : "input", {
    id: `${uid}-field`, class: "avf-field", autocomplete: "off", "aria-describedby": `${uid}-error`,
    oninput: () => typed(TYPING_PAUSE[spec.kind]), onchange: () => typed(0),
  });
  const count = h("p", { class: "avf-count", "aria-hidden": "true" });
  let spoken;
  function grow() {
    if (!long) return;
    if (!CSS.supports("field-sizing", "content")) {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
    }
    count.textContent = field.value ? fill(words.count, { count: field.value.length.toLocaleString(form.locale) }) : "";
  }
  function typed(pause) {
    grow();
    clearTimeout(spoken);
    const left = LONGEST_TEXT - field.value.length;
    // The limit is spoken only when it comes near, and only in a pause of typing.
    if (left >= 0 && left < 1000) spoken = setTimeout(() => form.say(fill(words["count-left"], { count: left })), 2000);
    form.changed(pause);
  }
  requestAnimationFrame(grow);
  return {
    node: h("div", {}, ...labelled(form, field), long ? count : null),
    read: () => (field.value.length > LONGEST_TEXT ? TOO_LONG : field.value.trim() ? field.value : ""),
    write: (answer) => {
      field.value = typeof answer === "string" ? answer : "";
      grow();
    },
    focus: () => field.focus(),
    field,
  };
}

function ordering(form) {
  const { spec, words } = form;
  let touched = false;
  const list = h("ol", { class: "avf-order" });
  const rows = spec.options.map((option) => {
    const arrow = (way, step) => {
      const node = button("avf-quiet", () => move(row, step), icon(way), words[way]);
      node.setAttribute("aria-label", `${words[way]}: ${option.text}`);
      return node;
    };
    const row = h("li", { class: "avf-order-row", "data-option": option.id },
      h("span", { class: "avf-order-text" }, option.text),
      h("span", { class: "avf-order-buttons" }, arrow("up", -1), arrow("down", 1)));
    return row;
  });
  // Buttons at the ends stay focusable, so that focus is never lost when an item arrives there.
  function ends() {
    const buttons = [...list.querySelectorAll("button")];
    buttons.forEach((one, index) => one.setAttribute("aria-disabled", String(index === 0 || index === buttons.length - 1)));
  }
  function move(row, step) {
    const active = document.activeElement;
    const target = list.children[[...list.children].indexOf(row) + step];
    if (!target) return;
    target[step < 0 ? "before" : "after"](row);
    active?.focus();
    ends();
    touched = true;
    const item = row.querySelector(".avf-order-text").textContent.replace(/[^.!?]$/, "$&.");
    form.say(fill(words.moved, { item, place: [...list.children].indexOf(row) + 1, total: rows.length }));
    form.changed(0);
  }
  const settle = () => {
    touched = true;
    form.changed(0);
    form.control.focus();
  };
  // Where the order can be checked, "Check" says the same.
  const right = spec.check ? null : button("avf-second", settle, words["order-right"]);
  return {
    node: h("div", {}, list, right),
    read: () => (touched ? [...list.children].map((row) => row.dataset.option) : []),
    write: (answer) => {
      touched = !isBlank(answer ?? null);
      list.append(...rows);
      if (touched) list.append(...answer.map((id) => rows.find((row) => row.dataset.option === id)).filter(Boolean));
      ends();
    },
    focus: () => list.querySelectorAll("button")[1].focus(),
    accept: () => (touched = true),
    refresh: () => right && (right.hidden = touched),
  };
}

function matching(form) {
  const { spec, uid } = form;
  const fields = spec.options.map(({ id }, index) => ({ id, select: dropdown(form, `${uid}-match-${index}`, spec.targets) }));
  const rows = fields.map(({ id, select }, index) =>
    h("div", { class: "avf-match", "data-option": id }, h("label", { for: select.id }, spec.options[index].text), select,
      h("p", { class: "avf-hint avf-chosen-whole", "aria-hidden": "true" })));
  // A closed list cuts a long choice short; the whole of it stands below.
  const refresh = () => fields.forEach(({ select }) => {
    select.nextElementSibling.textContent = select.value ? select.selectedOptions[0].text : "";
  });
  return {
    node: h("div", { class: "avf-matches" }, ...rows),
    read: () => fields.filter(({ select }) => select.value).map(({ id, select }) => `${id}:${select.value}`),
    write: (answer) => {
      const pairs = new Map((answer ?? []).map((pair) => pair.split(":", 2)));
      for (const { id, select } of fields) select.value = pairs.get(id) ?? "";
    },
    focus: () => fields[0].select.focus(),
    refresh,
  };
}

const CONTROLS = {
  single: (form) => (form.spec.options.length > LONG_LIST ? longList(form) : choices(form, "radio")),
  multiple: (form) => choices(form, "checkbox"),
  rating: (form) => choices(form, "radio", "avf-scale"),
  number, short: text, long: text, ordering, matching,
};

// "Ei tea" below a control that has no place for it: choosing it empties the control, and the control's next change unchooses it.
function withDontKnow(form, control) {
  const box = dontKnow(form, "checkbox");
  const input = box.querySelector("input");
  let before = null;
  const unchoose = () => (input.checked = false);
  control.node.addEventListener("input", unchoose, true);
  control.node.addEventListener("click", ({ target }) => target.closest("button:not([aria-disabled=true])") && unchoose(), true);
  input.addEventListener("change", () => {
    if (input.checked) before = control.read();
    control.write(input.checked || typeof before === "symbol" || isBlank(before) ? null : before);
  }, true);
  return {
    ...control,
    node: h("div", {}, control.node, form.error, box),
    read: () => (input.checked ? [DONT_KNOW] : control.read()),
    write: (answer) => {
      input.checked = isUnsure(answer);
      control.write(isUnsure(answer) ? null : answer);
    },
  };
}

class Form {
  constructor(model, element) {
    this.model = model;
    for (const trait of ["spec", "words", "language"]) this[trait] = model.get(trait);
    this.locale = this.language === "et" ? "et-EE" : "en-GB";
    this.figure = (value, useGrouping = "min2") => value.toLocaleString(this.locale, { maximumFractionDigits: 10, useGrouping });
    // Unique in the page: the same question may stand there twice.
    this.uid = `avf-${Math.random().toString(36).slice(2, 10)}`;
    this.arrowPause = 0;
    this.error = h("p", { id: `${this.uid}-error`, class: "avf-error", role: "status" });
    this.say = (sentence) => (this.speech.textContent = sentence);
    this.outbox = new Outbox(model, (state) => this.refresh(state));
    this.control = CONTROLS[this.spec.kind](this);
    const inside = ["single", "multiple", "rating"].includes(this.spec.kind);
    if (this.spec.dont_know && !inside) this.control = withDontKnow(this, this.control);
    this.saved = model.get("state");
    this.build(element);
    this.write(this.saved.answer, this.saved.confidence);
    this.resume();
    this.refresh(this.saved);
  }

  build(element) {
    const { spec, words, uid } = this;
    const address = this.model.get("address");
    const anchor = `question-${address.replace("/", "-")}`;
    const parts = stemAndQuestion(spec.text).map(([part, kind]) => h("span", { class: kind }, part));
    const how = words[`choose-${spec.kind}`];
    const hint = how ? h("p", { id: `${uid}-hint`, class: "avf-hint" }, how) : null;
    this.status = h("p", { class: "avf-status", role: "status" });
    const saving = h("p", { class: "avf-saving", "aria-hidden": "true" }, words.saving);
    this.speech = h("p", { class: "avf-spoken", "aria-live": "polite" });
    this.alert = h("div", { class: "avf-alert", role: "alert" });
    this.alertButton = button("avf-second", () => (this.stuck ? location.reload() : this.outbox.send()));
    this.alertBox = h("div", { class: "avf-alert-box", hidden: true }, this.alert, this.alertButton);
    this.check = button("avf-first", () => this.send(true), words.check);
    this.clearButton = button("avf-quiet avf-clear", () => this.clear(), words.clear);
    this.feedback = h("div", { class: "avf-feedback", "aria-live": "polite" });
    this.question = h("fieldset", { class: "avf-question", "aria-describedby": hint ? hint.id : null },
      h("legend", {}, ...parts), hint, this.control.node, this.error.parentNode ? null : this.error);
    this.confidence = spec.confidence ? this.buildConfidence() : null;
    this.check.hidden = !spec.check;
    const foot = h("div", { class: "avf-foot" }, this.check, this.clearButton, h("div", { class: "avf-saved" }, this.status, saving));
    this.root = h("div", {
      class: "avf", lang: this.language, "data-avcourse-address": address, id: document.getElementById(anchor) ? null : anchor,
      // JupyterLab's one-letter shortcuts must not fire while somebody answers.
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (event) => {
        this.arrowPause = event.key.startsWith("Arrow") ? ARROW_PAUSE : 0;
        event.stopPropagation();
      },
      onpointerdown: () => (this.arrowPause = 0),
      onfocusout: (event) => this.root.contains(event.relatedTarget) || this.flush(),
    }, this.question, this.confidence, this.alertBox, foot, this.feedback, this.speech);
    element.append(this.root);
  }

  buildConfidence() {
    const { words, uid } = this;
    const rows = [25, 50, 75, 100].map((value) => choice(this, "radio", value, fill(words.percent, { value }), `${uid}-sure`));
    const hint = h("p", { id: `${uid}-sure-hint`, class: "avf-hint" }, words["confidence-hint"]);
    return h("fieldset", { class: "avf-confidence", "aria-describedby": hint.id },
      h("legend", {}, words.confidence), hint, h("div", { class: "avf-choices avf-sure" }, ...rows));
  }

  readConfidence() {
    return Number(this.confidence?.querySelector("input:checked")?.value ?? 0) || null;
  }

  write(answer, confidence) {
    this.control.write(answer);
    this.confidence?.querySelectorAll("input").forEach((input) => (input.checked = Number(input.value) === confidence));
  }

  // Without a claim to know there is nothing to be sure of.
  stage(answer, check) {
    const sure = isBlank(answer) || isUnsure(answer) ? null : this.readConfidence();
    this.outbox.stage(answer, sure, check);
  }

  // What was typed or chosen before the last page was closed, and never acknowledged.
  resume() {
    const kept = this.outbox.leftover();
    if (!kept) return;
    this.write(isBlank(kept.answer) ? null : kept.answer, kept.confidence);
    // An answer that the question no longer offers must not withdraw the saved one.
    if (same(this.control.read(), kept.answer)) this.send(kept.check);
    else this.write(this.saved.answer, this.saved.confidence);
  }

  problemOf(answer) {
    const { spec, words } = this;
    if (answer === NOT_A_NUMBER) return words["not-number"];
    if (answer === TOO_LONG) return fill(words["too-long"], { limit: LONGEST_TEXT.toLocaleString(this.locale) });
    const outside = typeof answer === "number" && (answer < (spec.minimum ?? -Infinity) || answer > (spec.maximum ?? Infinity));
    return outside ? fill(words["out-of-range"], { range: rangeSentence(this) }) : "";
  }

  showError(problem) {
    if (this.error.textContent !== problem) this.error.textContent = problem;
    this.control.field?.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  changed(pause) {
    clearTimeout(this.pause);
    const answer = this.control.read();
    const problem = this.problemOf(answer);
    // Half a number is no mistake yet: it is judged when the learner has left the field.
    if (!problem || pause === 0) this.showError(problem);
    if (problem) this.outbox.drop();
    else this.stage(answer, false);
    if (pause) this.pause = setTimeout(() => this.flush(), pause);
    else this.flush();
    this.refresh();
  }

  flush() {
    clearTimeout(this.pause);
    if (this.outbox.pending && !this.outbox.sent) this.outbox.send();
  }

  send(check) {
    if (check && isBlank(this.control.read())) this.control.accept?.();
    const answer = this.control.read();
    const problem = this.problemOf(answer);
    this.showError(problem || (check && isBlank(answer) ? this.words["answer-first"] : ""));
    if (this.error.textContent) return this.control.focus();
    this.stage(answer, check);
    return this.flush();
  }

  clear() {
    this.write(null, null);
    this.control.focus();
    this.send(false);
    this.say(this.words.cleared);
  }

  // Draw everything that follows from the answer, the outbox and the saved state.
  refresh(state) {
    if (state) this.saved = state;
    const { outbox, saved } = this;
    const answer = this.control.read();
    const invalid = this.problemOf(answer) !== "";
    const agrees = same(isBlank(answer) ? null : answer, saved.answer) && this.readConfidence() === saved.confidence;
    if (state && !outbox.pending && !invalid && !agrees) this.write(saved.answer, saved.confidence);
    const given = this.control.read();
    this.clearButton.hidden = isBlank(given);
    this.control.refresh?.();
    Object.assign(this.confidence ?? {}, { hidden: isUnsure(given), disabled: isBlank(given) || typeof given === "symbol" });
    this.root.toggleAttribute("data-avcourse-unsaved", Boolean(outbox.pending));
    this.root.toggleAttribute("data-waiting", Boolean(outbox.pending) && !outbox.tries);
    this.showStatus(invalid);
    this.showAlert();
    const changed = invalid || (outbox.pending && !same(outbox.pending.answer, saved.answer));
    // A model answer that was opened stays while one writes on; a judgement falls with the answer it was about.
    const stands = saved.feedback?.outcome === "open" && !isBlank(given);
    this.showFeedback(changed && !stands ? null : saved.feedback);
  }

  showStatus(invalid) {
    const { words, saved, outbox } = this;
    let line = "";
    // While an answer is on its way the old words stay, unseen: a reader hears "saved" once a minute, not at every letter.
    if (outbox.pending && !outbox.tries) line = this.status.textContent;
    else if (!outbox.pending && !outbox.sentence && !invalid) {
      const time = isBlank(saved.answer) ? "" : clock(saved.saved_at, this.locale);
      line = time ? fill(words.saved, { time }) : words["not-answered"];
    }
    if (this.status.textContent !== line) this.status.textContent = line;
  }

  showAlert() {
    const { words, outbox } = this;
    const loud = outbox.tries > 0 || outbox.sentence !== null;
    const late = outbox.kept ? "unsaved-reload" : "unsaved-copy";
    const advice = outbox.pending ? words[outbox.tries < TRIES_BEFORE_RELOAD ? "unsaved-keep" : late] : "";
    const whole = loud ? [words.unsaved, outbox.sentence, advice].filter(Boolean).join("\n") : "";
    this.alertBox.hidden = !loud;
    this.alertButton.hidden = !outbox.pending;
    this.stuck = outbox.tries >= TRIES_BEFORE_RELOAD && outbox.kept;
    this.alertButton.textContent = words[this.stuck ? "reload" : "retry"];
    // Unchanged words are not spoken again at every try.
    if (this.said === whole) return;
    this.said = whole;
    this.alert.replaceChildren(...(whole ? whole.split("\n").map((line, n) => h(n ? "p" : "strong", {}, line)) : []));
  }

  showFeedback(feedback) {
    const drawn = JSON.stringify(feedback ?? null);
    if (this.drawn === drawn) return;
    this.drawn = drawn;
    this.root.querySelectorAll("[data-mark]").forEach((node) => node.removeAttribute("data-mark"));
    this.feedback.replaceChildren(...(feedback ? this.feedbackParts(feedback) : []));
  }

  feedbackParts(feedback) {
    const { words, spec } = this;
    const { outcome, chosen, missed, source } = feedback;
    const explanation = feedback.explanation ? paragraphs(feedback.explanation).map((part) => h("p", {}, part)) : [];
    const origin = source ? h("p", { class: "avf-source" }, fill(words.source, { source })) : null;
    if (outcome === "open") {
      if (!explanation.length) return [];
      const panel = h("div", { class: "avf-panel" }, ...explanation, origin);
      return [h("details", { class: "avf-model" }, h("summary", { class: "avf-second" }, words["model-show"]), panel)];
    }
    const verdict = (look, mark) => h("p", { class: look, "data-outcome": mark }, icon(mark), words[`outcome-${mark}`]);
    const rows = chosen.map(({ id, right, text: said }) => {
      const mark = right ? "right" : "wrong";
      this.root.querySelector(`[data-option="${CSS.escape(id)}"]`)?.setAttribute("data-mark", mark);
      const option = h("p", { class: "avf-chosen" }, spec.options.find((one) => one.id === id)?.text ?? id);
      return h("li", {}, verdict("avf-verdict", mark), h("div", {}, option, h("p", {}, said ?? "")));
    });
    const alone = spec.kind === "single" ? h("p", {}, chosen[0]?.text ?? "") : null;
    const list = alone || !rows.length ? alone : h("ul", { class: "avf-judged" }, ...rows);
    const left = missed ? h("p", {}, missed === 1 ? words["missed-one"] : fill(words.missed, { count: missed })) : null;
    const whole = h("p", {}, feedback.text ?? "");
    const title = h("p", { class: "avf-why-title" }, words.explanation);
    const why = explanation.length ? h("div", { class: "avf-why" }, title, ...explanation) : null;
    const head = verdict("avf-outcome", outcome);
    return [h("div", { class: "avf-panel", "data-outcome": outcome }, head, list, left, whole, why, origin)];
  }
}

function render({ model, el }) {
  const form = new Form(model, el);
  const receive = (message) => form.outbox.receive(message);
  const follow = () => form.refresh(model.get("state"));
  const gone = new AbortController();
  const { signal } = gone;
  model.on("msg:custom", receive);
  model.on("change:state", follow);
  const warn = (event) => form.outbox.pending && !form.outbox.kept && event.preventDefault();
  window.addEventListener("beforeunload", warn, { signal });
  document.addEventListener("visibilitychange", () => document.hidden && form.flush(), { signal });
  return () => {
    form.flush();
    gone.abort();
    model.off("msg:custom", receive);
    model.off("change:state", follow);
    clearTimeout(form.outbox.timer);
  };
}

export default { render };
