// The editor of a list of records, or of one. The kernel side is records.py; how a change travels stands in shared.js.
//   page -> kernel  {type: "remove" | "restore", call, id} and {type: "act", call, act, id}

class Card {
  constructor(editor, item, fresh) {
    Object.assign(this, { editor, id: item.id, data: item.data, fresh, fields: null, drawn: {} });
    const { words, single } = editor;
    this.title = h("h3", { class: "avf-title", id: freshName() });
    this.facts = h("p", { class: "avf-hint" });
    this.body = h("div", { class: "avw-body", id: freshName(), hidden: true });
    this.acts = h("span", { class: "avw-acts" });
    this.said = h("p", { class: "avw-said", role: "status" });
    this.toggle = button("avf-second", () => this.turn(this.body.hidden, true), words.edit, { "aria-controls": this.body.id, "aria-expanded": "false" });
    this.delete = editor.removable ? button("avf-quiet", () => editor.remove(this), words.remove) : null;
    this.aside = h("div", { class: "avw-aside prose", hidden: true });
    const head = single ? null : h("div", { class: "avw-head" }, h("div", { class: "avw-words" }, this.title, this.facts), h("div", { class: "avw-buttons" }, this.toggle, this.acts, this.delete));
    this.line = h("p", { class: "avw-line", "aria-hidden": "true" });
    this.node = h(single ? "div" : "li", { class: "avw-card" }, head, this.body, single ? this.acts : null, this.said);
    this.update(item);
    if (single) this.turn(true, false);
  }

  update(item) {
    Object.assign(this, { data: item.data, name: item.title || this.editor.words.untitled });
    const { words } = this.editor;
    setText(this.title, this.name);
    setText(this.facts, item.facts);
    this.facts.hidden = !item.facts;
    this.label();
    const actions = JSON.stringify(item.actions);
    if (this.drawn.actions !== actions) {
      this.drawn.actions = actions;
      const held = this.acts.contains(document.activeElement) ? document.activeElement.dataset.act : null;
      this.acts.replaceChildren(...item.actions.map(({ id, label }) => button("avf-quiet", () => this.act(id), label, { "data-act": id })));
      if (held) (this.acts.querySelector(`[data-act="${CSS.escape(held)}"]`) ?? this.toggle).focus();
    }
    for (const one of this.acts.children) one.setAttribute("aria-label", fill(words.named, { action: one.textContent, title: this.name }));
    if (this.drawn.aside !== item.aside) this.aside.innerHTML = this.drawn.aside = item.aside;
    this.aside.hidden = !item.aside;
    this.fields?.forEach((field) => field.refresh());
  }

  label() {
    const { words } = this.editor;
    const action = this.body.hidden ? words.edit : words.close;
    setText(this.toggle, action);
    this.toggle.setAttribute("aria-expanded", String(!this.body.hidden));
    this.toggle.setAttribute("aria-label", fill(words.named, { action, title: this.name }));
    this.delete?.setAttribute("aria-label", fill(words.named, { action: words.remove, title: this.name }));
  }

  build() {
    const { editor } = this;
    this.fields = new Map(editor.model.get("spec").map((spec) => [spec.id, new RecordField(this, spec)]));
    const grouped = new Set(editor.model.get("groups").flatMap(({ fields }) => fields));
    const nodesOf = (ids) => ids.map((id) => this.fields.get(id)?.node).filter(Boolean);
    const groups = editor.model.get("groups").map(({ legend, fields, folded }) => {
      const nodes = nodesOf(fields);
      if (!folded) return h("fieldset", { class: "avw-group" }, h("legend", {}, legend), ...nodes);
      return h("details", { class: "avw-group" }, h("summary", { class: "avf-plain" }, legend), h("div", { role: "group", "aria-label": legend }, ...nodes));
    });
    const close = editor.single ? null : button("avf-second", () => this.turn(false, true), editor.words.close, { "aria-label": fill(editor.words.named, { action: editor.words.close, title: this.name }) });
    this.body.replaceChildren(...nodesOf([...this.fields.keys()].filter((id) => !grouped.has(id))), ...groups, this.aside, h("div", { class: "avf-foot" }, close, this.line));
    this.fields.forEach((field) => field.refresh());
  }

