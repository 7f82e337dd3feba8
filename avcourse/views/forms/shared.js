// What the widgets of the municipality's work share; changes.py puts it before each one's own script. Messages of a change:
//   page -> kernel  {type: "save", client, id, field, value, bases, at, fresh}
//   kernel -> page  {type: "saved", client} or {type: "not-saved", client, sentence, again, overtaken}
// and of a wish: {type, call, …} -> {type: "done", call, ok, sentence}.
// A change is kept here, and in this browser's storage, until the kernel says that it is in the log.
// Every text from outside is set as textContent; only HTML that views.markup escaped is set as HTML.

const ACK_WITHIN = 4000;
const AGAIN_AFTER = [1000, 3000, 8000, 15000, 30000];
const TRIES_BEFORE_RELOAD = 3;
const MOST_BASES = 5;
const DRAFT_AFTER = { text: 1500, long: 4000, arrows: 600 };

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const attempt = (work, otherwise) => { try { return work(); } catch { return otherwise; } };
const button = (look, press, label, attributes = {}) => h("button", { type: "button", class: look, onclick: press, ...attributes }, label);
const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const freshName = () => `avw-${Math.random().toString(36).slice(2, 10)}`;
const localeOf = (language) => (language === "et" ? "et-EE" : "en-GB");
const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

function clock(date, locale) {
  return date.toLocaleString(locale, { hour: "2-digit", minute: "2-digit" });
}

// A reader hears the sentence even where it is the same as the one before.
function speaker() {
  const node = h("p", { class: "avf-spoken", role: "status" });
  const say = (sentence) => (node.textContent = node.textContent === sentence ? `${sentence}\u00a0` : sentence);
  return { node, say };
}

// Keys must not reach JupyterLab's one-letter shortcuts while somebody writes.
const ownKeys = { "data-lm-suppress-shortcuts": "true" };

// Storage can be forbidden or full; then the page itself is the only copy, and the sentences say so.
const store = {
  read: (key) => attempt(() => JSON.parse(localStorage.getItem(key)), null),
  write: (key, value) => attempt(() => localStorage.setItem(key, JSON.stringify(value)) === undefined, false),
  remove: (key, client) => store.read(key)?.client === client && localStorage.removeItem(key),
  keys: (prefix) => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix)), []),
};

// Changes of many fields of many records on their way to the kernel. `tell(change)` is called whenever something about one is new. A change
// that the kernel will not take stays in `changes` with its sentence (`refused`) until it is changed; one that somebody has overtaken
// becomes a note, kept until the person has used or dropped what they wrote.
class Outbox {
  constructor(model, place, tell) {
    Object.assign(this, { model, tell, page: freshName(), count: 0, changes: new Map(), notes: new Map(), savedAt: null });
    Object.assign(this, { tries: 0, sentence: null, prefix: `avcourse:${model.get("learner")}:${place}:` });
  }

  get(id, field) { return this.changes.get(`${id}:${field}`) ?? null; }

  pending() { return [...this.changes.values()].filter((change) => change.refused === null); }

  // Whether this browser holds everything that is on its way.
  get kept() { return this.pending().every((change) => change.kept); }

  of(id) { return [...this.changes.values()].filter((change) => change.id === id); }

  notesOf(id, field) { return [...this.notes.values()].filter((note) => note.id === id && (field === undefined || note.field === field)); }

  // Keep a field's new value until the kernel has it; `flush` sends it. `base` is the saved value that the page knows.
  stage(id, field, value, base, fresh) {
    const old = this.get(id, field);
    if (old && same(old.value, value) && old.refused === null) return;
    if (same(value, base) && !(old?.sent && old.refused === null)) return void this.drop(id, field);
    // Whichever of the values on the way has arrived, the next one follows from it.
    const bases = !old || old.refused !== null ? [base] : old.sent ? [...old.bases, old.value] : [...old.bases];
    if (bases.length > MOST_BASES) bases.splice(1, bases.length - MOST_BASES);
    this.put({ id, field, value, bases, fresh, at: new Date().toISOString() });
  }

