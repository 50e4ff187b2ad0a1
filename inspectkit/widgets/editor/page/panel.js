// One question of the draft, to be changed: each field is written to the file when it is left.

class Panel {
  constructor({ send, step }) {
    Object.assign(this, { send, step });
    this.element = make("section", { class: "ik-panel", "aria-label": "The question" });
    this.nothing = make("p", { class: "ik-hint", text: "Choose a question in the table to change it." });
    this.element.append(this.nothing);
    this.id = "";
  }

  show(state, id) {
    this.state = state;
    const row = state.questions.find((each) => each.id === id);
    if (!row) {
      this.id = "";
      this.element.replaceChildren(this.nothing);
    } else if (id === this.id) this.refresh(row);
    else this.build(row);
  }

  build(row) {
    this.id = row.id;
    this.fields = [];
    const { choices } = this.state;
    this.heading = make("h3", { tabindex: -1 });
    this.mend = make("ul", { class: "ik-mend-here" });
    const scales = choices.scales.map(([id, label]) => [id, label]);
    this.element.replaceChildren(
      this.heading, this.mend,
      this.area("text", "Question", 2),
      this.area("guidance", "Guidance", 9, "guide"),
      this.area("applies_when", "Asked when", 2),
      this.area("suggest", "Proposed answer", 2),
      make("div", { class: "ik-pairs" },
        this.select("scale", "Scale", [["", "none"], ...scales]),
        this.select("page", "Page", [["", "of its first theme"], ...choices.themes]),
        choices.sections.length ? this.select("section", "Section", [["", "none"], ...choices.sections]) : null,
        this.number("weight", "Weight")),
      this.boxes("themes", "Counts to these themes", choices.themes),
      choices.tags.length ? this.boxes("tags", "Counts to these tags", choices.tags) : null,
      this.boxes("casework_types", "Asked of these casework types (none ticked: of all)", choices.casework_types),
      this.evidence(row),
      this.limits(),
      this.options(row),
      this.boxes("context", "Context", [["true", "Describes the case and counts to nothing"]], (ticked) => ticked.length > 0),
      this.retired(row),
      this.raw(),
      this.tools());
    this.refresh(row);
  }

  refresh(row) {
    this.heading.textContent = `Question ${this.state.questions.findIndex((each) => each.id === row.id) + 1}: ${row.id}`;
    const found = this.state.findings.filter((each) => each.question === row.id);
    this.mend.replaceChildren(...found.map((each) => make("li", { text: `${sentence(each.what)} ${sentence(each.remedy)}` })));
    this.mend.hidden = !found.length;
    for (const field of this.fields) field.show(row);
  }

  // A field under its label; read gives its value, show sets it unless it is being typed in.
  field(input, label, { key, show, read, kind = "change" }) {
    const problem = make("p", { class: "ik-status", id: uid() });
    input.setAttribute("aria-describedby", problem.id);
    const write = () => {
      const row = this.state.questions.find((each) => each.id === this.id);
      const value = read(input);
      if (JSON.stringify(value) === JSON.stringify(this.shown(row, key))) return;
      this.send(kind, { question: this.id, key, value })
        .then(() => { problem.textContent = ""; })
        .catch((refusal) => {
          problem.textContent = `not saved: ${told(refusal)}`;
          problem.dataset.tone = "bad";
        });
    };
    input.addEventListener("change", write);
    this.fields.push({ input, write, show: (row) => { if (document.activeElement !== input) show(input, row); } });
    return make("div", { class: "ik-field" }, make("label", { for: input.id, text: label }), input, problem);
  }

  shown(row, key) {
    return row[key] ?? (key === "weight" ? 1 : "");
  }

  area(key, label, rows, kind = "change") {
    const input = make("textarea", { id: uid(), rows, spellcheck: kind === "guide" || key === "text" });
    if (key === "applies_when" || key === "suggest") input.classList.add("ik-code");
    return this.field(input, label, {
      key, kind,
      show: (area, row) => { area.value = (row[key] ?? "").trimEnd(); },
      read: (area) => (kind === "guide" ? area.value : area.value.trim().replaceAll(/\s*\n\s*/g, " ")),
    });
  }

  select(key, label, options) {
    const input = make("select", { id: uid() }, ...options.map(([value, text]) => make("option", { value, text })));
    return this.field(input, label, {
      key, show: (select, row) => { select.value = row[key] ?? ""; }, read: (select) => select.value,
    });
  }

  number(key, label) {
    const input = make("input", { id: uid(), type: "number", min: 1, step: 1 });
    return this.field(input, label, {
      key, show: (box, row) => { box.value = row[key] ?? 1; }, read: (box) => Math.max(1, Math.trunc(Number(box.value)) || 1),
    });
  }

