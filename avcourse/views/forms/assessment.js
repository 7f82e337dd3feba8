// The form of a long assessment, one part at a time. The kernel side is assessment.py; how a change travels stands in shared.js, the fields
// below a level are those of fields.js.

const LEVELS = [0, 1, 2, 3, 4];
const WRITES = "textarea, select, input:not([type=radio]):not([type=checkbox])";

// One statement: its levels, and what the chosen one rests on.
class Criterion {
  constructor(form, spec, part) {
    Object.assign(this, { form, editor: form, spec, part, id: spec.id, fields: null });
    const { words } = form;
    const uid = freshName();
    this.levels = LEVELS.map((level) => this.choice(uid, level, [h("strong", { class: "avw-level" }, String(level)), spec.anchors[level]]));
    const unknown = this.choice(uid, "unknown", [words.unknown]);
    const na = spec.na === null || spec.na === undefined ? null : this.choice(uid, "na", [words.na, spec.na && h("span", { class: "avw-why" }, spec.na)]);
    const facts = h("p", { class: "avf-hint", id: `${uid}-facts` }, spec.facts.join(" · "));
    const hint = spec.hint ? h("p", { class: "avf-hint" }, h("strong", {}, `${words.hint}: `), spec.hint) : null;
    this.error = h("p", { class: "avf-error", role: "status" });
    this.yours = h("div", {});
    this.clear = button("avf-quiet avf-clear", () => this.choose(null), words.clear, { "aria-label": `${words.clear}: ${spec.number}` });
    this.line = h("p", { class: "avw-line", "aria-hidden": "true" });
    this.rests = h("div", { class: "avw-rests", role: "group", "aria-label": words.basis, hidden: true });
    this.node = h("li", { class: "avw-criterion", "data-criterion": spec.id },
      h("fieldset", { "aria-describedby": facts.id },
        h("legend", {}, h("span", { class: "avw-number" }, `${spec.number}. `), spec.text), facts, hint,
        h("div", { class: "avf-choices" }, ...this.levels), h("div", { class: "avf-apart avf-choices" }, unknown, na)),
      this.error, this.yours, this.rests, h("div", { class: "avf-foot" }, this.clear, this.line));
    this.inputs = [...this.node.querySelectorAll("input")];
    this.write(this.value("level"));
    this.refresh();
  }

  choice(uid, value, content) {
    const input = h("input", { type: "radio", name: uid, value, onchange: () => this.changed(this.form.arrows ? DRAFT_AFTER.arrows : 0) });
    return h("label", { class: "avf-choice" }, input, h("span", { class: "avf-choice-text" }, ...content.filter(Boolean)));
  }

  get data() { return this.form.model.get("answers")[this.id] ?? {}; }

  get fresh() { return !(this.id in this.form.model.get("answers")); }

  value(field) {
    const change = this.form.outbox.get(this.id, field);
    return change ? change.value : this.data[field] ?? null;
  }

  read() {
    const chosen = this.inputs.find((input) => input.checked)?.value ?? null;
    return LEVELS.includes(Number(chosen)) && chosen !== null ? Number(chosen) : chosen;
  }

  write(level) { this.inputs.forEach((input) => (input.checked = level !== null && input.value === String(level))); }

  offers(level) { return this.inputs.some((input) => input.value === String(level)); }

  changed(pause) {
    this.form.outbox.stage(this.id, "level", this.read(), this.data.level ?? null, this.fresh);
    this.form.flush(pause);
    this.refresh();
  }

  choose(level) {
    this.write(level);
    this.focus(false);
    this.changed(0);
    if (level === null) this.form.say(this.form.words.cleared);
  }

  focus(scroll = true) {
    if (scroll) this.node.scrollIntoView({ block: "start" });
    (this.inputs.find((input) => input.checked) ?? this.inputs[0]).focus({ preventScroll: scroll });
  }

