// One case on the screen: header, a page per theme, what is unanswered, submitting.

const CHECK = "check and submit"; // the last page; ids of themes hold no spaces
const TYPED = "textarea, select, input:not([type=radio], [type=checkbox])"; // where letters are text

const notSaved = (why) => (why.startsWith("not saved") ? why : `not saved: ${why}`);

class CaseView {
  constructor({ link, drafts, keys, file, leave, nextCase, touched, again, page }) {
    Object.assign(this, { link, drafts, keys, file, leave, nextCase, touched, again });
    this.answers = new Answers({ link, drafts, file, changed: (id) => this.changed(id) });
    this.questions = file.questions.map((spec, at) => new Question(spec, at + 1, {
      current: (question) => { this.current = question; },
      answer: (question, answer) => this.choose(question, answer),
      typing: (question) => this.typed(question, TYPING),
      typed: (question) => this.typed(question, 0),
      beside: Boolean(file.beside),
      rulings: file.rulings?.[spec.id.split("@")[0]],
      keep: (question) => this.choose(question, this.answers.answer(spec.id)),
      query: (question) => this.beside.sheet("query", question).open(),
      example: (question) => this.beside.sheet("example", question).open(),
    }));
    this.byId = new Map(this.questions.map((question) => [question.spec.id, question]));
    this.pages = file.pages.map((page) => this.makePage(page));
    this.build();
    this.showKeys();
    if (file.beside) this.showBeside(file.beside);
    for (const [id, number] of Object.entries(file.again ?? {})) this.byId.get(id)?.doubt(number);
    this.refresh();
    this.turn(page ?? this.firstPage(), { focus: Boolean(page) });
  }

  makePage(page) {
    const questions = this.questions.filter((question) => question.spec.page === page.id);
    const heading = make("h3", { tabindex: -1, text: page.named ? `${page.label}: ${page.named}` : page.label });
    const nothing = make("p", { class: "ik-hint" });
    const made = { ...page, questions, heading, nothing, ...this.makeTab(page) };
    if (page.items) made.list = new ItemsPage(this, made);
    made.aside = page.aside?.length && this.again ? new Aside(this, made) : null;
    made.section = make("section", { "aria-label": page.label }, heading, made.aside?.element, nothing, made.list?.element,
      ...questions.map((question) => question.element));
    return made;
  }

  makeTab(page) {
    const count = make("span", { class: "ik-count" });
    const tab = make("button", { type: "button", class: "ik-tab", onclick: () => this.turn(page.id) },
      make("span", { text: page.label }), count);
    return { tab, count };
  }

  build() {
    const check = { id: CHECK, label: "Check and submit", questions: [] };
    this.check = Object.assign(new CheckPage(this, check), check, this.makeTab(check));
    this.offer = new Offer(this);
    this.live = make("p", { class: "ik-state", role: "status", "aria-live": "polite" });
    const tabs = [...this.pages, this.check].map((page) => make("li", {}, page.tab));
    this.body = make("div", { class: "ik-body" }, this.offer.element,
      ...this.pages.map((page) => page.section), this.check.section);
    this.element = make("div", { class: "ik-case" }, this.makeHeader(),
      make("nav", { class: "ik-tabs", "aria-label": "Pages of the form" }, make("ul", {}, ...tabs)),
      this.body, this.makeFooter());
  }

  makeHeader() {
    const { file } = this;
    this.beside = new Beside(this);
    this.copying = make("button", {
      type: "button", class: "ik-plain", text: "Copy", "aria-label": `Copy ${file.subject}`,
      onclick: () => this.copy(),
    });
    const facts = file.facts.map(([label, value]) => make("div", {},
      make("dt", { text: `${label}:` }), make("dd", { text: day(value) })));
    return make("div", { class: "ik-header" },
      make("button", { type: "button", class: "ik-plain", text: "← My cases", onclick: () => this.leave() }),
      make("div", { class: "ik-title" },
        make("h2", { tabindex: -1, text: file.subject }), this.copying,
        make("span", { class: "ik-type", text: file.casework_type })),
      this.live, make("dl", { class: "ik-facts" }, ...facts), this.beside.element);
  }

  makeFooter() {
    const button = (text, run, hint) => make("button", {
      type: "button", class: "ik-plain", text, onclick: run, title: hint,
    });
    this.previous = button("← Previous page", () => this.step(-1));
    this.next = button("Next page →", () => this.step(1));
    this.toUnanswered = button("Next unanswered", () => this.goUnanswered());
    this.beside.element.hidden = !this.file.beside;
    this.help = new Help(this.keys, () => this.showKeys());
    this.keyed = {
      unanswered: this.toUnanswered,
      guidance: button("Guidance", () => this.here()?.openGuidance()),
      evidence: button("Evidence", () => this.here()?.openReason()),
      query: button("Query", () => this.commands().query()),
      example: button("Example", () => this.commands().example()),
      case: button("Next case", () => this.nextCase()),
      help: button("Help and keys", () => this.help.open()),
    };
    const { guidance, evidence, query, example, help } = this.keyed;
    query.hidden = example.hidden = !this.file.beside; // in a look at the form there is nobody to ask
    return make("div", { class: "ik-footer" }, this.previous, this.next, this.toUnanswered,
      guidance, evidence, query, example, this.keyed.case, help, this.help.element);
  }

