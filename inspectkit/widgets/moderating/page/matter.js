// One thing to settle: what it is about, what may be decided, and whether that is saved.
// What is typed stays in this tab until the store has it, and while the list around it changes.

class Matter {
  constructor(told, screen) {
    Object.assign(this, { told, screen, key: uid(), name: uid() });
    this.status = make("p", { class: "ik-status", role: "status" });
    this.heading = make("h4", { tabindex: -1, id: `${this.name}-title` }, ...this.title());
    this.element = make("article", { class: "ik-matter", "aria-labelledby": `${this.name}-title` },
      this.heading, ...this.body(), this.status);
    this.element.addEventListener("focusin", () => { screen.current = this; });
    this.restore();
  }

  // The case and the question, or what else the matter is.
  title() {
    const { subject, item, text } = this.told;
    const where = item ? `${subject}, item ${item}` : subject;
    return [make("span", { class: "ik-number", text: where }), text ? ` ${text}` : ""];
  }

  // A text to write, by its name; a change makes another event of it.
  writing(id, label, { rows = 3, optional = false } = {}) {
    const area = make("textarea", {
      id: `${this.name}-${id}`, rows, oninput: () => this.keep(), "aria-describedby": `${this.name}-said`,
    });
    (this.texts ??= new Map()).set(id, area);
    area.optional = optional;
    area.words = label;
    return make("div", { class: "ik-field" }, make("label", { for: area.id, text: label }), area);
  }

  button(text, kind, run) {
    return make("button", {
      type: "button", class: kind, text, "aria-label": `${text}: ${this.told.subject}`, onclick: run,
    });
  }

  guidance() {
    const { told } = this;
    if (!told.guidance && !told.rulings?.length) return null;
    return make("details", {}, make("summary", { text: "Guidance" }),
      told.guidance ? guidance(told.guidance) : null, ...(told.rulings ?? []).map(ruling));
  }

  text(id) {
    return this.texts.get(id).value;
  }

  words() {
    return Object.fromEntries([...(this.texts ?? [])].map(([id, area]) => [id, area.value]));
  }

  keep() {
    this.key = uid();
    this.screen.drafts.setAside(this.told.id, this.words());
  }

  restore() {
    const kept = this.screen.drafts.aside(this.told.id) ?? {};
    for (const [id, area] of this.texts ?? []) area.value = kept[id] ?? "";
  }

  // Names the first text that is missing, and goes there.
  lacks(...ids) {
    const id = ids.find((each) => !this.text(each).trim());
    if (!id) return false;
    this.say(`Not saved: “${this.texts.get(id).words}” is empty.`, "bad");
    this.texts.get(id).focus();
    return true;
  }

  say(text, tone = "") {
    write(this.status, text);
    this.status.dataset.tone = tone;
  }

  send(kind, body) {
    this.say("saving …");
    const { subject } = this.told;
    this.screen.link.ask(kind, { subject, key: this.key, ...body })
      .then((reply) => {
        this.screen.drafts.setAside(this.told.id, null);
        this.screen.settled(this, reply);
      })
      .catch((refusal) => {
        if (refusal.lost) return this.send(kind, body); // with the same key: nothing is doubled
        return this.say(`not saved: ${told(refusal)}`, "bad");
      });
  }

  // The keys of the screen that mean something here; false where none does.
  key_() {
    return false;
  }

  focus() {
    this.heading.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }
}

// How long ago, in days, hours and minutes.
function ago(hours) {
  const minutes = Math.round(hours * 60);
  if (minutes < 60) return `${minutes} min`;
  if (hours < 48) return `${Math.floor(hours)} h ${minutes % 60} min`;
  return `${plural(Math.floor(hours / 24), "day")} ${Math.floor(hours % 24)} h`;
}
