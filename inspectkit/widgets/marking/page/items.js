// What a file holds of a kind of item: the list, one more, the last one taken back, none of them.

class ItemsPage {
  constructor(view, page) {
    Object.assign(this, { view, page, key: uid() });
    const { items } = page;
    this.thing = items.label.charAt(0).toLowerCase() + items.label.slice(1);
    const name = uid();
    this.named = make("input", { type: "text", id: name, maxlength: 200, autocomplete: "off" });
    this.said = make("p", { class: "ik-status", role: "status" });
    const button = (text, kind, run) => make("button", { type: "button", class: kind, text, onclick: run });
    const last = items.found.at(-1);
    this.back = last ? button(`Take back ${this.thing} ${last.item}`, "ik-plain",
      () => this.ask({ do: "take back", item: last.item })) : null;
    this.none = items.found.length || items.none ? null : button(`There is no ${this.thing} in this file`, "ik-plain",
      () => this.ask({ do: "none", of: items.kind }));
    this.add = make("fieldset", { class: "ik-add" },
      make("label", { for: name, text: items.named_by ? `Name it by: ${items.named_by}` : "Name it, so that you know it again" }),
      this.named,
      button(`Add ${this.thing} ${this.nextNumber()}`, "ik-main",
        () => this.ask({ do: "add", of: items.kind, named: this.named.value, key: this.key })));
    this.element = make("div", {}, this.list(), this.add,
      make("div", { class: "ik-row" }, this.back, this.none), this.said);
  }

  // Numbers run on over all kinds of item in the file.
  nextNumber() {
    const all = this.view.file.pages.flatMap((page) => page.items?.found ?? []);
    return Math.max(0, ...all.map((each) => Number(each.item))) + 1;
  }

  list() {
    const { items } = this.page;
    if (!items.found.length) {
      return make("p", { text: items.none ? `There is no ${this.thing} in this file, as you said.`
        : "Nothing added yet. Add each one in the order of the file; it gets a page of its own." });
    }
    return make("ol", { class: "ik-found" }, ...items.found.map((each) => make("li", { value: each.item },
      make("button", { type: "button", class: "ik-link", text: each.named || `${items.label} ${each.item}`,
        onclick: () => this.view.turn(`item ${each.item}`) }))));
  }

  // What the case holds comes from the store again, so that the page never guesses it.
  ask(body) {
    const { view } = this;
    if (view.unsaved()) {
      this.said.textContent = "One moment: an answer is still being saved. Then try again.";
      return view.answers.flush();
    }
    this.said.textContent = "Saving …";
    return view.link.ask("item", { subject: view.file.subject, ...body })
      .then((reply) => view.again(reply.item ? `item ${reply.item}` : this.page.id))
      .catch((refusal) => {
        if (refusal.lost && body.do === "add") return this.ask(body); // with the same key: nothing is doubled
        this.said.textContent = `Not saved: ${told(refusal)}`;
        return null;
      });
  }

  show() {
    const { found, none } = this.page.items;
    const { frozen } = this.view.answers;
    this.page.count.textContent = found.length ? String(found.length) : none ? "none" : "to say";
    this.page.tab.classList.toggle("ik-complete", Boolean(found.length || none));
    this.add.hidden = frozen;
    this.back?.toggleAttribute("hidden", frozen);
    this.none?.toggleAttribute("hidden", frozen);
  }
}