  // Each button says which key does the same.
  showKeys() {
    for (const [id, button] of Object.entries(this.keyed)) {
      const key = this.keys.of(id);
      if (key) button.setAttribute("title", `Key: ${key}`);
      else button.removeAttribute("title");
    }
    for (const question of this.questions) question.showKeys(this.keys);
  }

  // -- answering ---------------------------------------------------------------------------------

  choose(question, answer) {
    question.doubt(null);
    this.answers.change(question.spec.id, answer, question.text.value, { wait: this.arrows ? STEPPING : 0 });
  }

  typed(question, wait) {
    const { id } = question.spec;
    const answer = this.answers.answer(id);
    const evidence = question.text.value;
    if (answer === null) return;
    if (evidence === this.answers.evidence(id)) {
      if (!wait) this.answers.send(id);
      return;
    }
    this.answers.change(id, answer, evidence, { wait });
  }

  changed(id) {
    this.refresh();
    this.touched();
    if (id) this.announce(this.byId.get(id));
  }

  announce(question) {
    const { id } = question.spec;
    const draft = this.answers.pending.get(id);
    const saved = this.answers.saved.get(id);
    if (draft?.problem) this.say(`Question ${question.number} not saved: ${draft.problem}`, "bad");
    else if (draft) this.say(`Question ${question.number}: ${this.onTheWay(id)}`);
    else if (saved) this.say(`Question ${question.number} ${this.savedWords(id)}`, "good");
  }

  say(text, tone = "") {
    write(this.live, text);
    this.live.dataset.tone = tone;
  }

  // -- showing -----------------------------------------------------------------------------------

  refresh() {
    for (const question of this.questions) this.showQuestion(question);
    for (const page of this.pages) this.showProgress(page);
    const left = this.answers.unanswered();
    write(this.toUnanswered, left.length ? `Next unanswered (${left.length})` : "All answered");
    this.check.show(left);
    this.offer.show();
  }

  showBeside(beside) {
    this.said = beside;
    this.beside.show(beside, this.answers.frozen);
    for (const question of this.questions) {
      const { id } = question.spec;
      question.tell(beside.queries.filter((query) => query.question === id), beside.examples[id]);
    }
  }

  showQuestion(question) {
    const { id } = question.spec;
    const { answers } = this;
    const draft = answers.pending.get(id);
    const saved = answers.saved.get(id);
    const standing = {
      state: answers.states.get(id), answer: answers.answer(id), evidence: answers.evidence(id), frozen: answers.frozen,
      suggested: answers.suggested(id), wanted: answers.wants(id), lacks: answers.lacks(id),
    };
    // Most questions stay as they are: only what changed is written to the page.
    const seen = [...Object.values(standing), saved?.at, saved?.version, draft?.key, draft?.problem,
      draft && (answers.waitsFor(id) ?? this.link.alive)];
    if (question.seen?.every((each, at) => each === seen[at]) && !(question.field instanceof Line)) return;
    question.seen = seen;
    question.show(standing);
    if (draft?.problem) question.say(notSaved(draft.problem), "bad", ...this.ways(id, saved));
    else if (draft) question.say(this.onTheWay(id));
    else if (saved) question.say(this.savedWords(id), standing.lacks ? "warn" : "good");
    else question.say("");
  }

  savedWords(id) {
    const words = `saved ${clock(this.answers.saved.get(id).at)}`;
    const lacks = this.answers.states.get(id) === "open" ? this.answers.lacks(id) : "";
    return lacks ? `${words} · ${lacks}` : words;
  }

  onTheWay(id) {
    const first = this.answers.waitsFor(id);
    if (first) return `not saved yet: waits for question ${this.byId.get(first).number}`;
    return this.link.alive ? "saving …" : "not saved: no reply so far";
  }

  ways(id, saved) {
    const way = (text, run) => make("button", { type: "button", class: "ik-plain", text, onclick: run });
    const back = saved ? `Go back to the saved answer (${this.byId.get(id).label(saved.answer)})` : "Take my answer away";
    return [
      way("Save mine", () => { this.answers.retry(id); this.byId.get(id).focus(); }),
      way(back, () => { this.answers.giveUp(id); this.byId.get(id).focus(); }),
    ];
  }

  showProgress(page) {
    page.nothing.hidden = true;
    if (page.list) return page.list.show();
    const open = this.openOn(page);
    const later = page.questions.some((question) => this.answers.states.get(question.spec.id) === "waiting");
    const done = open.filter((question) => this.answers.done(question.spec)).length;
    page.aside?.show(open.length, done);
    page.nothing.hidden = open.length > 0;
    write(page.nothing, later ? "An earlier answer decides whether this page applies."
      : "No question on this page applies to this case.");
    write(page.count, open.length ? `${done} of ${open.length}` : later ? "later" : "none apply");
    return page.tab.classList.toggle("ik-complete", done === open.length && !later);
  }

