// The moderation screen: a page each for concerns, differing marks, queries, requests, rulings.

const LOST = "The program behind this page has stopped answering: decisions are not being saved at the moment. "
  + "Keep this page open; what you wrote stays in it. If this does not pass by itself, run the notebook's cells "
  + "again, or start inspectkit again as you did before.";
const KEYS_HERE = "Keys: j and k go to the next and the previous, 1 to 9 choose an answer, Ctrl+Enter saves, p goes to the next page.";
const PAGES = [
  { id: "disagreements", label: "Marks that differ", kind: Difference, none: "No two marks differ, or all are settled." },
  { id: "queries", label: "Queries", kind: Query, none: "Every query has been answered." },
  { id: "concerns", label: "Urgent concerns", kind: Concern, none: "No urgent concern has been raised.", open: (each) => !each.dealt },
  { id: "requests", label: "Requests", kind: Wish, none: "Nothing is asked for." },
  { id: "rulings", label: "Rulings", kind: Ruled, none: "No ruling has been made.", open: () => false },
];

class Moderation {
  constructor({ model, el }) {
    this.link = new Link(model);
    this.link.watchers.add(() => this.warn());
    this.banner = make("div", { class: "ik-banner", role: "alert", hidden: true });
    this.screen = make("div", { class: "ik-screen" }, make("p", { class: "ik-hint", text: "Opening …" }));
    this.root = make("div", { class: "ik-form ik-moderation", tabindex: -1, role: "group", "aria-label": "Moderation" },
      this.banner, this.screen);
    this.root.addEventListener("keydown", (event) => this.key(event));
    el.append(this.root);
    this.open();
  }

  open() {
    this.link.ask("list")
      .then((told) => {
        this.drafts = new Drafts(`${told.place} moderation`, told.by);
        this.build(told);
        this.show(told);
        const first = this.pages.find((page) => page.open.length) ?? this.pages[0];
        this.turn(first, { focus: false });
      })
      .catch((refusal) => (refusal.lost ? this.open() : this.fail(refusal)));
  }

  fail(refusal) {
    this.screen.replaceChildren(make("div", { class: "ik-offer", role: "alert" },
      make("p", { text: refusal.text ?? refusal.message }),
      make("button", { type: "button", class: "ik-plain", text: "Try again", onclick: () => this.open() })));
  }

  build(told) {
    this.live = make("p", { class: "ik-state", role: "status", "aria-live": "polite" });
    this.pages = PAGES.map((page) => this.makePage(page));
    this.body = make("div", { class: "ik-body" }, ...this.pages.map((page) => page.section));
    this.next = make("button", { type: "button", class: "ik-plain", text: "Next to settle", onclick: () => this.goOpen() });
    const again = make("button", { type: "button", class: "ik-plain", text: "Reload", onclick: () => this.reload() });
    this.settledLine = make("p", { class: "ik-hint" });
    this.screen.replaceChildren(make("div", { class: "ik-case" },
      make("div", { class: "ik-header" },
        make("div", { class: "ik-title" }, make("h2", { tabindex: -1, text: "Moderation" }),
          make("span", { class: "ik-type", text: `${told.title}, ${told.by}` })),
        this.live, this.settledLine),
      make("nav", { class: "ik-tabs", "aria-label": "Pages" },
        make("ul", {}, ...this.pages.map((page) => make("li", {}, page.tab)))),
      this.body,
      make("div", { class: "ik-footer" }, this.next, again, make("span", { class: "ik-hint", text: KEYS_HERE }))));
  }

  makePage(page) {
    const count = make("span", { class: "ik-count" });
    const tab = make("button", { type: "button", class: "ik-tab" }, make("span", { text: page.label }), count);
    const heading = make("h3", { tabindex: -1, text: page.label });
    const nothing = make("p", { class: "ik-hint", text: page.none });
    const list = make("div", {});
    const section = make("section", { "aria-label": page.label }, heading, nothing, list);
    const made = { ...page, count, tab, heading, nothing, list, section, matters: new Map(), open: [] };
    tab.addEventListener("click", () => this.turn(made));
    return made;
  }

