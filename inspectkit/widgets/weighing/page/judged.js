// One question about the Area or an office: its judgement, the evidence it rests on, the reason.

class Judged {
  constructor(spec, { send }) {
    Object.assign(this, { send });
    this.name = uid();
    this.key = uid();
    this.spec = spec;
    this.answers = spec.answers.map(([value, text]) => {
      const input = make("input", { type: "radio", name: this.name, value, onchange: () => this.touched() });
      return { input, element: make("label", { class: "ik-check" }, input, make("span", { text })) };
    });
    this.items = make("div", { class: "ik-boxes" });
    this.reason = make("textarea", { id: `${this.name}-reason`, rows: 3, oninput: () => this.touched() });
    this.status = make("p", { class: "ik-status", role: "status" });
    this.scores = spec.scores ? make("button", { type: "button", class: "ik-plain", text: "Record what the files scored",
      onclick: () => this.try(send("scores", { question: spec.id })) }) : null;
    this.lead = make("p", { class: "ik-hint" });
    this.element = make("fieldset", { class: "ik-judged", "data-question": spec.id },
      make("legend", { text: spec.text }),
      spec.guidance ? make("details", {}, make("summary", { text: "Guidance" }), guidance(spec.guidance)) : null,
      make("div", { class: "ik-boxes", role: "radiogroup", "aria-label": "Judgement" }, ...this.answers.map((each) => each.element)),
      spec.kinds.length ? make("div", { role: "group", "aria-label": "It rests on" }, this.lead, this.items, this.scores) : null,
      make("div", { class: "ik-field" }, make("label", { for: this.reason.id, text: spec.length
        ? `Why: what the evidence shows (at least ${spec.length} characters)` : "Why" }), this.reason),
      make("div", { class: "ik-row" },
        make("button", { type: "button", class: "ik-main", text: "Save this judgement", onclick: () => this.save() }), this.status));
  }

  touched() {
    this.dirty = true;
    this.status.textContent = "Not saved yet.";
    delete this.status.dataset.tone;
  }

  named() {
    return [...this.items.querySelectorAll("input:checked")].map((box) => box.value);
  }

  // What is being written stays; the rest follows the store.
  show(spec, evidence) {
    const ticked = this.dirty ? new Set(this.named()) : new Set(spec.rests_on);
    this.spec = spec;
    this.lead.textContent = `It rests on evidence from at least ${spec.at_least} sources:`;
    const usable = evidence.filter((each) => spec.kinds.includes(each.kind));
    this.items.replaceChildren(...usable.map((each) => {
      const box = make("input", { type: "checkbox", value: each.id, onchange: () => this.touched() });
      box.checked = ticked.has(each.id);
      return make("label", { class: "ik-check" }, box, make("span", { text: `${each.id}: ${each.label}, ${each.source}` }));
    }));
    if (!usable.length) this.items.append(make("p", { class: "ik-hint", text: "Nothing of a fitting kind is gathered yet." }));
    if (this.dirty) return;
    for (const { input } of this.answers) input.checked = input.value === spec.answer;
    this.reason.value = spec.evidence;
    if (spec.answer) this.say(`saved by ${spec.by}, ${moment(spec.at)}`, "good");
  }

  save() {
    const answer = this.answers.find(({ input }) => input.checked)?.input.value;
    if (!answer) return this.say("Not saved: choose a judgement.", "bad");
    this.say("Saving …");
    const { subject, id, version } = this.spec;
    const body = { subject, question: id, answer, evidence: this.reason.value.trim(), rests_on: this.named(), expected: version };
    return this.try(this.send("judge", { ...body, key: this.key }, () => {
      this.key = uid();
      this.dirty = false;
    }));
  }

  try(sent) {
    return sent.catch((refusal) => this.say(`Not saved: ${told(refusal)}`, "bad"));
  }

  say(text, tone = "") {
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }
}
