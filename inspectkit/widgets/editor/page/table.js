// The questions of a set as a table, what was found against it, and a way to narrow both.

const sentence = (text) => (/[.?!]$/.test(text) ? text : `${text}.`);

class QuestionTable {
  constructor(pick) {
    this.pick = pick;
    this.find = make("input", { type: "search", id: uid(), oninput: () => this.narrow() });
    this.counted = make("span", { class: "ik-hint", role: "status" });
    this.rows = make("tbody");
    const head = ["Question", "Answer", "Counts to"].map((text) => make("th", { scope: "col", text }));
    this.scroll = make("div", { class: "ik-scroll", tabindex: 0, role: "region", "aria-label": "Table of questions" },
      make("table", { class: "ik-table" }, make("caption", { text: "Questions of the set, in order" }),
        make("thead", {}, make("tr", {}, ...head)), this.rows));
    this.element = make("div", { class: "ik-questions" },
      make("div", { class: "ik-filters" },
        make("label", { for: this.find.id, text: "Find" }), this.find, this.counted),
      this.scroll);
  }

  show(state, chosen) {
    const again = document.activeElement?.closest?.("tr")?.dataset.row;
    this.state = state;
    this.rows.replaceChildren(...state.questions.map((row, at) => this.row(row, at, chosen)));
    this.narrow();
    if (again) this.button(again)?.focus();
  }

  button(id) {
    return this.rows.querySelector(`[data-row="${CSS.escape(id)}"] button`);
  }

  row(row, at, chosen) {
    const button = make("button", {
      type: "button", class: "ik-link", onclick: () => this.pick(row.id),
      text: `${at + 1}. ${row.text ?? ""}`,
    });
    if (row.id === chosen) button.setAttribute("aria-current", "true");
    const found = row.findings ? make("span", { class: "ik-chip ik-mend", text: `${row.findings} to mend` }) : null;
    const condition = row.applies_when
      ? make("div", { class: "ik-when", title: row.applies_when }, make("code", { text: `when ${row.applies_when}` })) : null;
    const retired = row.retired ? make("span", { class: "ik-chip", text: "retired" }) : null;
    const kind = [row.scale ?? row.type ?? "scale", row.item ?? row.subject].filter(Boolean).join(" · ");
    const counts = row.context ? "context" : [...(row.themes ?? []), ...(row.tags ?? [])].join(" · ");
    return make("tr", { "data-row": row.id, class: row.id === chosen ? "ik-chosen" : null },
      make("th", { scope: "row" }, button, make("div", { class: "ik-row" },
        make("code", { text: row.id }), found, retired), condition),
      make("td", { text: kind }), make("td", { text: counts || "–" }));
  }

  narrow() {
    const wanted = this.find.value.trim().toLowerCase();
    let shown = 0;
    for (const each of this.rows.children) {
      each.hidden = Boolean(wanted) && !each.textContent.toLowerCase().includes(wanted);
      if (!each.hidden) shown += 1;
    }
    this.counted.textContent = wanted ? `${shown} of ${this.rows.children.length}` : plural(shown, "question");
  }
}

// What keeps the set from being used, each with its remedy; one press leads to the question.
class Findings {
  constructor(pick) {
    this.pick = pick;
    this.element = make("section", { class: "ik-summary", "aria-label": "What the check found" });
  }

  show(findings) {
    this.element.classList.toggle("ik-errors", findings.length > 0);
    if (!findings.length) {
      this.element.replaceChildren(make("p", { "data-tone": "good", text: "✓ The check found nothing to mend." }));
      return;
    }
    this.element.replaceChildren(make("h3", { text: `${plural(findings.length, "thing")} to mend` }),
      make("ul", {}, ...findings.map((found) => this.line(found))));
  }

  line(found) {
    const words = [make("strong", { text: `${found.where}: ` }), `${sentence(found.what)} `, make("em", { text: sentence(found.remedy) })];
    if (!found.question) return make("li", {}, ...words);
    return make("li", {}, ...words, " ", make("button", {
      type: "button", class: "ik-link", text: `Go to ${found.question}`, onclick: () => this.pick(found.question),
    }));
  }
}
