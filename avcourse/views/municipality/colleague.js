// The page for colleagues, council members and residents. Answers stay in this browser until the person saves the file.

const spec = JSON.parse(document.getElementById("data").textContent);
const { words } = spec;
const key = `avcourse-voice:${spec.municipality}`;
const attempt = (work, otherwise) => { try { return work(); } catch { return otherwise; } };
const random = () => [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const kept = attempt(() => JSON.parse(localStorage.getItem(key)), null);
const voice = kept?.id ? kept : { id: random(), role: null, answers: {} };
const total = spec.parts.reduce((sum, part) => sum + part.criteria.length, 0);

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
const state = document.getElementById("state");

function keep() {
  attempt(() => localStorage.setItem(key, JSON.stringify(voice)));
  state.textContent = fill(words.state, { count: Object.keys(voice.answers).length, total });
}

function choices(name, options, chosen, choose) {
  return options.map(([value, text]) => h("label", {}, h("input", {
    type: "radio", name, value, checked: String(chosen) === String(value), onchange: () => { choose(value); keep(); },
  }), h("span", {}, text)));
}

function question({ id, text, anchors }) {
  const options = [...anchors.map((anchor, level) => [level, `${level} – ${anchor}`]), ["unknown", words["dont-know"]]];
  return h("fieldset", {}, h("legend", {}, text),
    ...choices(id, options, voice.answers[id], (value) => { voice.answers[id] = value; }));
}

function save() {
  if (!voice.role) {
    state.textContent = words["role-first"];
    document.querySelector('input[name="role"]').focus();
    return;
  }
  const date = new Date().toISOString().slice(0, 10);
  const data = { avcourse: 1, voice: { id: voice.id, role: voice.role, date, answers: voice.answers } };
  const address = URL.createObjectURL(new Blob([JSON.stringify(data, null, 1)], { type: "application/json" }));
  h("a", { href: address, download: `${words.file}-${voice.id}.json` }).click();
  state.textContent = words.saved;
  next.hidden = false;
}

document.getElementById("page").append(
  h("h1", {}, fill(words.heading, { name: spec.municipality })),
  h("p", {}, words.intro), h("p", { class: "quiet" }, words.privacy),
  h("fieldset", {}, h("legend", {}, words.role), ...choices("role", spec.roles.map((role) => [role.id, role.text]), voice.role, (value) => { voice.role = value; })),
  ...spec.parts.flatMap((part) => [h("h2", {}, part.name), ...part.criteria.map(question)]));
// A computer in a library is used by many: the next person begins with an empty page and an id of their own.
const next = h("button", { type: "button", class: "second", hidden: true, onclick: () => { attempt(() => localStorage.removeItem(key)); location.reload(); } }, words.next);
document.getElementById("save").after(next);
const button = document.getElementById("save");
button.textContent = words.save;
button.addEventListener("click", save);
keep();
