// One question on the page: a fieldset with its answers, guidance, evidence and what was saved.

class Question {
  constructor(spec, number, actions) {
    Object.assign(this, { spec, number, actions });
    this.name = uid();
    this.field = new FIELDS[spec.type](spec, this.name, (answer) => actions.answer(this, answer));
    this.status = make("p", { class: "ik-status", id: `${this.name}-status` });
    this.choices = make("div", { class: "ik-notsaved", hidden: true });
    this.told = make("ul", { class: "ik-told", "aria-label": "Said about this question", hidden: true });
    this.closed = make("p", { class: "ik-not-counted", hidden: true });
    this.closed.textContent = "not counted: no longer applies";
    this.proposal = this.makeProposal();
    this.tools = this.makeTools();
    this.reason = this.makeReason();
    this.fields = this.makeFieldset();
    this.element = make("div", {
      class: spec.of ? "ik-question ik-companion" : "ik-question", "data-question": spec.id,
    }, this.fields);
    this.element.addEventListener("focusin", () => actions.current(this));
  }

  makeFieldset() {
    const { spec } = this;
    return make("fieldset", {},
      make("legend", { id: `${this.name}-legend` },
        make("span", { class: "ik-number", text: `${this.number}.` }), ` ${spec.text}`),
      spec.context && !spec.of ? make("p", { class: "ik-hint", text: "Context: not scored." }) : null,
      spec.prefill ? make("p", { class: "ik-hint", text: this.prefillText() }) : null,
      this.proposal,
      this.field.element, this.closed, this.tools, this.reason, this.status, this.choices,
      this.told);
  }

  prefillText() {
    return `The caseload says: ${this.spec.prefill}. Choose an answer to confirm or correct.`;
  }

  // What follows from dates and other answers: to confirm with one press, or to override with a reason.
  makeProposal() {
    this.proposed = make("span", {});
    this.confirm = make("button", {
      type: "button", class: "ik-link", tabindex: -1, text: "Confirm",
      onclick: () => this.actions.answer(this, this.suggested),
    });
    return make("p", { class: "ik-hint ik-proposal", hidden: true }, this.proposed, " ", this.confirm);
  }

  // Off the tab order, so that Tab walks from question to question; g and e, a click, and the two
  // buttons at the foot of the form reach them.
  makeTools() {
    const tools = make("div", { class: "ik-tools" });
    const rulings = this.actions.rulings ?? [];
    if (this.spec.guidance || rulings.length) {
      const some = rulings.length ? ` and ${plural(rulings.length, "ruling")}` : "";
      this.guide = make("details", {}, make("summary", { tabindex: -1, text: `Guidance${some}` }),
        this.spec.guidance ? guidance(this.spec.guidance) : null, ...rulings.map(ruling));
      tools.append(this.guide);
    }
    this.more = make("button", {
      type: "button", class: "ik-link", tabindex: -1, text: "Add a note",
      "aria-label": `Add a note to question ${this.number}`, onclick: () => this.openReason(),
    });
    tools.append(this.more);
    if (this.spec.of || this.spec.calculate || !this.actions.beside) return tools;
    const more = (text, run) => make("button", {
      type: "button", class: "ik-link", tabindex: -1, text, "aria-label": `${text}, question ${this.number}`, onclick: run,
    });
    tools.append(more("Query", () => this.actions.query(this)), more("Example", () => this.actions.example(this)));
    return tools;
  }

  makeReason() {
    this.text = make("textarea", {
      id: `${this.name}-reason`, rows: 3, "aria-describedby": `${this.name}-status`,
      oninput: () => this.actions.typing(this), onchange: () => this.actions.typed(this),
    });
    this.reasonLabel = make("label", { for: `${this.name}-reason` });
    return make("div", { class: "ik-reason", hidden: true }, this.reasonLabel, this.text);
  }

  showKeys(keys) {
    const digits = this.element.querySelectorAll(".ik-digit");
    digits.forEach((digit, at) => { digit.textContent = keys.off ? "" : keys.answers[at] ?? ""; });
  }

  label(answer) {
    const parts = this.spec.type === "multiple" ? (answer ?? "").split(" ") : [answer];
    const labels = parts.map((id) => this.spec.answers.find((option) => option.id === id)?.label ?? id);
    return this.spec.type === "date" ? writtenDay(answer ?? "") : labels.join(", ");
  }

  openReason() {
    this.asked = true;
    this.reason.hidden = false;
    this.more.hidden = true;
    this.text.focus();
  }

  openGuidance() {
    if (!this.guide) return;
    this.guide.open = !this.guide.open;
    if (this.guide.open) this.guide.scrollIntoView({ block: "nearest" });
  }

  // state: open | closed | waiting (an earlier answer decides); frozen once the case is submitted.
  show({ state, answer, evidence, suggested, wanted, lacks, frozen }) {
    const kept = state !== "open" && Boolean(answer);
    this.element.hidden = state !== "open" && !kept;
    this.element.classList.toggle("ik-closed", kept);
    this.closed.hidden = !kept;
    this.fields.disabled = frozen || kept;
    this.field.show(answer);
    // A note written before any answer is given belongs to no mark yet: it stays where it is.
    const writing = document.activeElement === this.text;
    if (answer && !writing && this.text.value !== evidence) this.text.value = evidence;
    this.propose(suggested, answer, frozen || kept);
    this.reason.hidden = !(wanted || this.text.value || this.asked);
    this.more.hidden = !this.reason.hidden || frozen || kept || Boolean(this.spec.of) || !this.field.holder();
    write(this.reasonLabel, wanted ? `Evidence for “${this.label(answer)}” (needed)` : "Note");
    this.text.toggleAttribute("required", wanted);
    this.text.setAttribute("aria-invalid", String(Boolean(lacks)));
  }

  propose(suggested, answer, closed) {
    this.suggested = suggested;
    this.proposal.hidden = !suggested || closed;
    if (!suggested) return;
    write(this.proposed, answer === suggested ? `As proposed: ${this.label(suggested)}.`
      : `Proposed: ${this.label(suggested)}. Another answer needs a reason.`);
    this.confirm.hidden = answer === suggested;
    this.confirm.setAttribute("aria-label", `Confirm ${this.label(suggested)} for question ${this.number}`);
  }

  // A ruling changed what the question means: the answer is to be given again, or kept.
  doubt(number) {
    this.doubted?.remove();
    if (!number) return;
    this.doubted = make("p", { class: "ik-doubt" },
      `Ruling ${number} changed what this question means. Look at the answer again. `,
      make("button", { type: "button", class: "ik-link", tabindex: -1, text: "Keep this answer",
        "aria-label": `Keep the answer to question ${this.number}`, onclick: () => this.actions.keep(this) }));
    this.status.before(this.doubted);
  }

  // Queries with their replies, and whether the answer serves as an example.
  tell(queries, example) {
    const lines = queries.flatMap((query) => [
      `Query, ${moment(query.at)}: ${query.text}`,
      ...query.replies.map((reply) => `Reply from ${reply.by}, ${moment(reply.at)}: ${reply.text}`),
    ]);
    if (example) lines.push(`Example of a ${example}.`);
    this.told.replaceChildren(...lines.map((text) => make("li", { text })));
    this.told.hidden = !lines.length;
  }

  say(text, tone = "", ...choices) {
    write(this.status, text);
    this.status.dataset.tone = tone;
    if (choices.length || !this.choices.hidden) this.choices.replaceChildren(...choices);
    this.choices.hidden = !choices.length;
  }

  focus() {
    this.field.holder()?.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }
}
