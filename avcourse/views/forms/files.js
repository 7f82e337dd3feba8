// Files in and out. The kernel side is files.py:
//   page -> kernel  {type: "piece", call, id, name, size, index} with one buffer; {type: "undo", call, id}; {type: "make", call, id, given}; {type: "alive", call}
//   kernel -> page  {type: "got", call, index}, after the last piece followed by {type: "done", call, ok, sentence, problems, undo};
//                   {type: "progress", call, label, share} and in the end {type: "done", call, ok, sentence, name} with a buffer

const PIECE = 512 * 1024;
const READ_WITHIN = 90000;
const PULSE = 5000;
const FOR_EVER = 2 ** 30;
const MEGABYTE = 1024 * 1024;

class Files {
  constructor(model, element) {
    this.model = model;
    for (const trait of ["words", "language", "limit"]) this[trait] = model.get(trait);
    this.calls = new Calls(model, this.words);
    this.root = h("div", { class: "avf avw avw-files", lang: this.language, ...ownKeys, onkeydown: (event) => event.stopPropagation() },
      ...model.get("reads").map((spec) => this.reader(spec)), ...model.get("saves").map((spec) => this.saver(spec)));
    element.append(this.root);
  }

  // Where the outcome is said, for good or bad; the place is there before the words, so that they are heard.
  outcome() {
    const said = h("div", { class: "avw-said", role: "status" });
    const loud = h("div", { class: "avf-alert", role: "alert" });
    const box = h("div", { class: "avf-alert-box", hidden: true }, loud);
    const more = h("div", {});
    const show = (reply) => {
      box.hidden = reply.ok !== false;
      said.replaceChildren(...(reply.ok ? [h("p", {}, reply.sentence)] : []));
      loud.replaceChildren(...(reply.ok === false ? [h("p", {}, reply.sentence)] : []));
      const problems = reply.problems ?? [];
      more.replaceChildren(...(problems.length > 1 ? [h("details", {}, h("summary", { class: "avf-plain" }, this.words.problems), h("ul", {}, ...problems.map((line) => h("li", {}, line))))] : []));
    };
    return { nodes: [said, box, more], show };
  }

  meter() {
    const label = h("p", {});
    const bar = h("progress", { class: "avw-progress", max: 1, "aria-hidden": "true" });
    const node = h("div", { class: "avw-meter", hidden: true }, label, bar);
    const spoken = h("p", { class: "avf-spoken", role: "status" });
    let heard = "";
    const show = (words, share, rest = "") => {
      node.hidden = words === null;
      if (words === null) return void setText(spoken, "");
      setText(label, [fill(this.words.share, { label: words, share: Math.round(100 * share) }), rest].filter(Boolean).join(" · "));
      bar.value = share;
      // Each step is spoken once, not each per cent.
      if (words !== heard) setText(spoken, words);
      heard = words;
    };
    return { nodes: [node, spoken], show };
  }

  reader(spec) {
    const { words } = this;
    const uid = freshName();
    const outcome = this.outcome();
    const meter = this.meter();
    const input = h("input", { id: uid, type: "file", class: "avf-spoken", accept: spec.accept || null, "aria-describedby": `${uid}-hint`, onchange: () => take(input.files) });
    const undo = button("avf-second", () => this.undo(spec, outcome, undo), words.undo, { hidden: true, "aria-label": `${words.undo}: ${spec.label}` });
    let busy = false;
    const take = async (files) => {
      if (busy || !files.length) return;
      busy = true;
      undo.hidden = true;
      outcome.show({});
      const reply = files.length > 1 ? { ok: false, sentence: words["one-file"] } : await this.send(spec, files[0], meter);
      meter.show(null);
      outcome.show(reply);
      undo.hidden = !reply.undo;
      // The same file, mended, can be chosen again.
      input.value = "";
      busy = false;
    };
    const over = (on) => (event) => {
      event.preventDefault();
      zone.toggleAttribute("data-over", on);
      if (event.type === "drop") take(event.dataTransfer.files);
    };
    const limit = fill(words.limit, { size: this.limit / MEGABYTE });
    const zone = h("div", { class: "avw-drop", ondragover: over(true), ondragleave: over(false), ondrop: over(false) },
      input, h("label", { for: uid, class: "avw-choose" }, h("span", { class: "avf-spoken" }, `${spec.label}: `), words.choose), h("span", { "aria-hidden": "true" }, words.drop));
    return h("div", { class: "avw-file", role: "group", "aria-labelledby": `${uid}-title` }, h("h3", { class: "avf-title", id: `${uid}-title` }, spec.label),
      h("p", { class: "avf-hint", id: `${uid}-hint` }, [spec.hint, limit].filter(Boolean).join(" ")), zone, ...meter.nodes, ...outcome.nodes, undo);
  }

