// A dialog for what is said beside the marks: a note, a query, an urgent concern, a request, an example.
// What is written stays in this tab until the store has it, also when the dialog is closed in between.

class Sheet {
  // fields: { id, label, options } for a choice by code, { id, label, text: true } for words.
  constructor({ kind, title, lead, fields, action, fixed = {}, question, view }) {
    Object.assign(this, { kind, fields, fixed, question, view });
    this.kept = `${title} ${view.file.subject} ${question?.spec.id ?? ""}`;
    this.key = uid();
    const name = uid();
    this.said = make("p", { class: "ik-said", role: "status" });
    this.holders = new Map(fields.map((field) => [field.id, this.makeHolder(field, `${name}-${field.id}`)]));
    this.send = make("button", { type: "button", class: "ik-main", text: action, onclick: () => this.submit() });
    this.element = make("dialog", { class: "ik-dialog", tabindex: -1, "aria-labelledby": `${name}-title` },
      make("h2", { id: `${name}-title`, text: title }), lead ? make("p", { text: lead }) : null,
      ...fields.map((field) => this.makeField(field, `${name}-${field.id}`)), this.said,
      make("div", { class: "ik-row" }, this.send,
        make("button", { type: "button", class: "ik-plain", text: "Cancel", onclick: () => this.element.close() })));
    this.element.addEventListener("close", () => this.closed());
    this.restore(view.drafts.aside(this.kept));
  }

  makeHolder(field, id) {
    if (field.text) return make("textarea", { id, rows: 4, oninput: () => this.keep() });
    return make("select", { id, onchange: () => this.keep() },
      make("option", { value: "", text: field.none ?? "Choose …" }),
      ...Object.entries(field.options).map(([value, text]) => make("option", { value, text })));
  }

  makeField(field, id) {
    return make("div", { class: "ik-field" }, make("label", { for: id, text: field.label }), this.holders.get(field.id));
  }

  content() {
    const given = [...this.holders].map(([id, holder]) => [id, holder.value]);
    return { ...this.fixed, ...Object.fromEntries(given) };
  }

  keep() {
    this.key = uid(); // other words are another event
    this.view.drafts.setAside(this.kept, this.content());
  }

  restore(content) {
    for (const [id, holder] of this.holders) holder.value = content?.[id] ?? "";
  }

  open() {
    this.back = document.activeElement;
    this.view.element.append(this.element);
    this.element.showModal();
    this.holders.values().next().value.focus();
  }

  closed() {
    this.element.remove();
    this.back?.focus();
  }

  missing() {
    const empty = this.fields.find((field) => !field.optional && !this.holders.get(field.id).value.trim());
    if (!empty) return false;
    this.said.textContent = `Not sent: “${empty.label}” is empty.`;
    this.holders.get(empty.id).focus();
    return true;
  }

  submit() {
    if (this.missing()) return;
    this.said.textContent = "Sending …";
    const { subject } = this.view.file;
    const question = this.question?.spec.id ?? "";
    this.view.link.ask("beside", { name: this.kind, subject, question, content: this.content(), key: this.key })
      .then((reply) => {
        this.view.drafts.setAside(this.kept, null);
        this.element.close();
        this.view.showBeside(reply.beside);
        this.view.say(`${this.send.textContent}: saved ${clock(reply.at)}`, "good");
      })
      .catch((refusal) => {
        if (refusal.lost) return this.submit(); // with the same key: nothing is doubled
        this.said.textContent = `Not sent: ${told(refusal)}`;
        return null;
      });
  }
}
