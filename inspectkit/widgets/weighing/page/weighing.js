// The page of judgements: evidence on one side, the questions of each part on the other.

class WeighingPage {
  constructor({ model, el }) {
    this.link = new Link(model);
    this.banner = make("div", { class: "ik-banner", role: "alert", hidden: true });
    this.banner.textContent = "Nothing is being saved: the program behind this page has stopped answering. Start it again.";
    this.link.watchers.add((alive) => { this.banner.hidden = alive; });
    this.title = make("h2", { tabindex: -1, text: "Judgements" });
    this.count = make("span", { class: "ik-type" });
    this.gathered = new Gathered({ send: (kind, body) => this.send(kind, body) });
    this.parts = make("div");
    this.judged = new Map();
    const form = make("div", { class: "ik-form ik-weighing", role: "group", "aria-label": "Judgements" }, this.banner,
      make("div", { class: "ik-header" }, make("div", { class: "ik-title" }, this.title, this.count)),
      make("div", { class: "ik-body ik-beside-each-other" }, this.parts, this.gathered.element));
    form.addEventListener("keydown", (event) => event.stopPropagation());
    el.append(form);
    this.open();
  }

  open() {
    this.link.ask("open").then((state) => this.show(state)).catch((refusal) => (refusal.lost ? this.open() : null));
  }

  // Sent again with the same key where no reply came: nothing is doubled.
  send(kind, body, done = () => {}) {
    return this.link.ask(kind, body).then((state) => {
      done();
      this.show(state);
    }).catch((refusal) => {
      if (refusal.lost && body.key) return this.send(kind, body, done);
      throw refusal;
    });
  }

  show(state) {
    this.title.textContent = state.title;
    const done = state.questions.filter((each) => each.answer).length;
    this.count.textContent = `${done} of ${plural(state.questions.length, "question")} judged`;
    this.gathered.show(state);
    const names = state.questions.map((each) => `${each.subject} ${each.id}`);
    if (names.join() !== [...this.judged.keys()].join()) this.build(state.questions, names);
    state.questions.forEach((spec, at) => this.judged.get(names[at]).show(spec, state.evidence));
  }

  build(questions, names) {
    const kept = this.judged;
    this.judged = new Map(questions.map((spec, at) => [names[at],
      kept.get(names[at]) ?? new Judged(spec, { send: (...all) => this.send(...all) })]));
    const parts = Map.groupBy ? Map.groupBy(questions, (each) => each.theme) : grouped(questions);
    this.parts.replaceChildren(...[...parts].map(([theme, specs]) => make("section", { "aria-label": theme },
      make("h3", { text: theme }), ...specs.map((spec) => this.judged.get(`${spec.subject} ${spec.id}`).element))));
  }

  close() {
    this.link.close();
  }
}

function grouped(questions) {
  const parts = new Map();
  for (const each of questions) parts.set(each.theme, [...(parts.get(each.theme) ?? []), each]);
  return parts;
}

export default {
  render({ model, el }) {
    const page = new WeighingPage({ model, el });
    return () => page.close();
  },
};
