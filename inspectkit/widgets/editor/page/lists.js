// The scales, themes and tags of a set: what answers earn, which pages there are, what cuts across.

const NAMED = [{ key: "label", label: "Label" }];
const GROUPS = [
  ["themes", "Themes: the pages of the form, and what is scored", "Add a theme"],
  ["tags", "Tags: what gathers questions across themes", "Add a tag"],
];

class Lists {
  constructor({ send }) {
    this.send = send;
    this.element = make("section", { "aria-label": "Scales" },
      make("h3", { tabindex: -1, text: "Scales, themes and tags" }),
      make("p", { class: "ik-hint", text: "Changing points changes what answers already given earn: the Publish page says so." }));
    this.scales = make("div");
    this.groups = GROUPS.map(([group, legend, add]) => [group, this.rows({ legend, add, columns: NAMED, at: [group] })]);
    this.element.append(this.scales, this.newScale(), ...this.groups.map(([, rows]) => rows.element));
    this.held = new Map();
  }

  rows({ at, ...rest }) {
    return new Rows({ ...rest, named: true, send: (rows) => this.send("rows", { at, rows }) });
  }

  newScale() {
    const name = make("input", { id: uid(), type: "text" });
    const add = () => {
      const label = name.value.trim();
      if (!label) return name.focus();
      const id = idFrom(label, new Set(this.state.lists.scales.map((each) => each.id)));
      const answers = [{ id: "met", label: "Met", points: 1 }, { id: "not_met", label: "Not met", points: 0 }];
      const rows = [...this.state.lists.scales, { id, label, answers }];
      return this.send("rows", { at: ["scales"], rows }).then(() => { name.value = ""; }).catch(() => {});
    };
    return make("div", { class: "ik-row ik-tools-row" }, make("label", { for: name.id, text: "New scale:" }), name,
      make("button", { type: "button", class: "ik-plain", text: "Add this scale", onclick: add }));
  }

  show(state) {
    this.state = state;
    const { scales } = state.lists;
    if (scales.map((each) => each.id).join() !== [...this.held.keys()].join()) {
      this.held = new Map(scales.map((scale) => [scale.id, this.rows({
        legend: `Scale: ${scale.label}`, at: ["scales", scale.id, "answers"], add: "Add an answer", columns: [
          ...NAMED, { key: "points", label: "Points", kind: "number" },
          { key: "excluded", label: "Not applicable: out of the base", kind: "check" }],
      })]));
      this.scales.replaceChildren(...[...this.held.values()].map((rows) => rows.element));
    }
    for (const scale of scales) this.held.get(scale.id).show(scale.answers);
    for (const [group, rows] of this.groups) rows.show(state.lists[group]);
  }
}
