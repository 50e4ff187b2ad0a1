// The rule editor: each part of a rule as a ruler of bands, its boundaries, words and examples.

// The bands of one part, lowest first, on a line; boundaries can be dragged or moved by arrow keys.
class Ruler {
  constructor(part, change) {
    this.part = part;
    this.change = change;
    const { ruler } = part;
    this.span = ruler.high - ruler.low;
    this.step = ruler.percent ? 0.01 : 0.5;
    this.line = make("div", { class: "ik-ruler" }, ...ruler.segments.map((each) => this.segment(each)));
    for (const row of part.bands) {
      const key = Object.keys(row.stated).find((name) => name !== "at_most");
      if (key && this.at(row.stated[key]) > 0) this.line.append(this.handle(row, key));
    }
    const ends = make("div", { class: "ik-ruler-ends" }, make("span", { text: this.words(ruler.low) }), make("span", { text: this.words(ruler.high) }));
    this.element = make("div", { class: "ik-ruler-place" }, this.line, ends);
  }

  segment({ short, tone, from, to }) {
    const part = make("div", { class: "ik-band", title: short }, make("span", { text: short }));
    part.dataset.tone = tone;
    part.style.left = `${from * 100}%`;
    part.style.width = `${(to - from) * 100}%`;
    return part;
  }

  handle(row, key) {
    const text = row.stated[key];
    const handle = make("button", {
      type: "button", class: "ik-handle", role: "slider", "aria-label": `${row.label} begins`,
      "aria-valuemin": this.part.ruler.low, "aria-valuemax": this.part.ruler.high,
      "aria-valuenow": this.number(text), "aria-valuetext": text,
    }, make("span", { text }));
    handle.style.left = `${this.at(text) * 100}%`;
    handle.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!way) return;
      event.preventDefault();
      this.change(row, key, this.words(this.number(text) + way * this.step));
    });
    handle.addEventListener("pointerdown", (event) => this.drag(event, handle, row, key));
    return handle;
  }

  drag(event, handle, row, key) {
    handle.setPointerCapture(event.pointerId);
    const box = this.line.getBoundingClientRect();
    let now = null;
    const move = (at) => {
      const share = Math.min(1, Math.max(0, (at.clientX - box.left) / box.width));
      const value = Math.round((this.part.ruler.low + share * this.span) / this.step) * this.step;
      now = this.words(value);
      handle.style.left = `${((value - this.part.ruler.low) / this.span) * 100}%`;
      handle.firstChild.textContent = now;
    };
    const end = () => {
      handle.removeEventListener("pointermove", move);
      if (now !== null && now !== row.stated[key]) this.change(row, key, now);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end, { once: true });
  }

  number(text) {
    const [top, bottom] = text.replace("%", "").split("/").map(Number);
    return (bottom ? top / bottom : top) / (text.endsWith("%") ? 100 : 1);
  }

  at(text) {
    return (this.number(text) - this.part.ruler.low) / this.span;
  }

  // What is sent is a text with few decimals; the kernel takes it exactly.
  words(value) {
    const { percent } = this.part.ruler;
    const text = String(Math.round(value * (percent ? 1e4 : 1e2)) / 1e2);
    return percent ? `${text}%` : text;
  }
}

class RulePart {
  constructor(part, place, { change, tryOut }) {
    this.part = part;
    const id = `ik-part-${uid()}`;
    const blocks = [make("h3", { id, tabindex: -1, text: part.title }), make("p", { class: "ik-how", text: `${part.how}.` })];
    if (part.ruler) blocks.push(new Ruler(part, change).element);
    if (part.bands.length) blocks.push(this.fields(change));
    blocks.push(this.list("In words", part.words), this.examples());
    if (part.ruler) blocks.push(this.tryOut(place, tryOut));
    this.element = make("section", { class: "ik-part", "aria-labelledby": id }, ...blocks);
  }

  fields(change) {
    const names = { at_least: "from", above: "above", at_most: "up to" };
    const rows = this.part.bands.map((row) => make("tr", {}, make("th", { scope: "row" }, this.tag(row)),
      ...["at_least", "at_most"].map((key) => {
        const stated = key === "at_least" && row.stated.above !== undefined ? "above" : key;
        if (row.stated[stated] === undefined) return make("td", {});
        const field = make("input", { type: "text", size: 6, "aria-label": `${row.label}, ${names[stated]}` });
        field.value = row.stated[stated];
        field.addEventListener("change", () => change(row, stated, field.value));
        field.addEventListener("keydown", (event) => { if (event.key === "Enter") field.blur(); });
        return make("td", {}, make("span", { class: "ik-word", text: `${names[stated]} ` }), field);
      })));
    return make("table", { class: "ik-table ik-boundaries" }, make("caption", { text: "Boundaries as the file states them" }),
      make("tbody", {}, ...rows));
  }

  tag({ label, tone }) {
    const tag = make("span", { class: "ik-tag", text: label });
    tag.dataset.tone = tone;
    return tag;
  }

  list(title, lines) {
    return make("div", {}, make("h4", { text: title }), make("ul", {}, ...lines.map((text) => make("li", { text }))));
  }

