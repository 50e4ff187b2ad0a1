// The first screen, "My cases": what was sampled, how far each case is, one button to open it.

const MARKABLE = new Set(["not started", "started"]);
const WIDE = new Set(["Casework type", "Due", "Time"]); // left out where there is no room
const STATES = { "not started": "Not started", started: "Started", submitted: "Submitted" };
const ACTIONS = { "not started": "Mark", started: "Resume", submitted: "Read" };

const spent = (minutes) => (minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`);

class CasesView {
  constructor({ listing, drafts, open }) {
    Object.assign(this, { listing, drafts, open });
    this.rows = listing.cases.map((each) => ({ ...each, row: this.makeRow(each) }));
    this.whose = this.makeChoice("Whose", [["mine", "Mine"], ["free", "Nobody's yet"]]);
    this.type = this.makeChoice("Casework type", listing.casework_types);
    this.status = this.makeChoice("State", Object.entries(STATES));
    this.shown = make("p", { class: "ik-hint", role: "status" });
    this.heading = make("h2", { tabindex: -1, text: "My cases" });
    this.element = make("div", { class: "ik-cases" },
      make("div", { class: "ik-header" },
        make("div", { class: "ik-title" }, this.heading,
          make("span", { class: "ik-type", text: `Inspector ${listing.inspector}` })),
        this.makeNotice(),
        make("div", { class: "ik-filters" }, this.whose.label, this.type.label, this.status.label, this.shown)),
      make("div", { class: "ik-body" }, this.makeTable()));
    this.filter();
  }

  makeChoice(text, options) {
    const select = make("select", { onchange: () => this.filter() },
      make("option", { value: "", text: "All" }),
      ...options.map(([id, label]) => make("option", { value: id, text: label })));
    return { select, label: make("label", {}, `${text} `, select) };
  }

  makeNotice() {
    const kept = this.listing.cases.filter((each) => this.drafts.of(each.subject).length);
    if (!kept.length) return null;
    const button = (each) => make("button", {
      type: "button", class: "ik-plain", onclick: () => this.open(each.subject),
      text: `${each.subject} (${plural(this.drafts.of(each.subject).length, "answer")})`,
    });
    return make("div", { class: "ik-offer", role: "region", "aria-label": "Answers not saved before" },
      make("p", {}, make("strong", { text: "Some answers could not be saved before. Open the case to save them:" })),
      ...kept.map(button));
  }

  makeTable() {
    const head = ["Case", "Casework type", "State", "Answered", "Due", "Time"].map((text) => make("th", {
      scope: "col", text, class: WIDE.has(text) ? "ik-wide" : null,
    }));
    return make("table", { class: "ik-table" },
      make("caption", { text: "The cases of the sample" }),
      make("thead", {}, make("tr", {}, ...head,
        make("th", { scope: "col" }, make("span", { class: "ik-hidden", text: "Open" })))),
      make("tbody", {}, ...this.rows.map((each) => each.row)));
  }

  makeRow(each) {
    return make("tr", {},
      make("th", { scope: "row" }, each.subject,
        make("span", { class: "ik-narrow", text: each.casework_type })),
      make("td", { class: "ik-wide", text: each.casework_type }),
      make("td", {}, make("span", {
        class: "ik-chip", "data-status": each.status, text: STATES[each.status] ?? each.status,
      }), ...each.asked.map((text) => make("span", { class: "ik-asked", text }))),
      make("td", { text: `${each.answered} of ${each.open}` }),
      make("td", { class: "ik-wide", text: each.due ? day(each.due) : "–" }),
      make("td", { class: "ik-wide", text: each.minutes ? spent(each.minutes) : "–" }),
      make("td", {}, make("button", {
        type: "button", class: "ik-plain", text: ACTIONS[each.status] ?? "Open",
        "aria-label": `${ACTIONS[each.status] ?? "Open"} ${each.subject}`,
        onclick: () => this.open(each.subject),
      })));
  }

  filter() {
    const type = this.type.select.value;
    const status = this.status.select.value;
    const whose = this.whose.select.value;
    let count = 0;
    for (const each of this.rows) {
      const wanted = (!type || each.stratum === type) && (!status || each.status === status)
        && (!whose || each.mine === (whose === "mine"));
      each.row.hidden = !wanted;
      count += wanted;
    }
    const done = this.rows.filter((each) => each.status === "submitted").length;
    this.shown.textContent = `${plural(count, "case")} shown, ${done} of ${this.rows.length} submitted`;
  }
}
