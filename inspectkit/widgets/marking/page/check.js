// The last page of a case (what is left to answer, submitting), and the offer of answers kept back.

class CheckPage {
  constructor(view, { label }) {
    this.view = view;
    this.refused = false;
    this.heading = make("h3", { tabindex: -1, text: label });
    this.summary = make("div", { class: "ik-summary", tabindex: -1 });
    this.note = make("p", { class: "ik-hint" });
    this.button = make("button", {
      type: "button", class: "ik-main", text: "Submit this case", onclick: () => this.submit(),
    });
    this.onward = make("button", {
      type: "button", class: "ik-main", text: "Next case", onclick: () => view.nextCase(),
    });
    this.section = make("section", { "aria-label": label }, this.heading, this.summary,
      this.note, this.button, this.onward);
  }

  show(left) {
    const { answers } = this.view;
    const complete = answers.complete();
    write(this.count, answers.frozen ? "submitted" : left.length ? `${left.length} left`
      : answers.unsaid().length ? "to say" : "ready");
    this.tab.classList.toggle("ik-complete", answers.frozen || complete);
    // The rest only where it is seen: it would cost more than all that an answer changes elsewhere.
    if (this.section.hidden) return;
    this.button.hidden = answers.frozen;
    this.onward.hidden = !answers.frozen;
    this.button.setAttribute("aria-disabled", String(!complete));
    this.note.textContent = answers.frozen
      ? "This case is submitted. Its answers can be read here and no longer changed."
      : "Submitting closes your marking of this case: its answers can then no longer be changed.";
    this.summary.classList.toggle("ik-errors", this.refused && !complete && !answers.frozen);
    this.summary.replaceChildren(...this.findings(left));
  }

  findings(left) {
    const { answers } = this.view;
    const unsaved = answers.pending.size + answers.offered.length;
    if (answers.frozen) return [];
    if (left.length) {
      return [make("h4", { text: `${plural(left.length, "question")} to complete first` }),
        make("ul", {}, ...left.map((spec) => this.line(spec)))];
    }
    const unsaid = answers.unsaid();
    if (unsaid.length) {
      return [make("h4", { text: "Say first what the file holds" }), make("ul", {}, ...unsaid.map((page) => make("li", {},
        make("button", { type: "button", class: "ik-link", text: page.items.label, onclick: () => this.view.turn(page.id) }))))];
    }
    const stuck = answers.stuck();
    if (stuck.length) {
      const text = `${plural(stuck.length, "question")} cannot be opened, because the caseload lacks a fact `
        + "they rest on. Ask the methodology lead; your answers are saved.";
      return [make("p", { text })];
    }
    const text = unsaved ? `${plural(unsaved, "answer")} not saved yet.`
      : "Every question that applies is answered and saved.";
    return [make("p", { text })];
  }

  line(spec) {
    const question = this.view.byId.get(spec.id);
    const why = this.view.answers.pending.get(spec.id)?.problem || this.view.answers.lacks(spec.id);
    return make("li", {}, make("button", {
      type: "button", class: "ik-link", onclick: () => this.view.go(question),
      text: `${question.number}. ${spec.text}${why ? ` (${why})` : ""}`,
    }));
  }

  submit() {
    const { view } = this;
    if (!view.answers.complete()) {
      this.refused = true;
      view.refresh();
      view.say("Not submitted: something is still to be answered or saved", "bad");
      this.summary.focus({ preventScroll: true });
      view.body.scrollTop = 0;
      return;
    }
    view.say("Submitting …");
    view.link.ask("submit", { subject: view.file.subject })
      .then(() => {
        view.answers.frozen = true;
        if (view.said) view.showBeside(view.said);
        view.refresh();
        view.say("Submitted", "good");
        this.onward.focus();
      })
      .catch((refusal) => {
        view.say(`Not submitted: ${told(refusal)}`, "bad");
      });
  }
}

class Offer {
  constructor(view) {
    this.view = view;
    this.element = make("div", { class: "ik-offer", role: "region", "aria-label": "Answers not saved before" });
  }

  show() {
    const { offered } = this.view.answers;
    this.element.hidden = !offered.length;
    if (!offered.length) return this.element.replaceChildren();
    const button = (text, kind, run) => make("button", { type: "button", class: kind, text, onclick: run });
    return this.element.replaceChildren(
      make("p", {}, make("strong", { text: `${plural(offered.length, "answer")} could not be saved before:` })),
      make("ul", {}, ...offered.map((draft) => this.line(draft))),
      button("Save them now", "ik-main", () => this.takeUp()),
      button("Leave them out", "ik-plain", () => this.leaveOut()));
  }

  line([id, draft]) {
    const question = this.view.byId.get(id);
    return make("li", {
      text: `${question.number}. ${question.spec.text} — ${question.label(draft.answer)}`,
    });
  }

  takeUp() {
    const { view } = this;
    view.answers.takeUp();
    view.focus();
  }

  leaveOut() {
    this.view.answers.leaveOut();
    this.view.focus();
  }
}