  examples() {
    const rows = this.part.examples.map((each) => make("tr", {}, make("td", { text: each.value }), make("td", {}, this.tag(each))));
    return make("div", {}, make("h4", { text: "Worked examples" }), make("div", { class: "ik-scroll ik-short", tabindex: 0, role: "region", "aria-label": `Worked examples, ${this.part.title}` },
      make("table", { class: "ik-table" }, make("thead", {}, make("tr", {}, make("th", { scope: "col", text: "Value" }), make("th", { scope: "col", text: "Rating" }))),
        make("tbody", {}, ...rows))));
  }

  tryOut(place, ask) {
    const said = make("output", { class: "ik-tried", "aria-live": "polite" });
    const field = make("input", { type: "text", size: 10, placeholder: this.part.ruler.percent ? "69.96%" : "14" });
    const look = () => ask(place, field.value).then(
      (found) => { said.textContent = `${found.value}: ${found.label}`; },
      (refusal) => { said.textContent = told(refusal); },
    );
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") look(); });
    const button = make("button", { type: "button", class: "ik-plain", text: "Rate it", onclick: look });
    return make("div", { class: "ik-row" }, make("label", {}, make("span", { text: "Try a value " }), field), button, said);
  }
}

class RuleEditor {
  constructor({ model, el }) {
    this.link = new Link(model);
    this.link.watchers.add((alive) => { this.banner.hidden = alive; });
    this.banner = make("div", { class: "ik-banner", role: "alert", hidden: true });
    this.banner.textContent = "Nothing is being saved: the notebook's kernel has stopped answering. "
      + "What the file holds is safe. Choose Run ▸ Run All Cells in the menu to go on.";
    this.live = make("p", { class: "ik-state", role: "status", "aria-live": "polite" });
    this.title = make("h2", { tabindex: -1 });
    this.which = make("span", { class: "ik-type" });
    this.undo = make("button", { type: "button", class: "ik-plain", text: "Undo", onclick: () => this.send("undo", {}) });
    const reload = make("button", { type: "button", class: "ik-plain", text: "Reload", onclick: () => this.open() });
    this.body = make("div", { class: "ik-body" });
    this.root = make("div", { class: "ik-form ik-rules", role: "group", "aria-label": "Rating rule editor", tabindex: -1 },
      this.banner,
      make("div", { class: "ik-header" }, make("div", { class: "ik-title" }, this.title, this.which),
        this.live, make("div", { class: "ik-row" }, this.undo, reload)),
      this.body);
    // No key of the editor reaches JupyterLab, where single letters change the notebook.
    this.root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey || event.altKey) || event.key === "Enter") event.stopPropagation();
    });
    el.append(this.root);
    this.open();
  }

  open() {
    this.link.ask("open").then((state) => this.settle(state)).catch((refusal) => this.say(told(refusal), "bad"));
  }

  // One change after the other: each names the file that the one before it made.
  send(kind, body) {
    this.last = (this.last ?? Promise.resolve()).then(() => {
      this.say("saving …");
      return this.link.ask(kind, { ...body, stamp: this.state.stamp });
    }).then((state) => {
      this.settle(state);
      this.say(`saved ${clock(new Date().toISOString())}`, "good");
    }).catch((refusal) => {
      if (this.state) this.settle(this.state);
      this.say(`not saved: ${told(refusal)}`, "bad");
    });
    return this.last;
  }

  settle(state) {
    const focus = this.focused();
    this.state = state;
    const { rule } = state;
    this.title.textContent = rule.label;
    this.which.textContent = `${rule.ref} · draft in ${rule.file}`;
    this.undo.disabled = !state.undo;
    const change = (row, key, value) => this.send("change", { place: row.place, key, value });
    const tryOut = (part, value) => this.link.ask("try", { part, value });
    const parts = state.parts.map((part, place) => new RulePart(part, place, { change, tryOut }).element);
    this.body.replaceChildren(this.source(rule), ...this.moves(state.moved), ...parts);
    this.body.querySelector(`[aria-label="${CSS.escape(focus)}"]`)?.focus();
  }

  focused() {
    const here = this.body.contains(document.activeElement) ? document.activeElement : null;
    return here?.getAttribute("aria-label") ?? "";
  }

  source(rule) {
    return make("div", { class: "ik-summary" }, make("p", { text: rule.source }),
      make("ul", {}, rule.verified ? null : make("li", { text: "This draft has not been checked against its source." }), make("li", { text: `Not rated under ${plural(rule.minimum, "case")} with something applicable.` }),
        ...rule.notes.map((text) => make("li", { text }))));
  }

  moves(moved) {
    if (moved === null) return [];
    const title = moved.length ? `${plural(moved.length, "rating")} of this inspection would move` : "No rating of this inspection would move";
    const head = ["Figure", "Casework", "Share", "Now", "Then"];
    const rows = moved.map((row) => make("tr", {},
      ...["figure", "domain", "share_before", "before", "after"].map((key) => make("td", { text: row[key] }))));
    const table = make("table", { class: "ik-table" },
      make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col", text })))), make("tbody", {}, ...rows));
    return [make("section", { class: "ik-part", "aria-label": "What would move" }, make("h3", { text: title }), ...(moved.length ? [table] : []))];
  }

  say(text, tone = "") {
    this.live.textContent = text;
    this.live.dataset.tone = tone;
  }

  close() {
    this.link.close();
    this.root.remove();
  }
}

export default {
  render({ model, el }) {
    const editor = new RuleEditor({ model, el });
    return () => editor.close();
  },
};