  turn(open, move) {
    if (!open) this.editor.flush();
    if (open && !this.fields) this.build();
    this.body.hidden = !open;
    this.label();
    if (!open && this.fresh && !this.editor.outbox.of(this.id).length) return void this.editor.discard(this);
    if (move) open ? [...this.fields.values()][0]?.control.focus() : this.toggle.focus();
  }

  // The choices of a field have changed: the form is made anew, and what is being written stands in the outbox.
  rebuild() {
    if (!this.fields) return;
    const held = document.activeElement?.closest?.("[data-field]");
    const at = this.body.contains(held) ? held.dataset.field : null;
    const folds = [...this.body.querySelectorAll("details")].map((one) => one.open);
    this.build();
    this.body.querySelectorAll("details").forEach((one, index) => (one.open = folds[index] ?? one.open));
    if (at) this.fields.get(at)?.control.focus();
  }

  async act(id) {
    this.editor.flush();
    setText(this.said, "");
    const { sentence } = await this.editor.calls.ask("act", { act: id, id: this.id });
    setText(this.said, sentence ?? "");
  }
}

class Editor {
  constructor(model, element) {
    this.model = model;
    for (const trait of ["words", "language"]) this[trait] = model.get(trait);
    const { single, add, remove } = model.get("options");
    Object.assign(this, { single, removable: remove && !single, locale: localeOf(this.language), cards: new Map() });
    const { node, say } = speaker();
    this.say = say;
    this.outbox = new Outbox(model, model.get("kind"), (change) => this.follow(change));
    this.calls = new Calls(model, this.words);
    this.state = new SaveState(this.outbox, this.words, this.locale);
    this.list = h(single ? "div" : "ul", { class: "avw-cards" });
    this.empty = h("p", { class: "avw-empty" }, add || single ? this.words.empty : this.words["empty-fixed"]);
    this.lost = h("div", {});
    this.add = add ? button("avf-first", () => this.begin(), this.words.add) : null;
    this.root = h("div", { class: `avf avw${single ? " avw-single" : ""}`, lang: this.language, ...ownKeys, onkeydown: (event) => event.stopPropagation() },
      this.lost, this.empty, this.list, this.add, this.state.box, this.state.status, node);
    element.append(this.root);
    this.draw();
    this.outbox.resume(({ id, field }) => (!single || id === single) && model.get("spec").some((spec) => spec.id === field));
    this.follow();
  }

  item(id) { return { id, data: {}, title: "", facts: "", actions: [], aside: "" }; }

  place(item, fresh) {
    const card = new Card(this, item, fresh);
    this.cards.set(item.id, card);
    this.list.append(card.node);
    return card;
  }

  draw() {
    const given = this.model.get("items");
    // The one record of its kind has a form before it has been saved.
    const items = this.single && !given.length ? [this.item(this.single)] : given;
    const known = new Set(items.map(({ id }) => id));
    for (const card of [...this.cards.values()]) if (!known.has(card.id) && !card.fresh && !card.leaving) this.takeOut(card);
    for (const item of items) {
      const card = this.cards.get(item.id) ?? this.place(item, false);
      card.fresh = !given.length;
      card.update(item);
    }
    this.empty.hidden = this.cards.size > 0 || this.list.children.length > 0;
    this.follow();
  }

  takeOut(card) {
    this.cards.delete(card.id);
    card.node.remove();
  }

