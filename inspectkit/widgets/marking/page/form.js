// The marking form: shows My cases or one case, and says when the kernel has stopped answering.

const LOST = "Your last answers are not saved.";
const IDLE = "Answers are not being saved at the moment; the earlier ones are safe.";
// What to do, by the place in which the form is shown.
const ADVICE = {
  notebook: "The notebook's kernel has stopped answering. Keep this page open: what you have chosen "
    + "stays in it. If this does not pass by itself, choose Run ▸ Run All Cells in the menu (load "
    + "the page again where there is no menu) and open the case again; answers not saved are offered to you there.",
  page: "The program behind this page has stopped answering. Keep this page open: what you have chosen "
    + "stays in it. If this does not pass by itself, start inspectkit mark again as you did before: "
    + "this page then goes on by itself and saves what is left.",
};

class Form {
  constructor({ model, el }) {
    this.link = new Link(model);
    this.keys = new Keys();
    this.finished = new Set();
    this.link.watchers.add(() => this.pulse());
    this.advice = ADVICE[model.get("place")] ?? ADVICE.notebook;
    this.banner = make("div", { class: "ik-banner", role: "alert" });
    this.screen = make("div", { class: "ik-screen" }, make("p", { class: "ik-hint", text: "Opening …" }));
    this.root = make("div", { class: "ik-form", tabindex: -1, role: "group", "aria-label": "Marking form" },
      this.banner, this.screen);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.warn();
    el.append(this.root);
    this.showCases({ first: true });
  }

  // No key of the form reaches JupyterLab, where single letters and Shift+Enter change the notebook;
  // the browser's own keys and JupyterLab's Ctrl and Alt keys stay with their owners.
  key(event) {
    const command = event.ctrlKey || event.metaKey || event.altKey;
    if (!command || event.key === "Enter" || event.key.toLowerCase() === "s") event.stopPropagation();
    this.view?.key?.(event);
  }

  show(view) {
    this.view?.stop?.();
    this.view = view;
    this.screen.replaceChildren(view.element);
  }

  fail(refusal, again) {
    if (refusal.lost) return again();
    return this.screen.replaceChildren(make("div", { class: "ik-offer", role: "alert" },
      make("p", { text: refusal.text ?? refusal.message }),
      make("button", { type: "button", class: "ik-plain", text: "Try again", onclick: again })));
  }

  showCases({ first = false } = {}) {
    this.link.ask("list")
      .then((listing) => {
        this.drafts ??= new Drafts(listing.place, listing.inspector);
        this.listing = listing;
        if (first && listing.begin) return this.openCase(listing.begin, { focus: false });
        this.show(new CasesView({ listing, drafts: this.drafts, open: (subject) => this.openCase(subject) }));
        if (!first) this.view.heading.focus();
        return null;
      })
      .catch((refusal) => this.fail(refusal, () => this.showCases({ first })));
  }

  openCase(subject, { focus = true, page } = {}) {
    this.link.ask("open", { subject })
      .then((file) => {
        this.show(new CaseView({
          link: this.link, drafts: this.drafts, keys: this.keys, file, page,
          again: (id) => this.openCase(subject, { focus: false, page: id }),
          leave: () => this.leave(), nextCase: () => this.nextCase(subject), touched: () => this.warn(),
        }));
        if (focus) {
          this.root.scrollIntoView({ block: "nearest" });
          this.view.focus();
        }
      })
      .catch((refusal) => this.fail(refusal, () => this.openCase(subject, { focus })));
  }

  // Sends what is left first, so that the list counts it.
  leave() {
    this.view.stop();
    this.showCases();
  }

  // The next of my cases that waits to be marked, after this one; none left: the list.
  nextCase(subject) {
    const cases = this.listing.cases;
    const at = cases.findIndex((each) => each.subject === subject);
    const waiting = [...cases.slice(at + 1), ...cases.slice(0, at)].filter((each) => MARKABLE.has(each.status));
    const next = waiting.find((each) => !this.finished.has(each.subject));
    if (this.view.answers?.frozen) this.finished.add(subject);
    if (!next) return this.leave();
    this.view.stop();
    return this.openCase(next.subject);
  }

  pulse() {
    this.view?.pulse?.();
    this.warn();
  }

  warn() {
    const text = this.link.alive ? "" : `${this.view?.unsaved?.() ? LOST : IDLE} ${this.advice}`;
    if (this.banner.textContent !== text) this.banner.textContent = text;
    this.banner.hidden = this.link.alive;
  }

  close() {
    this.view?.stop?.();
    this.link.close();
    this.root.remove();
  }
}

export default {
  render({ model, el }) {
    const form = new Form({ model, el });
    return () => form.close();
  },
};