  async send(spec, file, meter) {
    const { words, calls } = this;
    if (file.size > this.limit) return { ok: false, sentence: words["too-large"] };
    if (!file.size) return { ok: false, sentence: words.nothing };
    const bytes = await file.arrayBuffer().catch(() => null);
    if (!bytes) return { ok: false, sentence: words.torn };
    const call = calls.name();
    const sending = fill(words.sending, { name: file.name });
    for (let index = 0; ; index += 1) {
      const from = index * PIECE;
      const last = from + PIECE >= bytes.byteLength;
      meter.show(sending, from / bytes.byteLength);
      const fields = { id: spec.id, name: file.name, size: bytes.byteLength, index };
      // That the last piece has arrived is heard at once; what is made of the file may take its time.
      const during = ({ type }) => (last && type === "got" ? READ_WITHIN : 0);
      const reply = await calls.ask("piece", fields, { call, buffers: [bytes.slice(from, from + PIECE)], during });
      if (reply.type !== "got") return reply;
    }
  }

  async undo(spec, outcome, pressed) {
    const reply = await this.calls.ask("undo", { id: spec.id }, { patience: READ_WITHIN });
    outcome.show(reply);
    if (!reply.ok) return;
    // The button goes; the place for the next file is where one is then.
    pressed.closest(".avw-file").querySelector("input").focus();
    pressed.hidden = true;
  }

  saver(spec) {
    const { words } = this;
    const hint = spec.hint ? h("p", { class: "avf-hint", id: freshName() }, spec.hint) : null;
    const outcome = this.outcome();
    const meter = this.meter();
    const fields = (spec.asks ?? []).map((asked) => this.asked(asked));
    const press = button("avf-second", () => this.make(spec, press, outcome, meter, fields), spec.label, { "aria-describedby": hint?.id });
    return h("div", { class: "avw-file" }, ...fields.map(({ node }) => node), press, hint, ...meter.nodes, ...outcome.nodes);
  }

  // What a file needs from the person: sent when the file is made, and kept neither here nor there.
  asked({ id, kind, label, hint }) {
    const uid = freshName();
    const about = hint ? h("p", { id: `${uid}-hint`, class: "avf-hint" }, hint) : null;
    const describedby = about ? `${uid}-hint` : null;
    if (kind === "tick") {
      const box = h("input", { type: "checkbox", "aria-describedby": describedby });
      return { id, read: () => box.checked, node: h("div", { class: "avw-asked" }, h("label", { class: "avf-choice" }, box, h("span", { class: "avf-choice-text" }, label)), about) };
    }
    const line = h("input", { id: uid, type: "text", class: "avf-field", autocomplete: "off", maxlength: 120, "aria-describedby": describedby });
    return { id, read: () => line.value, node: h("div", { class: "avw-asked" }, h("label", { class: "avf-label", for: uid }, label), about, line) };
  }

  async make(spec, press, outcome, meter, fields) {
    const { words, calls } = this;
    if (press.getAttribute("aria-disabled") === "true") return;
    // Not `disabled`: that would drop the focus of the person who has just pressed it.
    press.setAttribute("aria-disabled", "true");
    outcome.show({});
    meter.show(words.making, 0);
    const began = Date.now();
    const during = (message) => {
      if (message.type !== "progress") return 0;
      const { share } = message;
      const seconds = Math.ceil(((Date.now() - began) / 1000) * ((1 - share) / share));
      const rest = share > 0.1 && share < 1 && Date.now() - began > 1000 ? fill(words["seconds-left"], { seconds }) : "";
      meter.show(message.label, share, rest);
      return FOR_EVER;
    };
    // Long work is no silence: as long as it goes on the kernel is asked whether it is there.
    const call = calls.name();
    const pulse = setInterval(async () => {
      const { silent } = await calls.ask("alive", {}, { patience: ACK_WITHIN * 3 });
      if (silent) calls.end(call, { ok: false, sentence: words["no-reply"] });
    }, PULSE);
    const given = Object.fromEntries(fields.map(({ id, read }) => [id, read()]));
    const reply = await calls.ask("make", { id: spec.id, given }, { call, during });
    clearInterval(pulse);
    meter.show(null);
    press.removeAttribute("aria-disabled");
    if (reply.ok && reply.buffers?.length) this.save(reply.name, reply.buffers[0]);
    outcome.show(reply);
  }

  save(name, bytes) {
    const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }
}

function render({ model, el }) {
  const files = new Files(model, el);
  const receive = (message, buffers) => files.calls.receive({ ...message, buffers });
  return attend(model, { receive, stop: () => files.calls.stop() });
}

export default { render };