  focus() {
    this.page.heading.focus();
  }

  // -- moving ------------------------------------------------------------------------------------

  firstPage() {
    const first = this.answers.unanswered()[0];
    const [unsaid] = this.answers.unsaid();
    return first ? first.page : this.answers.frozen ? this.pages[0].id : unsaid?.id ?? CHECK;
  }

  turn(id, { focus = true } = {}) {
    const all = [...this.pages, this.check];
    this.page = all.find((page) => page.id === id) ?? all[0];
    for (const page of all) {
      page.section.hidden = page !== this.page;
      if (page === this.page) page.tab.setAttribute("aria-current", "page");
      else page.tab.removeAttribute("aria-current");
    }
    const at = all.indexOf(this.page);
    this.previous.disabled = at === 0;
    this.next.disabled = at === all.length - 1;
    this.current = null;
    this.check.show(this.answers.unanswered());
    this.body.scrollTop = 0;
    this.say("");
    if (focus) this.page.heading.focus();
  }

  step(by) {
    const all = [...this.pages, this.check];
    this.turn(all[all.indexOf(this.page) + by]?.id ?? this.page.id);
  }

  openOn(page) {
    const open = (question) => this.answers.states.get(question.spec.id) === "open";
    return page.questions.filter((question) => open(question) && question.field.holder());
  }

  visible() {
    return this.openOn(this.page);
  }

  // The question that Guidance and Reason are about: the one last visited, else the page's first.
  here() {
    return this.current ?? this.visible()[0];
  }

  go(question) {
    if (question.spec.page !== this.page.id) this.turn(question.spec.page, { focus: false });
    question.focus();
  }

  // To the next question of this page, else over its edge.
  move(by) {
    const visible = this.visible();
    const at = visible.indexOf(this.current) + by;
    if (visible[at]) visible[at].focus();
    else this.moveToPage(by);
  }

  // Over the page's edge: to the next page with an open question on it, at the end to the check page.
  moveToPage(by) {
    const pages = by > 0 ? this.pages : [...this.pages].reverse();
    const further = pages.slice(pages.indexOf(this.page) + 1);
    const page = further.find((each) => this.openOn(each).length);
    if (page) {
      this.turn(page.id, { focus: false });
      this.openOn(page).at(by > 0 ? 0 : -1).focus();
      this.say(`Page: ${page.label}`);
    } else if (by > 0) this.turn(CHECK);
  }

  goUnanswered() {
    const left = this.answers.unanswered().map((spec) => this.byId.get(spec.id));
    const here = this.current?.number ?? 0;
    const question = left.find((one) => one.number > here) ?? left[0];
    if (question) this.go(question);
    else this.turn(CHECK);
  }

  key(event) {
    const { target } = event;
    this.arrows = event.key.startsWith("Arrow") && target.type === "radio";
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      return this.save();
    }
    if (target.closest("dialog")) return null;
    if (target.matches(TYPED)) return this.keyInText(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    const command = this.commands()[this.keys.command(event.key)];
    const run = command ?? (this.current?.element.contains(target) ? this.digit(event.key) : null);
    if (!run) return null;
    event.preventDefault();
    return run();
  }

  save() {
    this.current?.field.commit?.();
    if (this.current) this.typed(this.current, 0);
    this.answers.flush();
  }

  keyInText(event) {
    const line = event.target instanceof HTMLInputElement;
    const done = event.key === "Enter" && (line || event.ctrlKey || event.metaKey);
    if (line && done) this.current?.field.commit?.();
    if ((!done && event.key !== "Escape") || !this.current) return;
    event.preventDefault();
    this.typed(this.current, 0);
    if (done) this.move(1);
    else this.current.focus();
  }

  commands() {
    return {
      next: () => this.move(1),
      previous: () => this.move(-1),
      evidence: () => this.here()?.openReason(),
      guidance: () => this.here()?.openGuidance(),
      unanswered: () => this.goUnanswered(),
      query: () => this.file.beside && this.here() && this.beside.sheet("query", this.here()).open(),
      example: () => this.file.beside && this.here() && this.beside.sheet("example", this.here()).open(),
      case: () => this.nextCase(),
      copy: () => this.copy(),
      help: () => this.help.open(),
    };
  }

  digit(key) {
    const at = this.keys.answer(key);
    if (at < 0 || this.answers.frozen) return null;
    return () => {
      const question = this.current;
      const answer = question.field.pick(at);
      if (answer === null) return;
      this.choose(question, answer);
      if (this.answers.lacks(question.spec.id)) question.openReason();
      else if (question.field.movesOn) this.move(1);
    };
  }

  copy() {
    copyText(this.file.subject)
      .then(() => this.say(`${this.file.subject} copied`, "good"))
      .catch(() => this.say("Not copied: this browser does not allow it", "bad"));
  }

  unsaved() {
    return this.answers.pending.size;
  }

  pulse() {
    if (!this.link.alive && this.unsaved()) this.say("Not saved so far", "bad");
    this.refresh();
  }

  stop() {
    this.answers.stop();
  }
}
