// What inspectors asked: queries, urgent concerns with their clock, requests; and the rulings made.

class Query extends Matter {
  body() {
    const check = (id, label) => {
      this[id] = make("input", { type: "checkbox", onchange: () => this.show() });
      return make("label", { class: "ik-check" }, this[id], make("span", { text: label }));
    };
    const { said } = this.told;
    return [this.guidance(),
      make("p", { class: "ik-quote", text: said.text }),
      make("p", { class: "ik-hint", text: `Asked by ${said.by}, ${moment(said.at)}` }),
      this.writing("text", "Reply"),
      make("div", { class: "ik-row" }, check("ruling", "A ruling for everybody: it stands under the guidance from now on"),
        check("changes", "It changes what the question means: cases marked earlier come up again")),
      this.send_ = this.button("Send reply", "ik-main", () => this.done())];
  }

  restore() {
    super.restore();
    this.show();
  }

  show() {
    this.changes.disabled = !this.ruling.checked;
    write(this.send_, this.ruling.checked ? "Make the ruling" : "Send reply");
  }

  done() {
    if (this.lacks("text")) return;
    const changes = this.ruling.checked && this.changes.checked;
    this.send("reply", { to: this.told.id, text: this.text("text"), ruling: this.ruling.checked, changes_meaning: changes });
  }
}

class Concern extends Matter {
  title() {
    const { subject, concern } = this.told;
    return [make("span", { class: "ik-number", text: subject }), ` ${concern}`];
  }

  body() {
    const { told } = this;
    const clock_ = told.dealt ? `Dealt with after ${ago(told.hours)}` : `Open for ${ago(told.hours)}`;
    const head = [
      make("p", { class: "ik-clock", "data-tone": told.dealt ? "good" : "bad", text: clock_ }),
      make("p", { class: "ik-quote", text: told.text }),
      make("p", { class: "ik-hint", text: `Raised by ${told.marker}, ${moment(told.at)}` }),
    ];
    if (told.dealt) return [...head, make("p", { text: `Done: ${told.dealt}` })];
    return [...head, this.writing("text", "What was done"), this.button("Dealt with", "ik-main", () => this.done())];
  }

  done() {
    if (this.told.dealt || this.lacks("text")) return;
    this.send("deal", { to: this.told.id, text: this.text("text") });
  }
}

class Wish extends Matter {
  title() {
    const { subject, label } = this.told;
    return [make("span", { class: "ik-number", text: subject }), ` ${label}`];
  }

  body() {
    const { told } = this;
    const leaves = told.what === "cannot_be_examined";
    const what = leaves
      ? "Granted, the case leaves the sample and the next reserve takes its place; a file that is only missing or refused stays."
      : "Granted, the case is open for its marker again; the answers stay as they are.";
    return [
      make("p", { class: "ik-quote", text: [told.why, told.said.text].filter(Boolean).join(": ") || "No words were added." }),
      make("p", { class: "ik-hint", text: `Asked by ${told.said.by}, ${moment(told.said.at)}. ${what}` }),
      this.writing("text", "Remark, or the reason for declining", { rows: 2 }),
      make("div", { class: "ik-row" }, this.button("Grant", "ik-main", () => this.decide(true)),
        this.button("Decline", "ik-plain", () => this.decide(false)))];
  }

  decide(granted) {
    if (!granted && this.lacks("text")) return;
    this.send("decide", { to: this.told.id, granted, text: this.text("text") });
  }

  done() {
    this.say("Choose Grant or Decline.");
  }
}

class Ruled extends Matter {
  title() {
    const { number, asked } = this.told;
    return [make("span", { class: "ik-number", text: `Ruling ${number}` }), ` ${asked}`];
  }

  body() {
    const { told } = this;
    const waits = told.again.map((each) => `${each.marker} ${each.answers}`).join(", ");
    const means = told.changes_meaning
      ? `It changes the meaning. Answers given before it that are still to be looked at: ${waits || "none"}.` : "";
    return [make("p", { class: "ik-quote", text: told.text }),
      make("p", { class: "ik-hint", text: `By ${told.by}, ${moment(told.at)}, on revision ${told.revision}. ${means}` })];
  }

  done() {}
}
