// Two marks that differ: side by side with their evidence, and the answer that is to hold.

class Difference extends Matter {
  body() {
    const { told } = this;
    return [this.guidance(),
      told.apart ? make("p", { text: `Items are matched by their number, and item ${told.item} is named differently: these may be marks of two different ones.` }) : null,
      make("div", { class: "ik-sides" }, ...told.marks.map((mark) => this.side(mark))),
      this.choice(), this.writing("evidence", "Evidence for this answer"), this.writing("reason", "Reason for settling it so"),
      this.button("Settle", "ik-main", () => this.settle())];
  }

  side(mark) {
    return make("div", { class: "ik-side", role: "group", "aria-label": `Mark of ${mark.marker}` },
      make("p", { class: "ik-hint", text: `Mark of ${mark.marker}${mark.named ? `, item: ${mark.named}` : ""}` }),
      make("p", { class: "ik-given", text: mark.label }),
      make("p", { class: mark.evidence ? "ik-quote" : "ik-hint", text: mark.evidence || "No evidence was written." }));
  }

  choice() {
    const { told } = this;
    if (!told.answers.length) {
      this.line = make("input", { type: "text", class: "ik-line", "aria-label": "Answer in force", oninput: () => this.keep() });
      return make("div", { class: "ik-field" }, this.line);
    }
    this.choices = told.answers.map((each) => make("input", {
      type: told.several ? "checkbox" : "radio", name: this.name, value: each.id, "data-label": each.label, onchange: () => this.chosen(),
    }));
    const by = (id) => told.marks.filter((mark) => this.ids(mark.answer).includes(id)).map((mark) => mark.marker).join(", ");
    return make("fieldset", {}, make("legend", { class: "ik-small", text: "Answer in force" }),
      make("div", { class: "ik-answers" }, ...this.choices.map((input, at) => make("label", { class: "ik-answer" }, input,
        make("span", { text: input.dataset.label }), by(input.value) ? make("span", { class: "ik-hint", text: by(input.value) }) : null,
        make("span", { class: "ik-digit", "aria-hidden": "true", text: at < 9 ? at + 1 : "" })))));
  }

  // The answers that one text holds: where several may be given, they stand a blank apart.
  ids(answer) {
    return this.told.several ? answer.split(" ") : [answer];
  }

  answer() {
    if (this.line) return this.line.value.trim();
    return this.choices.filter((input) => input.checked).map((input) => input.value).join(" ");
  }

  // The evidence of whoever gave this answer, to start from, unless something was written already.
  chosen() {
    const theirs = this.told.marks.map((mark) => mark.evidence);
    const area = this.texts.get("evidence");
    if (!area.value.trim() || theirs.includes(area.value)) {
      area.value = this.told.marks.find((mark) => mark.answer === this.answer())?.evidence ?? "";
    }
    this.keep();
  }

  words() {
    return { ...super.words(), answer: this.answer() };
  }

  restore() {
    super.restore();
    const { answer = "" } = this.screen.drafts.aside(this.told.id) ?? {};
    if (this.line) this.line.value = answer;
    else for (const input of this.choices) input.checked = this.ids(answer).includes(input.value);
  }

  settle() {
    const { told } = this;
    if (!this.answer()) {
      this.say("Not saved: no answer is chosen.", "bad");
      return (this.line ?? this.choices[0]).focus();
    }
    const wanted = this.ids(this.answer()).some((id) => told.wants.includes(id)) ? ["evidence", "reason"] : ["reason"];
    if (this.lacks(...wanted)) return null;
    return this.send("settle", {
      question: told.question, item: told.item, answer: this.answer(), evidence: this.text("evidence"), reason: this.text("reason"),
    });
  }

  done() {
    return this.settle();
  }

  key_(key) {
    const input = this.choices?.[ANSWER_DIGITS.indexOf(key)];
    if (!input) return false;
    input.checked = !this.told.several || !input.checked;
    input.focus();
    this.chosen();
    return true;
  }
}

const ANSWER_DIGITS = "123456789";
