// The help: what each key does, each of them to be changed or left empty, or all of them off.

class Help {
  constructor(keys, changed) {
    Object.assign(this, { keys, changed });
    this.said = make("p", { class: "ik-said", role: "status" });
    this.off = make("input", { type: "checkbox", onchange: () => this.turn() });
    this.inputs = new Map();
    const title = uid();
    this.element = make("dialog", { class: "ik-dialog", tabindex: -1, "aria-labelledby": title },
      make("h2", { id: title, text: "Help and keys" }),
      make("p", { text: "Every answer is saved as you give it; the form says when. Nothing you chose is lost "
        + "if the connection is: it stays in this page and is offered again." }),
      make("label", { class: "ik-check" }, this.off, make("span", { text: "Use single keys" })),
      this.makeCommands(), this.makeAnswers(), this.makeFixed(), this.said,
      make("div", { class: "ik-row" },
        make("button", { type: "button", class: "ik-main", text: "Close", onclick: () => this.close() }),
        make("button", { type: "button", class: "ik-plain", text: "Back to the usual keys", onclick: () => this.reset() })));
    this.element.addEventListener("close", () => this.back?.focus());
  }

  makeInput(id, label) {
    const input = make("input", {
      type: "text", class: "ik-key", maxlength: 1, size: 2, autocomplete: "off", spellcheck: "false",
      "aria-label": `Key for: ${label}`, onfocus: () => input.select(),
      oninput: () => this.move(id, input, label),
    });
    this.inputs.set(id, input);
    return input;
  }

  makeCommands() {
    const rows = COMMANDS.map(({ id, label }) => make("tr", {},
      make("th", { scope: "row", text: label }), make("td", {}, this.makeInput(id, label))));
    return this.makeTable("Keys for moving and writing; empty means none", rows);
  }

  makeTable(caption, rows) {
    return make("table", { class: "ik-keys" }, make("caption", { text: caption }), make("tbody", {}, ...rows));
  }

  makeAnswers() {
    const inputs = ANSWER_KEYS.map((_, at) => this.makeInput(`answer${at}`, `answer ${at + 1}`));
    return make("fieldset", { class: "ik-answer-keys" },
      make("legend", { text: "Keys that choose the first, second … answer and move on" }), ...inputs);
  }

  makeFixed() {
    const rows = FIXED_KEYS.map(([key, what]) => make("tr", {},
      make("th", { scope: "row", text: what }), make("td", { text: key })));
    return this.makeTable("Always there", rows);
  }

  move(id, input, label) {
    const taken = this.keys.move(id, input.value);
    if (taken) this.said.textContent = `“${input.value}” is already the key for: ${taken}.`;
    else this.said.textContent = input.value ? `“${input.value}” now does: ${label}.` : `No key for: ${label}.`;
    this.show();
  }

  turn() {
    this.keys.turn(!this.off.checked);
    this.said.textContent = this.keys.off ? "Single keys are off." : "Single keys are on.";
    this.show();
  }

  reset() {
    this.keys.reset();
    this.said.textContent = "The usual keys are back.";
    this.show();
  }

  show() {
    const { keys } = this;
    this.off.checked = !keys.off;
    for (const [id, input] of this.inputs) {
      const key = id.startsWith("answer") ? keys.answers[Number(id.slice(6))] : keys.commands[id];
      input.value = key;
      input.disabled = keys.off;
    }
    this.changed();
  }

  open() {
    this.back = document.activeElement;
    this.said.textContent = "";
    this.show();
    this.element.showModal();
  }

  close() {
    this.element.close();
  }
}