  put({ id, field, value, bases, fresh, at }) {
    this.count += 1;
    const client = `${this.page}-${this.count}`;
    const change = { client, id, field, value, bases, fresh, at, sent: false, refused: null };
    this.changes.set(`${id}:${field}`, change);
    change.kept = store.write(`${this.prefix}${id}:${field}`, { client, id, field, value, bases, fresh, at });
    this.tell(change);
    return change;
  }

  remove({ id, field, client }) {
    this.changes.delete(`${id}:${field}`);
    store.remove(`${this.prefix}${id}:${field}`, client);
  }

  drop(id, field) {
    const change = this.get(id, field);
    if (!change) return;
    this.remove(change);
    if (!this.pending().length) this.rest();
    this.tell(change);
  }

  forget(id) { for (const { field } of this.of(id)) this.drop(id, field); }

  dropNote(note) {
    this.notes.delete(note.client);
    store.remove(`${this.prefix}${note.id}:${note.field}:${note.client}`, note.client);
    this.tell(note);
  }

  rest() {
    clearTimeout(this.timer);
    Object.assign(this, { tries: 0, sentence: null });
  }

  // What was left unsaved when a page was closed: it is sent again as it was made, and the kernel knows whether it is overtaken. What
  // `mine(change)` says is not on this page waits for the page that has it.
  resume(mine) {
    const whole = ({ client, id, field, bases, at }) => [client, id, field, at].every((one) => typeof one === "string") && Array.isArray(bases);
    for (const kept of store.keys(this.prefix).map(store.read).filter((one) => one && whole(one) && mine(one))) {
      if (kept.note) this.notes.set(kept.client, kept);
      else if (!this.get(kept.id, kept.field)) this.put(kept);
    }
    this.flush();
  }

  // After a refusal as overtaken: the person's own text, said again with full knowledge.
  insist(note, base) {
    this.dropNote(note);
    this.put({ ...note, bases: [base], at: new Date().toISOString() });
    this.flush();
  }

  flush() {
    const waiting = this.pending().filter((change) => !change.sent);
    if (waiting.length) this.send(waiting);
  }

  again() { this.send(this.pending()); }

  send(changes) {
    clearTimeout(this.timer);
    if (!changes.length) return;
    this.timer = setTimeout(() => this.fail(null), ACK_WITHIN);
    for (const change of changes) {
      change.sent = true;
      const { client, id, field, value, bases, at, fresh } = change;
      // A dead kernel may throw; like any other, it is noticed by the missing reply.
      attempt(() => this.model.send({ type: "save", client, id, field, value, bases, at, fresh }));
    }
    this.tell(changes[0]);
  }

  fail(sentence) {
    clearTimeout(this.timer);
    Object.assign(this, { tries: this.tries + 1, sentence });
    this.timer = setTimeout(() => this.again(), AGAIN_AFTER[Math.min(this.tries, AGAIN_AFTER.length) - 1]);
    const [first] = this.pending();
    if (first) this.tell(first);
  }

  receive(message) {
    const change = [...this.changes.values()].find(({ client }) => client === message.client);
    if (!change || change.refused !== null || !["saved", "not-saved"].includes(message.type)) return;
    if (message.type === "not-saved" && message.again) return void this.fail(message.sentence);
    if (message.type === "saved") {
      this.savedAt = new Date();
      this.remove(change);
      document.dispatchEvent(new CustomEvent("avcourse-saved", { detail: { id: change.id } }));
    } else if (message.overtaken) {
      this.remove(change);
      const note = { ...change, note: true, sentence: message.sentence };
      this.notes.set(note.client, note);
      store.write(`${this.prefix}${note.id}:${note.field}:${note.client}`, note);
    } else change.refused = message.sentence;
    // The kernel lives: whatever else is on its way has the whole time again.
    this.rest();
    if (this.pending().some(({ sent }) => sent)) this.timer = setTimeout(() => this.fail(null), ACK_WITHIN);
    this.tell(change);
  }
}

// The words about saving: a spoken line, and a box that is loud when the kernel is silent.
class SaveState {
  constructor(outbox, words, locale) {
    Object.assign(this, { outbox, words, locale, said: "" });
    this.status = h("p", { class: "avf-spoken", role: "status" });
    this.alert = h("div", { class: "avf-alert", role: "alert" });
    this.press = button("avf-second", () => (this.stuck ? location.reload() : outbox.again()), "");
    this.box = h("div", { class: "avf-alert-box", hidden: true }, this.alert, this.press);
  }

