// A short list of records to be changed in place: limits of a question, causes, answers of a scale.

// An id from words, different from those in use.
function idFrom(words, taken) {
  const plain = words.toLowerCase().normalize("NFKD").replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "");
  const base = (plain || "row").slice(0, 40);
  let id = base;
  for (let at = 2; taken.has(id); at += 1) id = `${base}_${at}`;
  return id;
}

class Rows {
  // columns: { key, label, kind: text | code | number | check }; the first must be filled. named: rows have ids.
  constructor({ legend, hint, columns, add, named, send }) {
    Object.assign(this, { columns, add, named, send });
    this.problem = make("p", { class: "ik-status", role: "status" });
    this.table = make("tbody");
    const heads = columns.map(({ label }) => make("th", { scope: "col", text: label }));
    this.element = make("fieldset", { class: "ik-rows" }, make("legend", { text: legend }),
      hint ? make("p", { class: "ik-hint", text: hint }) : null,
      make("table", { class: "ik-table" },
        make("thead", {}, make("tr", {}, ...heads, make("th", { scope: "col" }, make("span", { class: "ik-hidden", text: "Remove" })))),
        this.table),
      make("button", { type: "button", class: "ik-plain", text: add, onclick: () => this.append({}).querySelector("input, textarea").focus() }),
      this.problem);
    this.held = "";
  }

  show(rows) {
    const now = JSON.stringify(rows);
    if (now === this.held || this.element.contains(document.activeElement)) return;
    this.held = now;
    this.table.replaceChildren();
    for (const row of rows) this.append(row);
  }

  append(row) {
    const inputs = this.columns.map((column) => this.input(column, row));
    const remove = make("button", { type: "button", class: "ik-link", text: "Remove", onclick: () => { line.remove(); this.changed(); } });
    const line = make("tr", {}, ...inputs.map((input) => make("td", {}, input)), make("td", {}, remove));
    Object.assign(line, { inputs, held: row });
    this.table.append(line);
    return line;
  }

  input({ key, label, kind }, row) {
    const shared = { "aria-label": label, onchange: () => this.changed() };
    if (kind === "check") {
      const box = make("input", { type: "checkbox", ...shared });
      box.checked = Boolean(row[key]);
      return box;
    }
    const box = kind === "number" ? make("input", { type: "number", min: 0, step: 1, ...shared })
      : make("textarea", { rows: 1, spellcheck: kind !== "code", class: kind === "code" ? "ik-code" : null, ...shared });
    box.value = row[key] ?? "";
    return box;
  }

  read() {
    const lines = [...this.table.rows].filter((line) => line.inputs[0].value.trim());
    const taken = new Set(lines.map((line) => line.held.id).filter(Boolean));
    return lines.map((line) => {
      const row = { ...line.held };
      this.columns.forEach(({ key, kind }, at) => {
        const box = line.inputs[at];
        const value = kind === "check" ? box.checked : kind === "number" ? (box.value === "" ? null : Number(box.value))
          : box.value.trim().replaceAll(/\s*\n\s*/g, " ");
        if (value === "" || value === false || value === null) delete row[key];
        else row[key] = value;
      });
      if (this.named && !row.id) {
        row.id = idFrom(line.inputs[0].value, taken);
        taken.add(row.id);
      }
      line.held = row;
      return row;
    });
  }

  changed() {
    const rows = this.read();
    const now = JSON.stringify(rows);
    if (now === this.held) return;
    this.held = now;
    this.send(rows).then(() => { this.problem.textContent = ""; }).catch((refusal) => {
      this.problem.textContent = `not saved: ${told(refusal)}`;
      this.problem.dataset.tone = "bad";
    });
  }
}
