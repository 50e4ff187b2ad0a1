// The evidence gathered, and one more item of it.

class Gathered {
  constructor({ send }) {
    this.send = send;
    this.key = uid();
    const input = (label, attributes) => {
      const box = make(attributes.tag ?? "input", { id: uid(), ...attributes, tag: undefined });
      return { box, element: make("div", { class: "ik-field" }, make("label", { for: box.id, text: label }), box) };
    };
    this.of = input("Kind", { tag: "select" });
    this.source = input("Who or what it comes from", { type: "text", maxlength: 200 });
    this.dated = input("Its date", { type: "date" });
    this.note = input("What it shows", { tag: "textarea", rows: 3 });
    this.said = make("p", { class: "ik-status", role: "status" });
    this.list = make("tbody");
    const heads = ["Item", "What it is", "What it shows"].map((text) => make("th", { scope: "col", text }));
    this.none = make("p", { class: "ik-hint", text: "Nothing gathered yet." });
    this.table = make("table", { class: "ik-table" }, make("caption", { class: "ik-hidden", text: "Evidence gathered" }),
      make("thead", {}, make("tr", {}, ...heads)), this.list);
    this.element = make("section", { "aria-label": "Evidence" }, make("h3", { text: "Evidence" }), this.none, this.table,
      make("fieldset", { class: "ik-more" }, make("legend", { text: "One more item" }),
        this.of.element, this.source.element, this.dated.element, this.note.element,
        make("button", { type: "button", class: "ik-main", text: "Record it", onclick: () => this.record() }), this.said));
  }

  record() {
    const empty = [this.source, this.dated].find(({ box }) => !box.value.trim());
    if (empty) {
      this.said.textContent = "Not recorded: say where it comes from, and its date.";
      return empty.box.focus();
    }
    const body = { of: this.of.box.value, source: this.source.box.value, dated: this.dated.box.value, note: this.note.box.value };
    return this.send("gather", { ...body, key: this.key }).then(() => {
      this.key = uid();
      for (const { box } of [this.source, this.note]) box.value = "";
      this.said.textContent = "Recorded.";
      this.source.box.focus();
    }).catch((refusal) => { this.said.textContent = `Not recorded: ${told(refusal)}`; });
  }

  show({ evidence, kinds }) {
    if (!this.of.box.options.length) {
      this.of.box.append(...kinds.map(([value, text]) => make("option", { value, text })));
    }
    this.none.hidden = evidence.length > 0;
    this.table.hidden = !evidence.length;
    this.list.replaceChildren(...evidence.map((each) => make("tr", {}, make("th", { scope: "row", text: each.id }),
      ...[`${each.label}: ${each.source}, ${day(each.dated)}`, each.note].map((text) => make("td", { text })))));
  }
}
