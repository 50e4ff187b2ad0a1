// The form as the inspector will see it, with "what if" answers: the marking form itself, talking to
// nobody. Beside it stands what the last answer opened and closed.

const PRETENDED = {
  alive: true,
  ask(kind) {
    if (kind === "answer") return Promise.resolve({ version: 1, at: new Date().toISOString() });
    return Promise.reject(Object.assign(new Error("preview"), {
      what: "this is a look at the form, not a case", remedy: "Nothing is stored here",
    }));
  },
};
const NO_DRAFTS = { of: () => [], put() {}, drop() {} };

class Preview {
  constructor(ask) {
    this.ask = ask;
    this.choices = make("div", { class: "ik-filters" });
    this.told = make("div", { class: "ik-opened", role: "status", "aria-live": "polite" });
    this.place = make("div", { class: "ik-place" });
    this.element = make("section", { "aria-label": "The form" },
      make("h3", { tabindex: -1, text: "The form, as the inspector will see it" }),
      make("p", { class: "ik-hint", text: "Answer as you like: nothing is stored. Choose what the caseload says, and see what opens and closes." }),
      this.choices, this.told, this.place);
    this.picked = { casework_type: "", facts: {} };
  }

  load() {
    return this.ask("preview", this.picked)
      .then((reply) => this.show(reply))
      .catch((refusal) => {
        this.stop();
        this.place.replaceChildren(make("p", { class: "ik-offer", role: "alert" },
          make("strong", { text: "The form cannot be shown yet. " }), told(refusal)));
      });
  }

  show({ file, casework_types, facts }) {
    this.picked.casework_type ||= casework_types[0][0];
    this.choices.replaceChildren(
      this.choice("Casework type", casework_types, this.picked.casework_type, (value) => { this.picked.casework_type = value; }),
      ...facts.map(([id, label, values]) => this.choice(label, [["", "not known"], ...values],
        this.picked.facts[id] ?? "", (value) => { this.picked.facts[id] = value; })));
    this.stop();
    this.view = new CaseView({
      link: PRETENDED, drafts: NO_DRAFTS, keys: new Keys(), file,
      leave() {}, nextCase() {}, touched: () => this.compare(),
    });
    for (const button of [this.view.keyed?.case, this.view.copying]) button?.toggleAttribute("hidden", true);
    this.before = new Map(this.view.answers.states);
    this.told.replaceChildren();
    this.place.replaceChildren(this.view.element);
  }

  choice(text, options, value, pick) {
    const select = make("select", { id: uid(), onchange: () => { pick(select.value); this.load(); } },
      ...options.map(([id, label]) => make("option", { value: id, text: label })));
    select.value = value;
    return make("span", { class: "ik-choice" }, make("label", { for: select.id, text: text }), select);
  }

  compare() {
    const { states, file } = this.view.answers;
    const changed = file.questions.filter((spec) => states.get(spec.id) !== this.before.get(spec.id));
    if (!changed.length) return;
    const into = (state) => changed.filter((spec) => states.get(spec.id) === state);
    const line = (words, specs) => (specs.length
      ? make("p", {}, make("strong", { text: `${words} ` }), specs.map((spec) => this.named(spec)).join("; ")) : "");
    this.told.replaceChildren(line("Opened:", into("open")), line("Closed:", into("closed")),
      line("Waiting for an earlier answer:", into("waiting")));
    this.before = new Map(states);
  }

  named(spec) {
    const { number } = this.view.byId.get(spec.id);
    return `${number}. ${spec.text}`;
  }

  stop() {
    this.view?.stop();
    this.view = null;
    this.place.replaceChildren();
  }
}
