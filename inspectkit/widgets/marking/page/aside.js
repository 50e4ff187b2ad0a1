// A whole page set aside at once: everything on it still unanswered is not applicable, for one reason.

class Aside {
  constructor(view, page) {
    Object.assign(this, { view, page });
    const name = uid();
    this.reason = make("select", { id: name }, make("option", { value: "", text: "Choose the reason …" }),
      ...page.aside.map(([id, label]) => make("option", { value: id, text: label })));
    this.said = make("p", { class: "ik-status", role: "status" });
    const button = make("button", { type: "button", class: "ik-plain", text: "Mark all that is unanswered as not applicable", onclick: () => this.ask() });
    this.element = make("details", { class: "ik-aside" },
      make("summary", { text: "Nothing on this page applies to this case" }),
      make("div", { class: "ik-row" }, make("label", { for: name, text: "Because:" }), this.reason, button), this.said);
  }

  ask() {
    const { view, page } = this;
    if (!this.reason.value) {
      this.said.textContent = "Choose the reason first.";
      return this.reason.focus();
    }
    if (view.unsaved()) {
      this.said.textContent = "One moment: an answer is still being saved. Then try again.";
      return view.answers.flush();
    }
    this.said.textContent = "Saving …";
    return view.link.ask("aside", { subject: view.file.subject, theme: page.id, reason: this.reason.value })
      .then(() => view.again(page.id))
      .catch((refusal) => {
        if (refusal.lost) return view.again(page.id); // shows what was saved
        this.said.textContent = `Not saved: ${told(refusal)}`;
        return null;
      });
  }

  // Only where something is still open.
  show(open, done) {
    this.element.hidden = this.view.answers.frozen || !open || done === open;
  }
}
