// What stands beside the marks of a case, and the ways to add to it.

class Beside {
  constructor(view) {
    this.view = view;
    this.words = view.file.words; // codes and their labels, as the store knows them
    const button = (text, run) => make("button", { type: "button", class: "ik-plain", text, onclick: run });
    this.note = button("Case note", () => this.sheet("case_note").open());
    this.concern = button("Urgent concern", () => this.sheet("concern").open());
    this.cannot = button("Cannot be examined", () => this.sheet("cannot").open());
    this.reopen = button("Ask to reopen", () => this.sheet("reopen").open());
    this.told = make("ul", { class: "ik-told", "aria-label": "Said about this case" });
    this.buttons = make("div", { class: "ik-row" }, this.note, this.concern, this.cannot, this.reopen);
    this.element = make("div", { class: "ik-beside" }, this.buttons, this.told);
  }

  sheet(kind, question = null) {
    const { view, words } = this;
    const text = (label, optional = false) => ({ id: "text", label, text: true, optional });
    const about = question ? `Question ${question.number}. ${question.spec.text}` : "";
    const kinds = {
      case_note: { kind: "case_note", title: "Case note", action: "Save note",
        lead: "For you and whoever moderates this case. It is not scored and not published.", fields: [text("Note")] },
      concern: { kind: "concern", title: "Urgent concern", action: "Raise concern",
        lead: "This goes to the lead at once, outside the report, and a clock runs until it is dealt with.",
        fields: [{ id: "code", label: "What is it about?", options: words.concerns }, text("What did you see, and where?")] },
      cannot: { kind: "request", title: "This case cannot be examined", action: "Ask for a reserve",
        lead: "A moderator decides. If the case leaves the sample, the next reserve comes to your list; a file that is only missing or refused stays in the sample.",
        fields: [{ id: "code", label: "Why?", options: words.leaving }, text("What did you find?", true)], fixed: { what: "cannot_be_examined" } },
      reopen: { kind: "request", title: "Ask to reopen this case", action: "Ask to reopen",
        lead: "The case is submitted. The lead can open it again; your answers stay as they are.",
        fields: [text("What has to be changed, and why?")], fixed: { what: "reopen" } },
      query: { kind: "query", title: "Query", action: "Send query", lead: about, fields: [text("Your query")] },
      example: { kind: "example", title: "Use as an example", action: "Save", lead: about,
        fields: [{ id: "of", label: "An example of", options: words.examples, optional: true, none: "nothing: it is no example" }] },
    };
    return new Sheet({ ...kinds[kind], question, view });
  }

  show(beside, frozen) {
    this.cannot.hidden = frozen;
    this.reopen.hidden = !frozen;
    const lines = [
      ...beside.concerns.map((each) => `Urgent concern, ${moment(each.at)}: ${each.label}. ${each.text}${each.dealt ? ` Dealt with: ${each.dealt}` : " With the lead."}`),
      ...beside.requests.map((each) => `${each.label}, asked ${moment(each.at)}: waiting for the lead.`),
      ...beside.declined.map((each) => `Not granted by ${each.by}, ${moment(each.at)}: ${each.text}`),
      ...beside.notes.map((each) => `Note, ${moment(each.at)}: ${each.text}`),
    ];
    this.told.replaceChildren(...lines.map((text) => make("li", { text })));
    this.told.hidden = !lines.length;
  }
}