  // Something about a change is new, or everything may be.
  follow(change = null) {
    // A record that was begun here and never heard of by the kernel is there again after a reload.
    for (const { id, fresh } of this.outbox.changes.values()) {
      if (fresh && !this.cards.has(id)) this.place(this.item(id), true).turn(true, false);
    }
    const touched = change ? [this.cards.get(change.id)].filter(Boolean) : [...this.cards.values()];
    for (const card of touched) {
      const stuck = this.outbox.of(card.id).some(({ refused }) => refused !== null) || this.outbox.notesOf(card.id).length > 0;
      if (stuck && card.body.hidden) card.turn(true, false);
      card.fields?.forEach((field) => field.refresh());
    }
    const line = this.state.line();
    for (const card of this.cards.values()) setText(card.line, card.id === this.last || this.single ? line : "");
    if (change) this.last = change.id;
    this.drawLost();
    this.state.draw(this.root);
  }

  // What was written in a record that somebody has removed meanwhile.
  drawLost() {
    const lost = [...this.outbox.notes.values()].filter(({ id }) => !this.cards.has(id));
    const drawn = lost.map(({ client }) => client).join();
    if (drawn === this.drawnLost) return;
    this.drawnLost = drawn;
    this.lost.replaceChildren(...lost.map((note) => {
      const spec = this.model.get("spec").find(({ id }) => id === note.field);
      const drop = () => {
        this.outbox.dropNote(note);
        this.add?.focus();
      };
      return overtakenBox(note, `${spec?.label ?? note.field}: ${asText(note.value, spec)}`, this.words, drop);
    }));
  }

  flush(pause = 0) {
    clearTimeout(this.pause);
    if (pause) this.pause = setTimeout(() => this.outbox.flush(), pause);
    else this.outbox.flush();
  }

  begin() {
    const id = [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const card = this.place(this.item(id), true);
    this.empty.hidden = true;
    card.turn(true, true);
    this.say(this.words.added);
  }

  // A record that was begun and left empty.
  discard(card) {
    this.takeOut(card);
    this.empty.hidden = this.list.children.length > 0;
    this.add?.focus();
  }

  async remove(card) {
    // What is still on its way arrives first, so that an undo brings it back too.
    this.flush();
    const unheard = card.fresh ? this.outbox.of(card.id) : [];
    if (card.fresh && !unheard.length) return this.discard(card);
    card.leaving = true;
    const reply = await this.calls.ask("remove", { id: card.id });
    card.leaving = false;
    if (!reply.ok) return setText(card.said, reply.sentence);
    this.outbox.forget(card.id);
    return this.offerUndo(card, unheard);
  }

  // `unheard` is what a record held that the kernel never took.
  offerUndo(card, unheard) {
    const sentence = fill(this.words.removed, { title: card.name });
    const said = h("p", {}, sentence);
    const place = h("li", { class: "avw-undo" }, said,
      button("avf-second", async () => {
        const reply = await this.calls.ask("restore", { id: card.id });
        if (!reply.ok) {
          setText(said, reply.sentence);
          return this.say(reply.sentence);
        }
        for (const change of unheard) this.outbox.put(change);
        const next = this.cards.get(card.id);
        if (next) place.replaceWith(next.node);
        else place.remove();
        (next?.toggle ?? this.add)?.focus();
        return this.say(fill(this.words.restored, { title: card.name }));
      }, this.words.undo),
      button("avf-quiet", () => {
        place.remove();
        this.empty.hidden = this.list.children.length > 0;
        (this.add ?? this.list.querySelector("button"))?.focus();
      }, this.words.hide));
    card.node.replaceWith(place);
    this.takeOut(card);
    place.querySelector("button").focus();
    this.say(sentence);
  }
}

function render({ model, el }) {
  const editor = new Editor(model, el);
  const receive = (message) => {
    editor.outbox.receive(message);
    editor.calls.receive(message);
  };
  const respec = () => editor.cards.forEach((card) => card.rebuild());
  return attend(model, { receive, traits: { items: () => editor.draw(), spec: respec }, outbox: editor.outbox, stop: () => editor.calls.stop() });
}

export default { render };