  // What stands beside a record: "Saving …", or when the last change was saved.
  line() {
    const { outbox, words, locale } = this;
    if (outbox.pending().length) return outbox.tries ? "" : words.saving;
    return outbox.savedAt ? fill(words.saved, { time: clock(outbox.savedAt, locale) }) : "";
  }

  draw(root) {
    const { outbox, words } = this;
    const pending = outbox.pending().length;
    root.toggleAttribute("data-avcourse-unsaved", pending > 0);
    if (!pending) setText(this.status, this.line());
    const loud = outbox.tries > 0 && pending > 0;
    const late = outbox.kept ? "unsaved-reload" : "unsaved-copy";
    const advice = words[outbox.tries < TRIES_BEFORE_RELOAD ? "unsaved-keep" : late];
    const lines = loud ? [words.unsaved, outbox.sentence, advice].filter(Boolean) : [];
    this.stuck = outbox.tries >= TRIES_BEFORE_RELOAD && outbox.kept;
    setText(this.press, words[this.stuck ? "reload" : "retry"]);
    this.box.hidden = !loud;
    // Unchanged words are not spoken again at every try.
    if (this.said === lines.join("\n")) return;
    this.said = lines.join("\n");
    this.alert.replaceChildren(...lines.map((line, n) => h(n ? "p" : "strong", {}, line)));
  }
}

// What somebody wrote where another was faster, and what to do with it. Without `use` there is no place left for it.
function overtakenBox(note, text, words, drop, use = null) {
  const what = h("div", { class: "avf-alert" }, h("p", {}, note.sentence), h("p", {}, fill(words.yours, { text })));
  return h("div", { class: "avf-alert-box" }, what, use && button("avf-second", use, words["use-yours"]), button("avf-quiet", drop, words["drop-yours"]));
}

// Wishes that are not sent again by themselves. The promise always comes true; a silent kernel is `{ok: false}` with a sentence. Where a
// message is not yet the end, `during(message)` returns for how long it is then worth waiting.
class Calls {
  constructor(model, words) {
    Object.assign(this, { model, words, waiting: new Map(), page: freshName(), count: 0 });
  }

  name() {
    this.count += 1;
    return `${this.page}-${this.count}`;
  }

  ask(type, fields = {}, { call = this.name(), patience = ACK_WITHIN * 4, buffers = [], during = () => 0 } = {}) {
    return new Promise((resolve) => {
      this.waiting.set(call, { resolve, during });
      this.wait(call, patience);
      attempt(() => this.model.send({ type, ...fields, call }, undefined, buffers));
    });
  }

  wait(call, patience) {
    const waiting = this.waiting.get(call);
    clearTimeout(waiting.timer);
    waiting.timer = setTimeout(() => this.end(call, { ok: false, silent: true, sentence: this.words["no-reply"] }), patience);
  }

  end(call, message) {
    const waiting = this.waiting.get(call);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.waiting.delete(call);
    waiting.resolve(message);
  }

  receive(message) {
    const patience = this.waiting.get(message.call)?.during(message);
    if (patience) this.wait(message.call, patience);
    else this.end(message.call, message);
  }

  stop() { for (const { timer } of this.waiting.values()) clearTimeout(timer); }
}

// What a widget does while it is drawn, and stops doing when it is not: listen to the kernel, send drafts before the page is left.
function attend(model, { receive, traits = {}, outbox = null, stop = () => {} }) {
  const gone = new AbortController();
  const { signal } = gone;
  model.on("msg:custom", receive);
  for (const [name, follow] of Object.entries(traits)) model.on(`change:${name}`, follow);
  if (outbox) {
    window.addEventListener("beforeunload", (event) => outbox.pending().length && !outbox.kept && event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && outbox.flush(), { signal });
  }
  return () => {
    outbox?.flush();
    clearTimeout(outbox?.timer);
    gone.abort();
    model.off("msg:custom", receive);
    for (const [name, follow] of Object.entries(traits)) model.off(`change:${name}`, follow);
    stop();
  };
}