  refresh() {
    const { form } = this;
    const change = form.outbox.get(this.id, "level");
    if (!change && !same(this.read(), this.data.level)) this.write(this.data.level ?? null);
    setText(this.error, change?.refused ?? "");
    const level = this.read();
    this.clear.hidden = level === null;
    this.rests.hidden = level === null;
    if (level !== null) this.unfold(typeof level === "number");
    this.fields?.forEach((field) => field.refresh());
    const notes = form.outbox.notesOf(this.id, "level");
    const drawn = notes.map(({ client }) => client).join();
    if (drawn === (this.drawn ?? "")) return;
    this.drawn = drawn;
    this.yours.replaceChildren(...notes.map((note) => overtakenBox(note, this.named(note.value), form.words, () => form.outbox.dropNote(note), () => {
      this.write(note.value);
      form.outbox.insist(note, this.data.level ?? null);
      this.focus(false);
    })));
  }

  named(level) { return LEVELS.includes(level) ? `${level} · ${this.spec.anchors[level]}` : this.form.words[level] ?? this.form.words["not-answered"]; }

  // What a level rests on; where nothing is known or nothing applies only a note is asked.
  unfold(whole) {
    if (!this.fields) {
      const { words } = this.form;
      const specs = [
        { id: "confidence", kind: "choice", options: this.form.model.get("confidences") }, { id: "evidence", kind: "text" },
        { id: "evidence_date", kind: "date" }, { id: "checked", kind: "yes" }, { id: "note", kind: "long" },
      ];
      this.fields = new Map(specs.map((spec) => [spec.id, new RecordField(this, { ...spec, label: words[spec.id] })]));
      this.rests.replaceChildren(...[...this.fields.values()].map(({ node }) => node));
    }
    this.fields.forEach((field, id) => (field.node.hidden = !whole && id !== "note"));
  }
}

class Assessment {
  constructor(model, element) {
    this.model = model;
    for (const trait of ["words", "language", "parts"]) this[trait] = model.get(trait);
    this.locale = localeOf(this.language);
    this.remembered = `avcourse-part:${model.get("learner")}:${model.get("topic")}`;
    const { node, say } = speaker();
    this.say = say;
    this.criteria = new Map();
    this.outbox = new Outbox(model, model.get("topic"), (change) => this.follow(change));
    this.state = new SaveState(this.outbox, this.words, this.locale);
    this.all = this.parts.flatMap((part) => part.criteria.map((spec) => ({ spec, part })));
    this.build(element, node);
    const kept = attempt(() => sessionStorage.getItem(this.remembered), null);
    this.show(this.parts.find(({ id }) => id === kept) ?? this.firstOpen()?.part ?? this.parts[0]);
    this.outbox.resume(({ id }) => this.all.some(({ spec }) => spec.id === id));
    this.follow();
  }

  build(element, spoken) {
    const { words } = this;
    this.progress = h("p", { class: "avw-progress-words" });
    this.bar = h("progress", { class: "avw-progress", max: this.all.length, "aria-hidden": "true" });
    this.resume = button("avf-first", () => this.goTo(this.firstOpen()), "");
    this.tabs = new Map(this.parts.map((part) => [part.id, button("avw-part", () => this.show(part, true), "")]));
    const nav = h("div", { role: "group", "aria-label": words.parts }, h("ul", { class: "avw-parts" }, ...[...this.tabs.values()].map((tab) => h("li", {}, tab))));
    this.heading = h("h3", { class: "avw-part-title", tabindex: "-1", id: freshName() });
    this.list = h("ol", { class: "avw-criteria" });
    this.next = button("avf-first", () => this.show(this.following(), true), "");
    const keys = h("p", { class: "avf-hint avw-keys" }, fill(words.keys, { unknown: words["key-unknown"].toUpperCase(), na: words["key-na"].toUpperCase() }));
    this.root = h("div", {
      class: "avf avw avw-assessment", lang: this.language, ...ownKeys, onkeydown: (event) => this.key(event), onpointerdown: () => (this.arrows = false),
      onfocusout: (event) => this.root.contains(event.relatedTarget) || this.flush(),
    }, h("div", { class: "avw-overall" }, this.progress, this.bar, this.resume), nav, keys,
    h("div", { role: "group", "aria-labelledby": this.heading.id }, this.heading, this.list, this.next), this.state.box, this.state.status, spoken);
    element.append(this.root);
  }

