// The fields of a record: a control for each kind, with its label and help, and what the kernel or somebody else said about it.

const FEW_OPTIONS = 5;
const HALF = Symbol("half a date");

// Controls: each takes the field's spec and {uid, words, locale, describedby, keys, changed(pause)} and gives {node, read(), write(value), focus()};
// `group` says that it names itself by a legend. An empty value is null.

function typed(spec, form, tag, attributes = {}, pause = DRAFT_AFTER.text) {
  return h(tag, {
    id: form.uid, class: "avf-field", autocomplete: "off", "aria-describedby": form.describedby, "aria-required": spec.required ? "true" : null,
    oninput: () => form.changed(pause), onchange: () => form.changed(0), ...attributes,
  });
}

function text(spec, form) {
  const long = spec.kind === "long";
  const field = typed(spec, form, long ? "textarea" : "input", spec.kind === "link" ? { inputmode: "url" } : {}, DRAFT_AFTER[long ? "long" : "text"]);
  const grow = () => {
    if (!long || CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener("input", grow);
  const write = (value) => {
    field.value = value ?? "";
    requestAnimationFrame(grow);
  };
  return { node: field, field, read: () => (field.value.trim() ? field.value : null), write, focus: () => field.focus() };
}

// The kernel reads numbers as people write them; a number that was not touched is given back as it is.
function number(spec, form) {
  const field = typed(spec, form, "input", { inputmode: "decimal", class: "avf-field avf-number" });
  let written = { text: "", value: null };
  const shown = (value) => (typeof value === "number" ? value.toLocaleString(form.locale, { useGrouping: false, maximumFractionDigits: 6 }) : value ?? "");
  return {
    node: spec.kind === "money" ? h("div", { class: "avf-with-unit" }, field, h("span", {}, form.words.euros)) : field,
    field,
    read: () => (field.value === written.text ? written.value : field.value.trim() || null),
    write: (value) => {
      written = { text: shown(value), value: value ?? null };
      field.value = written.text;
    },
    focus: () => field.focus(),
  };
}

function day(spec, form) {
  const field = typed(spec, form, "input", { type: "date", min: "1990-01-01", max: "2100-12-31", class: "avf-field avw-date" });
  const half = () => field.validity.badInput || field.validity.rangeUnderflow || field.validity.rangeOverflow;
  return {
    node: field, field, read: () => (half() ? HALF : field.value || null), write: (value) => (field.value = value ?? ""), focus: () => field.focus(),
  };
}

function tick(type, name, id, label, changed) {
  const input = h("input", { type, name, value: id, onchange: changed });
  return h("label", { class: "avf-choice" }, input, h("span", { class: "avf-choice-text" }, label));
}

function radios(spec, form) {
  const inputs = () => [...box.querySelectorAll("input")];
  const box = h("div", { class: "avf-choices" }, ...spec.options.map(({ id, text: label }) => tick("radio", form.uid, id, label, () => change(form.keys.arrows ? DRAFT_AFTER.arrows : 0))));
  const clear = button("avf-quiet avf-clear", () => {
    // First the focus: where it leaves the field, what is saved would be shown again.
    inputs()[0].focus();
    control.write(null);
    form.changed(0);
  }, form.words["clear-choice"]);
  const change = (pause) => {
    clear.hidden = false;
    form.changed(pause);
  };
  const control = {
    node: h("div", {}, box, spec.required ? null : clear), group: true,
    read: () => inputs().find((input) => input.checked)?.value ?? null,
    write: (value) => {
      inputs().forEach((input) => (input.checked = input.value === String(value)));
      clear.hidden = control.read() === null;
    },
    focus: () => (inputs().find((input) => input.checked) ?? inputs()[0]).focus(),
  };
  return control;
}

function dropdown(spec, form) {
  const rows = spec.options.map((option) => h("option", { value: option.id }, option.text));
  const field = h("select", { id: form.uid, class: "avf-field", "aria-describedby": form.describedby, onchange: () => form.changed(form.keys.arrows ? DRAFT_AFTER.arrows : 0) },
    h("option", { value: "" }, rows.length ? form.words.choose : form.words["nothing-to-choose"]), ...rows);
  const write = (value) => {
    // What was chosen once is never lost because it is no longer on offer.
    if (value && !spec.options.some(({ id }) => id === value)) field.append(h("option", { value }, fill(form.words["gone-option"], { id: value })));
    field.value = value ?? "";
  };
  return { node: field, field, read: () => field.value || null, write, focus: () => field.focus() };
}

function boxes(spec, form) {
  const box = h("div", { class: "avf-choices avw-boxes" }, ...spec.options.map(({ id, text: label }) => tick("checkbox", form.uid, id, label, () => form.changed(0))));
  const inputs = [...box.querySelectorAll("input")];
  return {
    node: box, group: true,
    read: () => { const chosen = inputs.filter((one) => one.checked).map((one) => one.value); return chosen.length ? chosen : null; },
    write: (value) => inputs.forEach((input) => (input.checked = (value ?? []).includes(input.value))),
    focus: () => inputs[0].focus(),
  };
}

function yes(spec, form) {
  const label = tick("checkbox", form.uid, "yes", spec.label, () => form.changed(0));
  const input = label.querySelector("input");
  input.id = form.uid;
  if (form.describedby) input.setAttribute("aria-describedby", form.describedby);
  return { node: label, labelled: true, read: () => input.checked || null, write: (value) => (input.checked = value === true), focus: () => input.focus() };
}

function rows(spec, form) {
  const { words } = form;
  const list = h("ol", { class: "avw-rows" });
  const none = h("p", { class: "avf-hint" }, words["rows-empty"]);
  const back = h("div", { class: "avw-undo", hidden: true });
  let parts = [];
  const nameOf = (part) => fill(words.row, { label: spec.label, number: parts.indexOf(part) + 1 });
  const read = () => {
    const all = parts.map((part) => Object.fromEntries(part.fields.map(({ id, control }) => [id, control.read()]).filter(([, value]) => value !== null)));
    const full = all.filter((row) => Object.keys(row).length);
    return full.some((row) => Object.values(row).includes(HALF)) ? HALF : full.length ? full : null;
  };
  const draw = () => {
    list.replaceChildren(...parts.map(({ node }) => node));
    none.hidden = parts.length > 0;
    parts.forEach((part, index) => {
      setText(part.legend, nameOf(part));
      part.buttons.forEach(({ node, key }) => node.setAttribute("aria-label", fill(words["row-action"], { action: words[key], row: nameOf(part) })));
      part.buttons[0].node.setAttribute("aria-disabled", String(index === 0));
      part.buttons[1].node.setAttribute("aria-disabled", String(index === parts.length - 1));
    });
  };
  const make = (values = {}) => {
    const fields = spec.fields.map((column) => {
      const control = CONTROLS[column.kind](column, { ...form, uid: freshName(), describedby: null });
      control.write(values[column.id] ?? null);
      return { id: column.id, control, node: wrap(column, control, form) };
    });
    const press = (key, work) => ({ key, node: button("avf-quiet", work, words[key]) });
    const part = { fields, legend: h("legend", {}) };
    part.buttons = [press("row-up", () => move(part, -1)), press("row-down", () => move(part, 1)), press("row-remove", () => remove(part))];
    const feet = h("div", { class: "avw-row-buttons" }, ...part.buttons.map(({ node }) => node));
    part.node = h("li", {}, h("fieldset", { class: "avw-row" }, part.legend, h("div", { class: "avw-columns" }, ...fields.map(({ node }) => node)), feet));
    return part;
  };
  // First the change: a row that is moved loses the focus, and what is saved would be shown again.
  const settle = () => {
    form.changed(0);
    draw();
  };
  const move = (part, step) => {
    const at = parts.indexOf(part);
    if (!parts[at + step]) return;
    [parts[at], parts[at + step]] = [parts[at + step], parts[at]];
    const held = document.activeElement;
    settle();
    held?.focus();
    form.say(fill(words["row-moved"], { number: at + step + 1, total: parts.length }));
  };
  const remove = (part) => {
    const at = parts.indexOf(part);
    parts = parts.filter((one) => one !== part);
    const undo = button("avf-second", () => {
      parts.splice(Math.min(at, parts.length), 0, part);
      settle();
      part.fields[0].control.focus();
      back.hidden = true;
      form.say(words["row-back"]);
    }, words.undo);
    back.replaceChildren(h("p", {}, words["row-removed"]), undo);
    back.hidden = false;
    settle();
    undo.focus();
    form.say(words["row-removed"]);
  };
  const add = button("avf-second", () => {
    parts.push(make());
    draw();
    parts.at(-1).fields[0].control.focus();
  }, words["row-add"], { "aria-label": `${words["row-add"]}: ${spec.label}` });
  const write = (value) => {
    parts = (value ?? []).map(make);
    back.hidden = true;
    draw();
  };
  return { node: h("div", {}, none, list, back, add), group: true, read, write, focus: () => (parts[0]?.fields[0].control ?? { focus: () => add.focus() }).focus() };
}

const CONTROLS = {
  text, long: text, link: text, number, money: number, date: day, choices: boxes, yes, rows,
  choice: (spec, form) => (spec.options.length && spec.options.length <= FEW_OPTIONS ? radios : dropdown)(spec, form),
};

function rangeSentence({ kind, minimum, maximum }, { words, locale }) {
  const [low, high] = [minimum, maximum].map((limit) => limit ?? null);
  if (kind !== "number" || (low === null && high === null)) return null;
  const name = high === null ? "range-from" : low === null ? "range-to" : "range-both";
  return fill(words[name], { minimum: low?.toLocaleString(locale), maximum: high?.toLocaleString(locale) });
}

// A control with its label, or its legend, its help and what follows it.
function wrap(spec, control, form, help = null, ...after) {
  const named = [spec.label, spec.required ? h("span", { class: "avw-required" }, ` (${form.words.required})`) : null];
  if (control.group) {
    return h("fieldset", { class: "avw-field", "aria-describedby": help?.id }, h("legend", { class: "avf-label" }, ...named), help, control.node, ...after);
  }
  const label = control.labelled ? null : h("label", { class: "avf-label", for: control.field.id }, ...named);
  return h("div", { class: "avw-field" }, label, control.labelled ? null : help, control.node, control.labelled ? help : null, ...after);
}

// One field of one record: its control, its error, and what the person wrote where somebody has overtaken it.
class RecordField {
  constructor(card, spec) {
    Object.assign(this, { card, spec, editor: card.editor });
    const { words, locale, say } = this.editor;
    const uid = freshName();
    const about = [spec.help, rangeSentence(spec, this.editor)].filter(Boolean).join(" ");
    this.help = about ? h("p", { id: `${uid}-help`, class: "avf-hint" }, about) : null;
    this.error = h("p", { id: `${uid}-error`, class: "avf-error", role: "status" });
    this.yours = h("div", {});
    const describedby = [this.help?.id, this.error.id].filter(Boolean).join(" ");
    const form = { uid, words, locale, say, describedby, changed: (pause) => this.changed(pause), keys: { arrows: false } };
    this.control = CONTROLS[spec.kind](spec, form);
    this.node = wrap(spec, this.control, form, this.help, this.error, this.yours);
    this.node.dataset.field = spec.id;
    this.node.addEventListener("keydown", (event) => (form.keys.arrows = event.key.startsWith("Arrow")), true);
    this.node.addEventListener("pointerdown", () => (form.keys.arrows = false), true);
    this.node.addEventListener("focusout", (event) => this.node.contains(event.relatedTarget) || this.left());
    const change = this.editor.outbox.get(card.id, spec.id);
    this.control.write(change ? change.value : this.saved());
    this.refresh();
  }

  saved() { return this.card.data[this.spec.id] ?? null; }

  left() {
    this.editor.flush();
    if (this.control.read() === HALF) this.showError(this.editor.words["date-half"]);
    this.refresh();
  }

  changed(pause) {
    const { editor, card, spec } = this;
    const value = this.control.read();
    // Half a date is no mistake yet, and must not take the last whole one away.
    if (value === HALF) return;
    this.showError("");
    editor.outbox.stage(card.id, spec.id, value, this.saved(), card.fresh);
    editor.flush(pause);
  }

  showError(sentence) {
    setText(this.error, sentence);
    this.control.field?.setAttribute("aria-invalid", String(Boolean(sentence)));
    if (sentence) this.node.closest("details")?.setAttribute("open", "");
  }

  refresh() {
    const { editor, card, spec, control } = this;
    const change = editor.outbox.get(card.id, spec.id);
    const value = control.read();
    const inside = this.node.contains(document.activeElement);
    if (value !== HALF) this.showError(change?.refused ?? "");
    // What the kernel made of it ("5 000 €" is 5000) is shown when the person has left the field.
    if (!change && !inside && value !== HALF && !same(value, this.saved())) control.write(this.saved());
    const notes = editor.outbox.notesOf(card.id, spec.id);
    if (notes.map(({ client }) => client).join() === this.drawn) return;
    this.drawn = notes.map(({ client }) => client).join();
    this.yours.replaceChildren(...notes.map((note) => this.note(note)));
    if (notes.length) this.node.closest("details")?.setAttribute("open", "");
  }

  note(note) {
    const { outbox, words } = this.editor;
    const use = () => {
      outbox.insist(note, this.saved());
      this.control.write(note.value);
      this.control.focus();
    };
    const drop = () => {
      outbox.dropNote(note);
      this.control.focus();
    };
    return overtakenBox(note, asText(note.value, this.spec), words, drop, use);
  }
}

// A value in words, for a note.
function asText(value, spec) {
  const named = (id) => spec?.options?.find((option) => option.id === id)?.text ?? id;
  if (Array.isArray(value)) return value.map((one) => (typeof one === "object" ? Object.values(one ?? {}).join(" · ") : named(one))).join("; ");
  return value === null ? "–" : String(named(value));
}
