// What changed since the published version, and publishing it.

const MEANING = {
  first: "The first version of this set.",
  cosmetic: "Answers already given stay as they are.",
  additive: "Cases marked before have no answer to what is new.",
  semantic: "Cases marked before must be scored again.",
  breaking: "Needs a migration file in the set's folder, and a second person.",
};

class Publishing {
  constructor({ ask, published }) {
    Object.assign(this, { ask, published });
    this.heading = make("h3", { tabindex: -1, text: "Changes, and publishing them" });
    this.changes = make("div");
    this.by = this.input("Who publishes it (initials)");
    this.reason = this.input("Why, for those who ask in five years");
    this.second = this.input("Second person who agrees");
    this.despite = this.input("Why these doubts may stand");
    this.doubts = make("ul", { class: "ik-doubts" });
    this.doubted = make("div", { hidden: true }, make("p", {}, make("strong", { text: "The check still doubts this. Mend it, or say below why it may stand:" })),
      this.doubts, this.despite.element);
    this.button = make("button", { type: "button", class: "ik-main", text: "Publish", onclick: () => this.publish() });
    this.result = make("p", { class: "ik-state", role: "status", tabindex: -1 });
    this.form = make("div", { class: "ik-publish" }, this.by.element, this.reason.element, this.second.element,
      this.doubted, this.button);
    this.element = make("section", { "aria-label": "Publish" }, this.heading, this.changes, this.form, this.result);
  }

  input(label) {
    const input = make("input", { id: uid(), type: "text" });
    return { input, element: make("div", { class: "ik-field" }, make("label", { for: input.id, text: label }), input) };
  }

  load(state) {
    this.state = state;
    this.by.input.value ||= state.set.by;
    return this.ask("difference").then((found) => this.show(found)).catch((refusal) => {
      this.form.hidden = true;
      const words = told(refusal);
      this.changes.replaceChildren(make("p", { text: words.charAt(0).toUpperCase() + words.slice(1) }));
    });
  }

  show(found) {
    this.form.hidden = false;
    this.second.element.hidden = found.kind !== "breaking";
    this.doubted.hidden = !found.doubts.length;
    this.doubts.replaceChildren(...found.doubts.map((text) => make("li", { text })));
    const since = found.before ? `Since ${found.before}` : "Nothing of this set is published yet";
    this.changes.replaceChildren(
      make("p", {}, make("strong", { text: `${since}: ${found.kind}. ` }), MEANING[found.kind] ?? ""),
      found.changes.length ? this.table(found) : "",
      make("p", { class: "ik-hint", text: `It will be published as ${found.ref}, and that version never changes again.` }));
  }

  table(found) {
    const head = ["Kind", "Where", "What", "Before", "Now", "Why"].map((text) => make("th", { scope: "col", text }));
    const rows = found.changes.map((change) => make("tr", {}, make("th", { scope: "row", text: change.kind }),
      ...["where", "key", "old", "new", "why"].map((key) => make("td", { text: change[key] }))));
    return make("div", { class: "ik-scroll ik-short", tabindex: 0, role: "region", "aria-label": "Changes" },
      make("table", { class: "ik-table" }, make("caption", { text: "What changed" }),
        make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)));
  }

  publish() {
    this.say("Publishing …");
    const words = { by: this.by.input.value, reason: this.reason.input.value, second: this.second.input.value,
      despite: this.despite.input.value };
    this.ask("publish", { ...words, stamp: this.state.stamp })
      .then((reply) => {
        this.reason.input.value = this.despite.input.value = "";
        this.published(reply.state);
        this.say(`Published ${reply.ref} as ${reply.path}`, "good");
        this.result.focus();
      })
      .catch((refusal) => this.say(`Not published: ${refusal.text ?? told(refusal)}`, "bad"));
  }

  say(text, tone = "") {
    this.result.textContent = text;
    this.result.dataset.tone = tone;
  }
}