  answered({ spec }) {
    const change = this.outbox.get(spec.id, "level");
    return (change ? change.value : this.model.get("answers")[spec.id]?.level ?? null) !== null;
  }

  firstOpen() { return this.all.find((one) => !this.answered(one)) ?? null; }

  following() { return this.parts[this.parts.indexOf(this.part) + 1]; }

  show(part, move = false) {
    this.flush();
    this.part = part;
    attempt(() => sessionStorage.setItem(this.remembered, part.id));
    setText(this.heading, part.title);
    for (const spec of part.criteria) if (!this.criteria.has(spec.id)) this.criteria.set(spec.id, new Criterion(this, spec, part));
    this.list.replaceChildren(...part.criteria.map(({ id }) => this.criteria.get(id).node));
    this.next.hidden = !this.following();
    if (this.following()) setText(this.next, fill(this.words["next-part"], { title: this.following().title }));
    this.count();
    if (!move) return;
    this.heading.scrollIntoView({ block: "start" });
    this.heading.focus({ preventScroll: true });
  }

  goTo(one) {
    if (!one) return;
    if (one.part !== this.part) this.show(one.part);
    this.criteria.get(one.spec.id).focus();
  }

  count() {
    const { words } = this;
    const total = this.all.length;
    const done = this.all.filter((one) => this.answered(one)).length;
    const minutes = Math.ceil(((total - done) * this.model.get("seconds")) / 60);
    const whole = fill(words.progress, { done, total });
    setText(this.progress, done === total ? `${whole} · ${words.finished}` : `${whole} · ${fill(words["time-left"], { minutes })}`);
    this.bar.value = done;
    setText(this.resume, words[done ? "continue" : "begin"]);
    this.resume.hidden = done === total;
    for (const part of this.parts) {
      const tab = this.tabs.get(part.id);
      const own = { done: part.criteria.filter((spec) => this.answered({ spec })).length, total: part.criteria.length };
      const drawn = `${own.done}/${own.total}`;
      if (tab.lastChild?.textContent !== drawn) tab.replaceChildren(h("span", {}, part.title), h("span", { class: "avw-part-count" }, drawn));
      tab.setAttribute("aria-label", fill(words["part-named"], { title: part.title, ...own }));
      tab.setAttribute("aria-current", String(part === this.part));
    }
  }

  flush(pause = 0) {
    clearTimeout(this.pause);
    if (pause) this.pause = setTimeout(() => this.outbox.flush(), pause);
    else this.outbox.flush();
  }

  follow(change = null) {
    if (change) this.last = change.id;
    const line = this.state.line();
    for (const criterion of this.criteria.values()) {
      if (!change || criterion.id === change.id) criterion.refresh();
      setText(criterion.line, criterion.id === this.last ? line : "");
    }
    this.count();
    this.state.draw(this.root);
  }

  key(event) {
    event.stopPropagation();
    this.arrows = event.key.startsWith("Arrow");
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.target.matches(WRITES)) return;
    const criterion = this.criteria.get(event.target.closest("[data-criterion]")?.dataset.criterion);
    if (!criterion) return;
    const { words } = this;
    const level = { [words["key-unknown"]]: "unknown", [words["key-na"]]: "na" }[event.key.toLowerCase()] ?? (/^[0-4]$/.test(event.key) ? Number(event.key) : null);
    const pressed = event.target.matches("button, summary, a");
    if (level !== null && criterion.offers(level)) criterion.choose(level);
    else if (event.key === "PageDown" || (event.key === "Enter" && !pressed)) this.step(criterion, 1);
    else if (event.key === "PageUp") this.step(criterion, -1);
    else return;
    event.preventDefault();
  }

  step(criterion, by) {
    const own = this.part.criteria.map(({ id }) => id);
    const next = this.criteria.get(own[own.indexOf(criterion.id) + by]);
    if (next) next.focus();
    else if (by < 0) this.heading.focus();
    else (this.next.hidden ? this.heading : this.next).focus();
  }
}

function render({ model, el }) {
  const form = new Assessment(model, el);
  const receive = (message) => form.outbox.receive(message);
  return attend(model, { receive, traits: { answers: () => form.follow() }, outbox: form.outbox });
}

export default { render };