  // What is shown already and has not changed keeps its element, and with it what is being written.
  show(told) {
    const rulings = told.rulings.map((each) => ({
      ...each, id: `ruling ${each.number}`, subject: "", again: told.again.filter((one) => one.ruling === each.number),
    })).reverse();
    const lists = { ...told, rulings };
    for (const page of this.pages) this.fill(page, lists[page.id]);
    write(this.settledLine, `${plural(told.settled, "difference")} settled. What both marks agree on is not shown.`);
    const left = this.pages.reduce((sum, page) => sum + page.open.length, 0);
    write(this.next, left ? `Next to settle (${left})` : "All settled");
  }

  fill(page, listed) {
    const same = (each) => JSON.stringify({ ...each, hours: 0 });
    const kept = page.matters;
    page.matters = new Map(listed.map((each) => {
      const held = kept.get(each.id);
      return [each.id, held && same(held.told) === same(each) ? held : new page.kind(each, this)];
    }));
    const all = [...page.matters.values()];
    const wanted = PAGES.find((each) => each.id === page.id).open ?? (() => true);
    page.open = all.filter((matter) => wanted(matter.told));
    page.list.replaceChildren(...all.map((matter) => matter.element));
    page.nothing.hidden = all.length > 0;
    write(page.count, page.open.length ? `${page.open.length} to settle` : String(all.length || "none"));
    page.tab.classList.toggle("ik-complete", !page.open.length);
  }

  turn(page, { focus = true } = {}) {
    this.page = page;
    this.current = null;
    for (const each of this.pages) {
      each.section.hidden = each !== page;
      if (each === page) each.tab.setAttribute("aria-current", "page");
      else each.tab.removeAttribute("aria-current");
    }
    this.body.scrollTop = 0;
    if (focus) page.heading.focus();
  }

  // After a decision: what is left, and on to the next of it.
  settled(matter, reply) {
    const before = [...this.page.matters.keys()];
    const at = before.indexOf(matter.told.id);
    this.show(reply);
    const came = reply.came ? ` ${reply.came} takes its place.` : "";
    this.say(`${matter.told.subject}: saved ${clock(reply.at ?? reply.now)}.${came}`, "good");
    const left = before.slice(at + 1).map((id) => this.page.matters.get(id)).find((each) => each && this.page.open.includes(each));
    const next = left ?? this.page.open[0];
    if (next) next.focus();
    else this.page.heading.focus();
  }

  reload() {
    this.link.ask("list").then((told) => {
      this.show(told);
      this.say(`As of ${clock(told.now)}`);
    }).catch((refusal) => this.say(told(refusal), "bad"));
  }

  move(by) {
    const all = [...this.page.matters.values()];
    const at = this.current ? all.indexOf(this.current) + by : by > 0 ? 0 : -1;
    all[at]?.focus();
  }

  // The next that waits: on this page after the present one, else on the next page that has one.
  goOpen() {
    const here = this.page.open;
    const at = here.indexOf(this.current);
    const pages = [...this.pages, ...this.pages].slice(this.pages.indexOf(this.page) + 1);
    if (at + 1 < here.length) return here[at + 1].focus();
    const page = pages.find((each) => each.open.length);
    if (!page) return this.say("All settled", "good");
    this.turn(page, { focus: false });
    return page.open[0].focus();
  }

  // No key of the screen reaches JupyterLab, as in the marking form.
  key(event) {
    const command = event.ctrlKey || event.metaKey || event.altKey;
    if (!command || event.key === "Enter") event.stopPropagation();
    if (command && event.key === "Enter") {
      event.preventDefault();
      return this.current?.done();
    }
    if (command || !this.page || event.target.matches("textarea, input[type=text]")) return null;
    const run = { j: () => this.move(1), k: () => this.move(-1), p: () => this.step() }[event.key];
    if (run) event.preventDefault();
    else if (this.current?.key_(event.key)) event.preventDefault();
    return run?.();
  }

  step() {
    this.turn(this.pages[(this.pages.indexOf(this.page) + 1) % this.pages.length]);
  }

  say(text, tone = "") {
    write(this.live, text);
    this.live.dataset.tone = tone;
  }

  warn() {
    write(this.banner, this.link.alive ? "" : LOST);
    this.banner.hidden = this.link.alive;
  }

  close() {
    this.link.close();
    this.root.remove();
  }
}

export default {
  render({ model, el }) {
    const screen = new Moderation({ model, el });
    return () => screen.close();
  },
};
