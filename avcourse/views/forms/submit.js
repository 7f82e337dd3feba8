// Handing in a test. The kernel side is submit.py: it keeps `state`, the page sends {type: "count" | "submit" | "file"}.

const REPLY_WITHIN = 6000;
const SAVED_WITHIN = 5000;

// As in form.js: anywidget takes one file, so the two cannot share it.
function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function moment(iso, language) {
  return new Date(iso).toLocaleString(language === "et" ? "et-EE" : "en-GB", { dateStyle: "long", timeStyle: "short" });
}

class Submission {
  constructor(model, element) {
    this.model = model;
    this.words = model.get("words");
    this.problem = null;
    this.language = model.get("language");
    this.build(element);
    this.draw();
  }

  build(element) {
    const { words } = this;
    this.count = h("div", { class: "avf-count-line", role: "status" });
    this.missing = h("a", { class: "avf-link", onclick: (event) => this.goToFirst(event) }, words["first-unanswered"]);
    this.alone = h("div", { class: "avf-panel" }, h("p", {}, h("strong", {}, words["no-class"])), h("p", {}, words["no-class-what"]));
    this.button = h("button", { type: "button", class: "avf-first", onclick: () => this.submit() });
    this.file = h("button", { type: "button", class: "avf-second", onclick: () => this.ask("file") }, words.download);
    this.result = h("div", { role: "status" });
    this.alert = h("div", { class: "avf-alert", role: "alert" });
    this.alertBox = h("div", { class: "avf-alert-box", hidden: true }, this.alert);
    this.hint = h("p", { class: "avf-hint" }, words["again-hint"]);
    this.root = h("section", {
      class: "avf avf-submit", lang: this.language, "aria-label": words.title, "data-lm-suppress-shortcuts": "true",
      onkeydown: (event) => event.stopPropagation(),
    }, h("p", { class: "avf-title" }, words.title), this.count, this.missing, this.alone, this.result, this.alertBox,
    h("div", { class: "avf-foot" }, this.button, this.file), this.hint);
    element.append(this.root);
  }

  // Send a wish; a kernel that does not answer is noticed by its silence.
  ask(type) {
    clearTimeout(this.timer);
    this.waiting = type;
    this.before = this.work();
    this.warn(null);
    this.timer = setTimeout(() => this.silent(), REPLY_WITHIN);
    this.send(type);
  }

  send(type) {
    try {
      this.model.send({ type });
    } catch {
      // A dead kernel is noticed by its silence.
    }
  }

  work() {
    const { busy, receipt, problem } = this.model.get("state");
    return JSON.stringify([busy, receipt, problem]);
  }

  silent() {
    this.waiting = null;
    this.mute = true;
    this.warn(this.words["no-reply"]);
    this.draw();
  }

  async submit() {
    if (this.model.get("state").busy || this.waiting === "submit") return;
    this.waiting = "submit";
    this.draw();
    // Leaving the last field has just sent its answer: give it time to arrive.
    for (let waited = 0; document.querySelector("[data-avcourse-unsaved]"); waited += 200) {
      if (waited >= SAVED_WITHIN) {
        this.waiting = null;
        this.warn(this.words.unsaved);
        this.draw();
        return;
      }
      await rest(200);
    }
    this.ask("submit");
  }

  receive(message, buffers) {
    if (message.type !== "file") return;
    this.heard();
    const address = URL.createObjectURL(new Blob([buffers[0]], { type: "application/zip" }));
    h("a", { href: address, download: message.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    this.result.replaceChildren(h("p", {}, fill(this.words.downloaded, { name: message.name })));
  }

  heard() {
    clearTimeout(this.timer);
    this.waiting = null;
    if (this.mute) this.warn(null);
    this.mute = false;
  }

  follow() {
    // A new count alone is not yet the answer to "submit".
    if (this.waiting !== "submit" || this.before !== this.work()) this.heard();
    this.draw();
  }

  firstMissing() {
    const missing = new Set(this.model.get("state").missing);
    return [...document.querySelectorAll("[data-avcourse-address]")].find((form) => missing.has(form.dataset.avcourseAddress));
  }

  goToFirst(event) {
    const form = this.firstMissing();
    if (!form) return;
    event.preventDefault();
    form.scrollIntoView({ block: "start" });
    form.querySelector("input, select, textarea, button")?.focus({ preventScroll: true });
  }

  warn(sentence, title = null) {
    this.alertBox.hidden = !sentence;
    const lines = sentence ? [title && h("strong", {}, title), h("p", {}, sentence)] : [];
    this.alert.replaceChildren(...lines.filter(Boolean));
  }

  draw() {
    const { words, language } = this;
    const { missing, total, joined, busy, problem } = this.model.get("state");
    const left = missing.length;
    const line = left ? fill(words.answered, { answered: total - left, total }) : fill(words["all-answered"], { total });
    const more = left === 1 ? words["unanswered-one"] : fill(words.unanswered, { count: left });
    const unsure = this.model.get("state").unsure ? fill(words["no-confidence"], { count: this.model.get("state").unsure }) : "";
    const whole = [line, left ? more : "", unsure].filter(Boolean).join(" ");
    if (this.count.textContent !== whole) this.count.textContent = whole;
    const first = this.firstMissing();
    this.missing.hidden = !first;
    if (first) this.missing.href = `#${first.id}`;
    const { receipt } = this.model.get("state");
    const working = busy || this.waiting === "submit";
    this.alone.hidden = joined;
    this.button.hidden = !joined;
    // Not `disabled`: that would drop the focus of the person who has just pressed it.
    this.button.setAttribute("aria-disabled", String(working));
    this.button.textContent = working ? words.busy : receipt ? words["submit-again"] : words.submit;
    this.file.hidden = joined && !problem;
    this.hint.hidden = !joined || !receipt;
    // Unchanged words are not spoken again at every change.
    if (problem !== this.problem) this.warn(problem, joined ? words.failed : null);
    this.problem = problem;
    const drawn = JSON.stringify([working, receipt]);
    if (this.drawn === drawn) return;
    this.drawn = drawn;
    if (working) this.result.replaceChildren(h("p", { class: "avf-spoken" }, words.busy));
    else this.result.replaceChildren(...(receipt && joined ? this.receiptParts(receipt, language) : []));
  }

  receiptParts({ at, sha256 }, language) {
    const { words } = this;
    const code = h("code", { class: "avf-code" }, sha256.slice(0, 12));
    return [h("div", { class: "avf-panel", "data-outcome": "right" },
      h("p", { class: "avf-outcome", "data-outcome": "right" }, fill(words.done, { time: moment(at, language) })),
      h("p", {}, `${words.receipt}: `, code),
      h("details", {}, h("summary", { class: "avf-plain" }, words.details), h("code", { class: "avf-code" }, sha256)))];
  }
}

function render({ model, el }) {
  const submission = new Submission(model, el);
  const receive = (message, buffers) => submission.receive(message, buffers);
  const follow = () => submission.follow();
  const recount = () => submission.send("count");
  model.on("msg:custom", receive);
  model.on("change:state", follow);
  document.addEventListener("avcourse-saved", recount);
  // The forms of the page may be drawn after this one.
  const settled = setTimeout(() => submission.draw(), 500);
  return () => {
    model.off("msg:custom", receive);
    model.off("change:state", follow);
    document.removeEventListener("avcourse-saved", recount);
    clearTimeout(settled);
    clearTimeout(submission.timer);
  };
}

export default { render };