  boxes(key, legend, options, read = (ticked) => ticked) {
    const inputs = options.map(([value]) => make("input", {
      type: "checkbox", value, onchange: () => this.send("change", {
        question: this.id, key, value: read(inputs.filter((box) => box.checked).map((box) => box.value)),
      }).catch(() => {}),
    }));
    this.fields.push({
      show: (row) => inputs.forEach((box) => {
        box.checked = Array.isArray(row[key]) ? row[key].includes(box.value) : row[key] === true;
      }),
    });
    return make("fieldset", { class: "ik-boxes" }, make("legend", { text: legend }),
      ...inputs.map((box, at) => make("label", { class: "ik-check" }, box, make("span", { text: options[at][1] }))));
  }

  evidence(row) {
    const answers = this.state.answers[row.scale];
    if (!answers) return null;
    const length = make("input", { id: uid(), type: "number", min: 1, step: 1, onchange: () => send() });
    const inputs = answers.map(([value]) => make("input", { type: "checkbox", value, onchange: () => send() }));
    const send = () => {
      const when = inputs.filter((box) => box.checked).map((box) => box.value);
      const held = this.state.questions.find((each) => each.id === this.id).evidence ?? {};
      const value = when.length ? { ...held, when, min_length: Math.max(1, Number(length.value) || 1) } : null;
      this.send("change", { question: this.id, key: "evidence", value }).catch(() => {});
    };
    this.fields.push({
      show: ({ evidence }) => {
        for (const box of inputs) box.checked = Boolean(evidence?.when.includes(box.value));
        if (document.activeElement !== length) length.value = evidence?.min_length ?? 10;
      },
    });
    return make("fieldset", { class: "ik-boxes" }, make("legend", { text: "A reason must be written at" }),
      ...inputs.map((box, at) => make("label", { class: "ik-check" }, box, make("span", { text: answers[at][1] }))),
      make("label", { class: "ik-check" }, make("span", { text: "of at least" }), length, make("span", { text: "characters" })));
  }

  list(key, at, rest) {
    const rows = new Rows({ ...rest, send: (rows) => this.send("rows", { at: ["questions", this.id, ...at], rows }) });
    this.fields.push({ show: (row) => rows.show(key(row) ?? []) });
    return rows.element;
  }

  limits() {
    return this.list((row) => row.must, ["must"], {
      legend: "What the answer must meet", add: "Add a limit", hint: "For example ${letter_sent} >= ${decided}. Nothing is refused while it is not known yet.",
      columns: [{ key: "that", label: "Must hold", kind: "code" }, { key: "message", label: "What is said if it does not" }],
    });
  }

  // The choices of a question, or the causes asked for when a scale's answer earns less than the best.
  options(row) {
    const is_choice = row.type === "choice" || row.type === "multiple";
    if (!is_choice && !this.state.answers[row.scale]) return null;
    const held = is_choice ? row.choices : row.causes?.options;
    const legend = is_choice ? "Choices" : "Causes to choose from when it falls short";
    if (typeof held === "string") return make("p", { class: "ik-hint", text: `${legend}: the set's list “${held}”.` });
    const at = is_choice ? ["choices"] : ["causes", "options"];
    return this.list((now) => (is_choice ? now.choices : now.causes?.options), at, {
      legend, named: true, add: is_choice ? "Add a choice" : "Add a cause", columns: [{ key: "label", label: "Label" }],
    });
  }

  retired(row) {
    const reason = make("input", { id: uid(), type: "text" });
    return this.field(reason, "Retired because (empty: still asked)", {
      key: "retired",
      show: (box, { retired }) => { box.value = retired?.reason ?? ""; },
      read: (box) => (box.value.trim() ? { since: row.retired?.since ?? this.state.set.revision, reason: box.value.trim() } : ""),
    });
  }

  raw() {
    const input = make("textarea", { id: uid(), rows: 12, class: "ik-code", spellcheck: false });
    const field = this.field(input, "Lines in question_set.yaml", {
      key: "yaml", kind: "replace", show: (area, row) => { area.value = row.yaml; }, read: (area) => area.value.trimEnd(),
    });
    return make("details", { class: "ik-raw" }, make("summary", { text: "All of it, as it stands in the file" }),
      make("p", { class: "ik-hint", text: "Numbers, calculations and what is rarer are changed here. Spaces at the start of a line matter." }), field);
  }

  tools() {
    const button = (text, run) => make("button", { type: "button", class: "ik-plain", text, onclick: run });
    const name = make("input", { id: uid(), type: "text", pattern: "[a-z][a-z0-9_]*", spellcheck: false });
    const add = () => {
      const value = name.value.trim();
      if (value) this.send("add", { question: this.id, value }).then(() => this.step(value)).catch(() => {});
      else name.focus();
    };
    const move = (by) => this.send("move", { question: this.id, by }).catch(() => {});
    return make("div", { class: "ik-row ik-tools-row" },
      button("Move up", () => move(-1)), button("Move down", () => move(1)),
      make("label", { for: name.id, text: "New question, id:" }), name, button("Add after this one", add));
  }

  // What is being typed goes to the file now.
  flush() {
    this.fields?.find((field) => field.input === document.activeElement)?.write?.();
  }

  focus() {
    this.heading?.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }
}
