// A picture with controls. The kernel side is explorer.py:
//   page -> kernel  {type: "draw", call, values};  kernel -> page  {type: "done", call, ok, picture} or {…, ok: false, sentence, control}
// One wish is on its way at a time; what changes meanwhile is sent when the answer has come, so a slow drawing is never run after.

const DRAW_AFTER = { slider: 60, number: 500, choice: 0, checks: 0, moment: 500, cells: 500 };
const NARROW = "\u202f";

class Explorer {
  constructor(model, element) {
    this.model = model;
    this.words = model.get("words");
    this.language = model.get("language");
    this.calls = new Calls(model, this.words);
    this.values = structuredClone(model.get("start"));
    this.controls = new Map();
    const spec = model.get("spec");
    const title = freshName();
    const fields = h("div", { class: "ave-controls" }, ...spec.controls.map((one) => this.control(one)));
    this.sentence = h("p", { class: "ave-sentence", role: "status" });
    this.trouble = h("p", { class: "avf-error", role: "alert" });
    this.figure = h("div", { class: "ave-figure" });
    this.table = h("div");
    this.fold = h("details", {}, h("summary", { class: "avf-plain" }, this.words.table), this.table);
    const reset = button("avf-second ave-reset", () => this.reset(), this.words.reset);
    this.root = h("section", { class: "avf avw ave", lang: this.language, "aria-labelledby": title, ...ownKeys },
      h("p", { class: "avf-title", id: title }, spec.title), fields, h("div", { class: "ave-foot" }, reset), this.sentence, this.trouble, this.figure, this.fold);
    element.append(this.root);
    this.show(model.get("picture"));
  }

  control(spec) {
    const id = freshName();
    const help = spec.help ? h("p", { class: "avf-hint", id: `${id}-help` }, spec.help) : null;
    const error = h("p", { class: "avf-error", id: `${id}-error`, role: "alert" });
    const described = [help && `${id}-help`, `${id}-error`].filter(Boolean).join(" ");
    const made = this[spec.kind](spec, id, described);
    this.controls.set(spec.id, { ...made, error });
    made.set(this.values[spec.id]);
    const group = spec.kind === "checks" || spec.kind === "cells";
    const label = () => h("div", { class: "ave-label" }, h("label", { class: "avf-label", for: id }, spec.label), made.shown);
    const whole = group ? h("fieldset", { "aria-describedby": described }, h("legend", { class: "avf-label" }, spec.label), made.node) : [label(), made.node];
    return h("div", { class: `ave-control ave-${spec.kind}` }, ...[whole].flat(), help, error);
  }

  slider(spec, id, described) {
    // The slider itself speaks its value; an <output> would speak it twice.
    const shown = h("span", { class: "ave-value", "aria-hidden": "true" });
    const input = h("input", { type: "range", id, min: spec.minimum, max: spec.maximum, step: spec.step, "aria-describedby": described });
    const tell = () => {
      const text = this.number_text(Number(input.value), spec.unit);
      setText(shown, text);
      input.setAttribute("aria-valuetext", text);
    };
    input.addEventListener("input", () => { tell(); this.change(spec, Number(input.value)); });
    return { node: h("div", { class: "ave-track" }, input), shown, inputs: [input], set: (value) => { input.value = value; tell(); } };
  }

  number(spec, id, described) {
    const input = h("input", { class: "avf-field avf-number", id, inputmode: "decimal", autocomplete: "off", maxlength: 20, "aria-describedby": described });
    input.addEventListener("input", () => this.change(spec, input.value));
    const unit = spec.unit ? h("span", {}, spec.unit) : null;
    return { node: h("div", { class: "avf-with-unit" }, input, unit), inputs: [input], set: (value) => (input.value = this.number_text(value)) };
  }

  choice(spec, id, described) {
    const select = h("select", { class: "avf-field", id, "aria-describedby": described }, ...spec.options.map((one) => h("option", { value: one.id }, one.text)));
    select.addEventListener("change", () => this.change(spec, select.value));
    return { node: select, inputs: [select], set: (value) => (select.value = value) };
  }

