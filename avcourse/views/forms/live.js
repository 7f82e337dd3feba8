// A part of the page that is made anew. The kernel side is live.py:
//   page -> kernel  {type: "act", call, act, value, language} or {type: "refresh", call, language};  kernel -> page  {type: "done", …}
// The HTML is our own, escaped by views.markup.

class Part {
  constructor(model, element) {
    this.model = model;
    const words = model.get("words");
    const page = element.closest("[lang]")?.lang ?? document.documentElement.lang;
    this.language = words[page] ? page : "et";
    this.words = words[this.language];
    this.calls = new Calls(model, this.words);
    // A quiet part speaks only its sentences; any other is itself the answer to what was chosen, and is read out.
    this.content = h("div", { class: "prose avw-content", role: model.get("quiet") ? null : "status" });
    this.said = h("p", { class: "avw-said", role: "status" });
    this.refresh = button("avw-refresh", () => this.ask("refresh", {}, this.refresh), this.words.refresh);
    this.stale = h("div", { class: "avw-stale", hidden: true }, h("p", {}, this.words.stale), this.refresh);
    this.root = h("div", { class: "avw-live", onclick: (event) => this.press(event) }, this.stale, this.content, this.said);
    element.append(this.root);
    this.draw();
    this.offer();
  }

  press(event) {
    const pressed = event.target.closest("[data-act]");
    if (pressed && this.content.contains(pressed)) this.ask("act", { act: pressed.dataset.act, value: pressed.dataset.value ?? "" }, pressed);
  }

  async ask(type, fields, pressed) {
    if (pressed.getAttribute("aria-disabled") === "true") return;
    pressed.setAttribute("aria-disabled", "true");
    setText(this.said, "");
    const reply = await this.calls.ask(type, { ...fields, language: this.language }, { patience: ACK_WITHIN * 8 });
    pressed.removeAttribute("aria-disabled");
    setText(this.said, reply.sentence || (type === "refresh" && reply.ok ? this.words.refreshed : ""));
    if (type === "refresh" && reply.ok) this.focusHeading();
  }

  offer() { this.stale.hidden = !this.model.get("stale"); }

  focusHeading() {
    const goal = this.content.querySelector("h1, h2, h3, h4, h5, h6") ?? this.content;
    goal.tabIndex = -1;
    goal.focus({ preventScroll: true });
  }

  draw() {
    const held = this.content.contains(document.activeElement) ? document.activeElement.closest("[data-act]") ?? document.activeElement : null;
    const name = (fold) => fold.id || fold.querySelector("summary")?.textContent;
    const open = new Set([...this.content.querySelectorAll("details[open]")].map(name));
    const summary = held?.matches("summary") ? name(held.parentElement) : null;
    this.content.innerHTML = this.model.get("html");
    const folds = [...this.content.querySelectorAll("details")];
    folds.forEach((fold) => (fold.open = fold.open || open.has(name(fold))));
    if (!held) return;
    const twin = [...this.content.querySelectorAll("[data-act]")].find(({ dataset }) => dataset.act === held.dataset.act && dataset.value === held.dataset.value);
    const again = held.dataset.act !== undefined ? twin : folds.find((fold) => name(fold) === summary)?.querySelector("summary");
    if (again) again.focus({ preventScroll: true });
    else this.focusHeading();
  }
}

function render({ model, el }) {
  const part = new Part(model, el);
  const traits = { html: () => part.draw(), stale: () => part.offer() };
  return attend(model, { receive: (message) => part.calls.receive(message), traits, stop: () => part.calls.stop() });
}

export default { render };
