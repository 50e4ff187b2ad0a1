// The editor: three pages (questions, form, publishing) over one draft, whose kernel has the last word.

class Editor {
  constructor({ model, el }) {
    this.link = new Link(model);
    this.link.watchers.add((alive) => { this.banner.hidden = alive; });
    this.chosen = "";
    this.banner = make("div", { class: "ik-banner", role: "alert", hidden: true });
    this.banner.textContent = "Nothing is being saved: the program behind this page has stopped answering. "
      + `What the file holds is safe. ${model.get("place") === "page" ? "Start inspectkit questions edit again"
        : "Choose Run ▸ Run All Cells in the menu"} to go on.`;
    this.live = make("p", { class: "ik-state", role: "status", "aria-live": "polite" });
    this.title = make("h2", { tabindex: -1 });
    this.which = make("span", { class: "ik-type" });
    this.undo = make("button", { type: "button", class: "ik-plain", text: "Undo", onclick: () => this.send("undo", {}).catch(() => {}) });
    const reload = make("button", { type: "button", class: "ik-plain", text: "Reload", onclick: () => this.open() });
    this.pages = this.makePages();
    this.body = make("div", { class: "ik-body" }, ...this.pages.map((page) => page.section));
    this.root = make("div", { class: "ik-form ik-editor", role: "group", "aria-label": "Question set editor", tabindex: -1 },
      this.banner,
      make("div", { class: "ik-header" }, make("div", { class: "ik-title" }, this.title, this.which),
        this.live, make("div", { class: "ik-row" }, this.undo, reload)),
      make("nav", { class: "ik-tabs ik-across", "aria-label": "Pages of the editor" },
        make("ul", {}, ...this.pages.map((page) => make("li", {}, page.tab)))),
      this.body);
    this.root.addEventListener("keydown", (event) => this.key(event));
    el.append(this.root);
    this.turn(this.pages[0]);
    this.open();
  }

  makePages() {
    const ask = (kind, body) => this.link.ask(kind, body);
    const pick = (id) => this.pick(id);
    this.table = new QuestionTable(pick);
    this.findings = new Findings(pick);
    this.panel = new Panel({ send: (kind, body) => this.send(kind, body), step: pick });
    this.lists = new Lists({ send: (kind, body) => this.send(kind, body) });
    this.preview = new Preview(ask);
    this.publishing = new Publishing({ ask, published: (state) => this.settle(state) });
    const questions = make("section", { "aria-label": "Questions" }, this.findings.element,
      make("div", { class: "ik-split" }, this.table.element, this.panel.element));
    return [
      this.page("Questions", questions, () => {}),
      this.page("Scales", this.lists.element, () => this.lists.show(this.state)),
      this.page("Form", this.preview.element, () => this.preview.load()),
      this.page("Publish", this.publishing.element, () => this.publishing.load(this.state)),
    ];
  }

  page(label, section, enter) {
    const count = make("span", { class: "ik-count" });
    const page = { label, section, enter, count };
    page.tab = make("button", { type: "button", class: "ik-tab", onclick: () => this.turn(page, { focus: true }) },
      make("span", { text: label }), count);
    return page;
  }

  turn(page, { focus = false } = {}) {
    this.panel.flush();
    for (const each of this.pages) {
      each.section.hidden = each !== page;
      if (each === page) each.tab.setAttribute("aria-current", "page");
      else each.tab.removeAttribute("aria-current");
    }
    this.here = page;
    this.last = (this.last ?? Promise.resolve()).then(() => page.enter(), () => page.enter());
    if (focus) page.section.querySelector("h3")?.focus();
  }

  open() {
    this.link.ask("open").then((state) => this.settle(state)).catch((refusal) => this.fail(refusal));
  }

  fail(refusal) {
    if (refusal.lost) return this.open();
    return this.say(refusal.text ?? told(refusal), "bad");
  }

  // One change after the other: each names the draft that the one before it made.
  send(kind, body) {
    const turn = (this.last ?? Promise.resolve()).catch(() => {}).then(() => {
      this.say("saving …");
      return this.link.ask(kind, { ...body, stamp: this.state.stamp });
    }).then((state) => {
      this.settle(state);
      const left = state.findings.length ? `, ${state.findings.length} to mend` : "";
      this.say(`saved ${clock(new Date().toISOString())}${left}`, left ? "warn" : "good");
    }).catch((refusal) => {
      this.say(`not saved: ${told(refusal)}`, "bad");
      throw refusal;
    });
    this.last = turn.catch(() => {});
    return turn;
  }

  settle(state) {
    this.state = state;
    const { set } = state;
    this.title.textContent = set.label;
    this.which.textContent = `${set.id} · draft ${set.revision}`;
    this.undo.disabled = !state.undo;
    this.pages[0].count.textContent = state.findings.length ? `${state.findings.length} to mend` : `${state.questions.length}`;
    if (!state.questions.some((each) => each.id === this.chosen)) this.chosen = "";
    this.table.show(state, this.chosen);
    this.findings.show(state.findings);
    this.panel.show(state, this.chosen);
    if (this.here !== this.pages[0]) this.here.enter();
  }

  pick(id) {
    this.panel.flush();
    this.chosen = id;
    this.turn(this.pages[0]);
    this.table.show(this.state, id);
    this.panel.show(this.state, id);
    this.panel.focus();
  }

  say(text, tone = "") {
    this.live.textContent = text;
    this.live.dataset.tone = tone;
  }

  // No key of the editor reaches JupyterLab, where single letters change the notebook.
  key(event) {
    const command = event.ctrlKey || event.metaKey || event.altKey;
    if (!command || event.key === "Enter" || event.key.toLowerCase() === "s") event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.panel.flush();
    } else if (this.here?.label === "Form" && this.preview.view?.element.contains(event.target)) {
      this.preview.view.key(event);
    }
  }

  close() {
    this.preview.stop();
    this.link.close();
    this.root.remove();
  }
}

export default {
  render({ model, el }) {
    const editor = new Editor({ model, el });
    return () => editor.close();
  },
};