  checks(spec) {
    const boxes = spec.options.map((one) => h("input", { type: "checkbox", value: one.id }));
    const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
    for (const box of boxes) box.addEventListener("change", () => this.change(spec, chosen()));
    const labels = boxes.map((box, n) => h("label", { class: "avf-choice" }, box, h("span", { class: "avf-choice-text" }, spec.options[n].text)));
    return { node: h("div", { class: "avf-choices" }, ...labels), inputs: boxes, set: (value) => boxes.forEach((box) => (box.checked = value.includes(box.value))) };
  }

  moment(spec, id, described) {
    const input = h("input", { type: "datetime-local", class: "avf-field", id, required: true, "aria-describedby": described });
    input.addEventListener("input", () => this.change(spec, input.value));
    return { node: input, inputs: [input], set: (value) => (input.value = value) };
  }

  cells(spec, _id, described) {
    const start = this.model.get("start")[spec.id];
    const heading = (row) => spec.columns.map((column, n) => (column.editable ? null : row[n])).filter((text) => text !== null).join(" ");
    const cell = (row, r, column, c) => {
      if (!column.editable) return h("th", { scope: "row" }, String(row[c]));
      const name = `${column.text}, ${heading(row) || r + 1}`;
      const input = h("input", { class: "avf-field", "aria-label": name, "aria-describedby": described, autocomplete: "off",
        maxlength: column.numbers ? 20 : column.longest, inputmode: column.numbers ? "decimal" : null });
      input.addEventListener("input", () => {
        const rows = structuredClone(this.values[spec.id]);
        rows[r][c] = input.value;
        this.change(spec, rows);
      });
      return h("td", {}, input);
    };
    const inputs = [];
    const rows = start.map((row, r) => h("tr", {}, ...spec.columns.map((column, c) => {
      const node = cell(row, r, column, c);
      const input = node.querySelector("input");
      if (input) inputs.push({ input, r, c });
      return node;
    })));
    const head = h("tr", {}, ...spec.columns.map((column) => h("th", { scope: "col" }, column.text)));
    const set = (values) => inputs.forEach(({ input, r, c }) => (input.value = typeof values[r][c] === "number" ? this.number_text(values[r][c]) : values[r][c]));
    return { node: h("div", { class: "av-table" }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows))), inputs: inputs.map(({ input }) => input), set };
  }

  number_text(value, unit = "") {
    const [whole, part] = String(Math.abs(Math.round(value * 1000) / 1000)).split(".");
    const text = (value < 0 ? "−" : "") + whole.replace(/\B(?=(\d{3})+$)/g, NARROW) + (part ? (this.language === "et" ? "," : ".") + part : "");
    return unit ? text + (unit === "%" && this.language === "en" ? "" : "\u00a0") + unit : text;
  }

  change(spec, value) {
    this.values[spec.id] = value;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DRAW_AFTER[spec.kind]);
  }

  reset() {
    clearTimeout(this.timer);
    this.values = structuredClone(this.model.get("start"));
    for (const [id, control] of this.controls) control.set(this.values[id]);
    this.ask();
  }

  async ask() {
    this.waiting = true;
    if (this.busy) return;
    this.busy = true;
    while (this.waiting) {
      this.waiting = false;
      this.hear(await this.calls.ask("draw", { values: this.values }));
    }
    this.busy = false;
  }

  hear(reply) {
    const wrong = reply.ok ? null : this.controls.get(reply.control);
    for (const control of this.controls.values()) {
      setText(control.error, control === wrong ? reply.sentence : "");
      for (const input of control.inputs) input.toggleAttribute("aria-invalid", false);
      if (control === wrong) for (const input of control.inputs) input.setAttribute("aria-invalid", "true");
    }
    setText(this.trouble, reply.ok || wrong ? "" : reply.sentence);
    this.root.toggleAttribute("data-old", !reply.ok);
    if (reply.ok) this.show(reply.picture);
  }

  show({ sentence, figure, table }) {
    setText(this.sentence, sentence);
    this.figure.innerHTML = figure;
    this.table.innerHTML = table;
    this.fold.hidden = !table;
  }

  stop() {
    clearTimeout(this.timer);
    this.calls.stop();
  }
}

function render({ model, el }) {
  const explorer = new Explorer(model, el);
  return attend(model, { receive: (message) => explorer.calls.receive(message), stop: () => explorer.stop() });
}

export default { render };
