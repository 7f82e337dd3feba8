// A collection to look through. The kernel side is browse.py; only an action goes to it: {type: "act", call, act, id}.

const AT_ONCE = 12;
const MOST_COMPARED = 4;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class Collection {
  constructor(model, element) {
    this.model = model;
    for (const trait of ["words", "language", "items", "facets", "sorts", "actions"]) this[trait] = model.get(trait);
    this.collator = new Intl.Collator(localeOf(this.language), { numeric: true });
    this.kept = `avcourse-browse:${model.get("name")}:${this.language}`;
    this.calls = new Calls(model, this.words);
    this.texts = new Map(this.items.map((item) => [item.id, plain(this.wordsOf(item))]));
    this.cards = new Map();
    const { node, say } = speaker();
    this.say = say;
    this.recall();
    this.build(element, node);
    this.draw();
  }

  wordsOf({ title, summary = "", facts = [], details = [] }) {
    return [title, summary, ...facts.map(({ value }) => value), ...details.map(({ text }) => text)].join(" ");
  }

  // What was searched, chosen and compared is there again after a reload, until the tab is closed.
  recall() {
    const kept = attempt(() => JSON.parse(sessionStorage.getItem(this.kept)), null) ?? {};
    const known = new Set(this.items.map(({ id }) => id));
    const compared = (Array.isArray(kept.compared) ? kept.compared : []).filter((id) => known.has(id)).slice(0, MOST_COMPARED);
    const chosen = this.facets.map(({ id, options }) => [id, options.map((option) => option.id).filter((one) => kept.chosen?.[id]?.includes?.(one))]);
    const sort = this.sorts.some(({ id }) => id === kept.sort) ? kept.sort : "";
    this.state = { query: String(kept.query ?? ""), chosen: Object.fromEntries(chosen), sort, compared };
    this.shown = AT_ONCE;
  }

  keep() { attempt(() => sessionStorage.setItem(this.kept, JSON.stringify(this.state))); }

  build(element, spoken) {
    const { words, state } = this;
    const uid = freshName();
    this.field = h("input", { id: `${uid}-search`, type: "search", class: "avf-field", autocomplete: "off", value: state.query, oninput: () => this.typed() });
    const selects = this.facets.filter(({ kind }) => kind === "select").map((facet) => this.select(facet, uid));
    const boxes = this.facets.filter(({ kind }) => kind !== "select").map((facet) => this.boxes(facet, uid));
    const order = h("select", { id: `${uid}-sort`, class: "avf-field", onchange: ({ target }) => this.change({ sort: target.value }) },
      h("option", { value: "" }, words["sort-given"]), ...this.sorts.map(({ id, label }) => h("option", { value: id }, label)));
    order.value = state.sort;
    this.hits = h("p", { class: "avw-hits", role: "status" });
    this.clear = button("avf-quiet avf-clear", () => this.reset(), words.clear);
    this.list = h("ul", { class: "avw-cards" });
    this.empty = h("p", { class: "avw-empty" }, this.items.length ? words.empty : words["none-yet"]);
    this.more = button("avf-second", () => this.showMore(), "");
    this.go = button("avf-second", () => this.compareTitle.focus(), "");
    this.compareTitle = h("h3", { class: "avf-title", tabindex: "-1", id: `${uid}-compare` }, words["compare-title"]);
    this.table = h("div", { class: "av-table avw-compare", role: "group", tabindex: "0", "aria-labelledby": this.compareTitle.id });
    this.comparison = h("div", { class: "avw-comparison", role: "group", "aria-labelledby": this.compareTitle.id }, this.compareTitle, this.table);
    const label = (id, text) => h("label", { class: "avf-label", for: id }, text);
    this.root = h("div", { class: "avf avw avw-browser", lang: this.language, ...ownKeys, onkeydown: (event) => event.stopPropagation() },
      h("div", { class: "avw-filters", role: "group", "aria-label": words.filters },
        h("div", { class: "avw-field" }, label(this.field.id, words.search), this.field), ...selects,
        this.sorts.length ? h("div", { class: "avw-field" }, label(order.id, words.sort), order) : null, ...boxes),
      h("div", { class: "avw-found" }, this.hits, this.clear, this.go), h("p", { class: "avf-hint" }, words["compare-hint"]),
      this.empty, this.list, this.more, this.comparison, spoken);
    element.append(this.root);
  }

  count(facet, option) { return this.items.filter((item) => item.tags?.[facet.id]?.includes(option.id)).length; }

  select(facet, uid) {
    const field = h("select", { id: `${uid}-${facet.id}`, class: "avf-field", onchange: ({ target }) => this.choose(facet, target.value ? [target.value] : []) },
      h("option", { value: "" }, this.words.all),
      ...facet.options.map((option) => h("option", { value: option.id }, fill(this.words.option, { text: option.text, count: this.count(facet, option) }))));
    field.value = this.state.chosen[facet.id][0] ?? "";
    facet.clear = () => (field.value = "");
    return h("div", { class: "avw-field" }, h("label", { class: "avf-label", for: field.id }, facet.label), field);
  }

  boxes(facet, uid) {
    const box = h("div", { class: "avw-ticks" }, ...facet.options.map((option) => {
      const input = h("input", { type: "checkbox", name: `${uid}-${facet.id}`, value: option.id, checked: this.state.chosen[facet.id].includes(option.id), onchange: () => choose() });
      return h("label", { class: "avf-choice" }, input, h("span", { class: "avf-choice-text" }, fill(this.words.option, { text: option.text, count: this.count(facet, option) })));
    }));
    const inputs = [...box.querySelectorAll("input")];
    const choose = () => this.choose(facet, inputs.filter((one) => one.checked).map((one) => one.value));
    facet.clear = () => inputs.forEach((one) => (one.checked = false));
    return h("fieldset", { class: "avw-field" }, h("legend", { class: "avf-label" }, facet.label), box);
  }

  typed() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.change({ query: this.field.value }), 250);
  }

  choose(facet, ids) { this.change({ chosen: { ...this.state.chosen, [facet.id]: ids } }); }

  change(what) {
    Object.assign(this.state, what);
    this.shown = AT_ONCE;
    this.keep();
    this.draw();
  }

  reset() {
    this.field.value = "";
    this.facets.forEach((facet) => facet.clear());
    this.change({ query: "", chosen: Object.fromEntries(this.facets.map(({ id }) => [id, []])) });
    this.field.focus();
  }

  found() {
    const { query, chosen, sort } = this.state;
    const parts = plain(query).split(/\s+/).filter(Boolean);
    const fits = (item) => parts.every((part) => this.texts.get(item.id).includes(part))
      && this.facets.every(({ id }) => !chosen[id].length || chosen[id].some((option) => item.tags?.[id]?.includes(option)));
    const hits = this.items.filter(fits);
    const order = this.sorts.find(({ id }) => id === sort);
    return order ? hits.sort((one, other) => this.compareBy(order, one, other)) : hits;
  }

  // What has no value to be ordered by stands last, whichever way.
  compareBy({ id, down }, one, other) {
    const [a, b] = [one, other].map((item) => item.sort?.[id] ?? null);
    if (a === null || b === null) return (a === null) - (b === null);
    const way = typeof a === "number" && typeof b === "number" ? a - b : this.collator.compare(String(a), String(b));
    return down ? -way : way;
  }

  draw() {
    const { words, state } = this;
    const hits = this.found();
    const now = hits.slice(0, this.shown);
    this.list.replaceChildren(...now.map((item) => this.card(item).node));
    const used = Boolean(state.query) || Object.values(state.chosen).some((ids) => ids.length);
    setText(this.hits, fill(words.hits, { count: hits.length, total: this.items.length }));
    this.clear.hidden = !used;
    this.empty.hidden = hits.length > 0;
    this.more.hidden = now.length === hits.length;
    setText(this.more, fill(words.more, { count: Math.min(AT_ONCE, hits.length - now.length) }));
    this.drawComparison();
  }

  showMore() {
    const first = this.shown;
    this.shown += AT_ONCE;
    this.draw();
    this.list.children[first]?.querySelector("button, summary, input")?.focus();
  }

  card(item) {
    if (this.cards.has(item.id)) return this.cards.get(item.id);
    const { words } = this;
    const named = (action) => ({ "aria-label": fill(words.named, { action, title: item.title }) });
    const rows = (item.facts ?? []).map(({ label, value }) => h("div", {}, h("dt", {}, label), h("dd", {}, value)));
    const parts = (item.details ?? []).map(({ label, text, href }) => h("div", {}, label && h("h4", {}, label), this.detail(text, href)));
    const details = parts.length ? h("details", {}, h("summary", { class: "avf-plain", ...named(words.details) }, words.details), ...parts) : null;
    const input = h("input", { type: "checkbox", onchange: () => this.mark(item, input.checked), ...named(words.compare) });
    const said = h("p", { class: "avw-said", role: "status" });
    const actions = this.actions.map(({ id, label }) => button("avf-second", async () => {
      setText(said, "");
      const { sentence } = await this.calls.ask("act", { act: id, id: item.id });
      setText(said, sentence ?? "");
    }, label, named(label)));
    const node = h("li", { class: "avw-card" }, h("h3", { class: "avf-title" }, item.title), item.summary ? h("p", {}, item.summary) : null,
      rows.length ? h("dl", { class: "avw-facts" }, ...rows) : null, details,
      h("div", { class: "avw-buttons" }, ...actions, h("label", { class: "avw-tick" }, input, h("span", { "aria-hidden": "true" }, words.compare))), said);
    this.cards.set(item.id, { node, input });
    return this.cards.get(item.id);
  }

  // Only a web address becomes a link: what stands in a table of data is not to be trusted further.
  detail(text, href) {
    return h("p", {}, /^https?:\/\//i.test(href ?? "") ? h("a", { class: "avf-link", href, rel: "noopener noreferrer" }, text) : text);
  }

  mark(item, chosen) {
    const { compared } = this.state;
    if (chosen && compared.length >= MOST_COMPARED) {
      this.card(item).input.checked = false;
      return this.say(this.words["compare-full"]);
    }
    const next = compared.filter((id) => id !== item.id);
    if (chosen) next.push(item.id);
    this.state.compared = next;
    this.keep();
    this.drawComparison();
    return this.say(fill(this.words["compare-count"], { count: next.length }));
  }

  drawComparison() {
    const { words, state } = this;
    const items = state.compared.map((id) => this.items.find((item) => item.id === id));
    this.cards.forEach(({ input }, id) => (input.checked = state.compared.includes(id)));
    this.comparison.hidden = this.go.hidden = !items.length;
    setText(this.go, fill(words["compare-go"], { count: items.length }));
    if (!items.length) return void this.table.replaceChildren();
    const labels = [...new Set(items.flatMap(({ facts = [] }) => facts.map(({ label }) => label)))];
    const value = ({ facts = [] }, label) => facts.find((fact) => fact.label === label)?.value ?? "–";
    const out = (item) => button("avf-quiet", () => {
      this.mark(item, false);
      (this.comparison.hidden ? this.field : this.compareTitle).focus();
    }, words["compare-remove"], { "aria-label": fill(words.named, { action: words["compare-remove"], title: item.title }) });
    const head = h("tr", {}, h("th", { scope: "col" }, words.property), ...items.map((item) => h("th", { scope: "col" }, h("span", {}, item.title), out(item))));
    const rows = labels.map((label) => h("tr", {}, h("th", { scope: "row" }, label), ...items.map((item) => h("td", {}, value(item, label)))));
    this.table.replaceChildren(h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)));
  }
}

function render({ model, el }) {
  const collection = new Collection(model, el);
  return attend(model, { receive: (message) => collection.calls.receive(message), stop: () => collection.calls.stop() });
}

export default { render };
