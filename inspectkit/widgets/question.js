// One question on the page: a fieldset with its answers, guidance, reason and what was saved.

class Question {
  constructor(spec, number, actions) {
    Object.assign(this, { spec, number, actions });
    this.name = uid();
    this.inputs = spec.answers.map((answer) => this.radio(answer));
    this.status = make("p", { class: "ik-status", id: `${this.name}-status` });
    this.choices = make("div", { class: "ik-notsaved", hidden: true });
    this.closed = make("p", { class: "ik-not-counted", hidden: true });
    this.closed.textContent = "not counted: no longer applies";
    this.answered = make("p", { class: "ik-kept", hidden: true });
    this.tools = this.makeTools();
    this.reason = this.makeReason();
    this.fields = this.makeFieldset();
    this.element = make("div", { class: "ik-question", "data-question": spec.id }, this.fields);
    this.element.addEventListener("focusin", () => actions.current(this));
  }

  radio(answer) {
    return make("input", {
      type: "radio", name: this.name, value: answer.id, "data-label": answer.label,
      "aria-describedby": `${this.name}-status`,
      onchange: () => this.actions.answer(this, answer.id),
    });
  }

  makeFieldset() {
    const { spec } = this;
    const answers = this.inputs.map((input, at) => make("label", { class: "ik-answer" }, input,
      make("span", { text: input.dataset.label }),
      make("span", { class: "ik-digit", "aria-hidden": "true", text: at < 9 ? at + 1 : "" })));
    return make("fieldset", {},
      make("legend", {},
        make("span", { class: "ik-number", text: `${this.number}.` }), ` ${spec.text}`),
      spec.context ? make("p", { class: "ik-hint", text: "Context: not scored." }) : null,
      spec.prefill ? make("p", { class: "ik-hint", text: this.prefillText() }) : null,
      make("div", { class: "ik-answers" }, ...answers),
      this.closed, this.answered, this.tools, this.reason, this.status, this.choices);
  }

  prefillText() {
    return `The caseload says: ${this.spec.prefill}. Choose an answer to confirm or correct.`;
  }

  // Off the tab order, so that Tab walks from question to question; g and e, a click, and the two
  // buttons at the foot of the form reach them.
  makeTools() {
    const tools = make("div", { class: "ik-tools" });
    if (this.spec.guidance) {
      this.guide = make("details", {},
        make("summary", { tabindex: -1, text: "Guidance" }), guidance(this.spec.guidance));
      tools.append(this.guide);
    }
    this.more = make("button", {
      type: "button", class: "ik-link", tabindex: -1, text: "Add a note",
      "aria-label": `Add a note to question ${this.number}`, onclick: () => this.openReason(),
    });
    tools.append(this.more);
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

  label(answer) {
    return this.spec.answers.find((option) => option.id === answer)?.label ?? answer;
  }

  demands(answer) {
    return Boolean(answer) && Boolean(this.spec.evidence?.when.includes(answer));
  }

  // What is still missing before this answer can be saved; empty when nothing is.
  missing(answer, evidence) {
    const least = Math.max(1, this.spec.evidence?.min_length ?? 0);
    if (!this.demands(answer) || evidence.trim().length >= least) return "";
    return least > 1 ? `give the reason (at least ${least} characters)` : "give the reason";
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
  show({ state, answer, evidence, frozen }) {
    const kept = state !== "open" && Boolean(answer);
    this.element.hidden = state !== "open" && !kept;
    this.element.classList.toggle("ik-closed", kept);
    this.closed.hidden = !kept;
    this.fields.disabled = frozen || kept;
    for (const input of this.inputs) input.checked = input.value === answer;
    // A note written before any answer is given belongs to no mark yet: it stays where it is.
    if (answer && document.activeElement !== this.text) this.text.value = evidence;
    const wanted = this.demands(answer);
    this.reason.hidden = !(wanted || this.text.value || this.asked);
    this.more.hidden = !this.reason.hidden || frozen || kept;
    this.reasonLabel.textContent = wanted ? `Reason for “${this.label(answer)}” (needed)` : "Note";
    this.text.toggleAttribute("required", wanted);
  }

  say(text, tone = "", ...choices) {
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.dataset.tone = tone;
    this.text.setAttribute("aria-invalid", String(tone === "bad" && !this.reason.hidden));
    this.choices.replaceChildren(...choices);
    this.choices.hidden = !choices.length;
  }

  focus() {
    const input = this.inputs.find((one) => one.checked) ?? this.inputs[0];
    input.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }
}
