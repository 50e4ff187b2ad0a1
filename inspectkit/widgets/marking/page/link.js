// Talks to the kernel: numbered requests with replies, a heartbeat, and drafts kept in this tab.

const BEAT = 2000; // milliseconds between heartbeats
const PATIENCE = 3000; // a request this old without a reply means that the kernel is not answering
const REPEAT = 10000; // a lost heartbeat is sent again after this long
// Jupyter's server holds a small message back (Nagle) until the browser has confirmed the one before,
// the kernel's "busy"; a browser confirms with whatever it sends next, else 40 ms later, on Windows
// 200 ms. So something is sent: an empty message, to which nothing is replied.
const HURRY = [12, 25, 45]; // milliseconds after a request

class Link {
  constructor(model) {
    this.model = model;
    this.waiting = new Map();
    this.alive = true;
    this.watchers = new Set();
    this.receive = (reply) => this.settle(reply);
    model.on("msg:custom", this.receive);
    this.timer = setInterval(() => this.tick(), BEAT / 4);
    this.lastBeat = Date.now();
  }

  // The reply, or a rejection that carries the kernel's words: where, what, remedy.
  ask(kind, body = {}) {
    const id = uid();
    const answer = new Promise((resolve, reject) => {
      this.waiting.set(id, { kind, resolve, reject, at: Date.now() });
    });
    try {
      this.model.send({ ...body, id, kind });
    } catch {
      // A closed connection says nothing more: the age of the request raises the banner.
    }
    if (kind === "answer" && this.model.get("place") !== "page") this.hurry(id);
    return answer;
  }

  // Where more is on its way already, that confirms as well.
  hurry(id) {
    const nudge = () => this.waiting.has(id) && this.waiting.size === 1 && this.alive && this.model.send({});
    for (const after of HURRY) setTimeout(nudge, after);
  }

  settle(reply) {
    const request = this.waiting.get(reply?.id);
    if (!request) return;
    this.waiting.delete(reply.id);
    for (const [id, other] of this.waiting) if (other.kind === "beat") this.waiting.delete(id);
    this.report(true);
    if (reply.ok) request.resolve(reply);
    else request.reject(Object.assign(new Error(reply.what), reply));
  }

  tick() {
    const now = Date.now();
    const oldest = Math.min(...[...this.waiting.values()].map((request) => request.at));
    if (now - oldest > PATIENCE) this.report(false);
    const beating = [...this.waiting.values()].some((request) => request.kind === "beat");
    if (now - this.lastBeat >= (beating ? REPEAT : BEAT)) {
      this.lastBeat = now;
      this.ask("beat").catch(() => {});
    }
  }

  report(alive) {
    if (alive === this.alive) return;
    this.alive = alive;
    for (const watcher of this.watchers) watcher(alive);
    if (alive) this.giveUp();
  }

  // What was on its way while the kernel was away may never have arrived: whoever asked, asks again.
  giveUp() {
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const request of lost) request.reject(Object.assign(new Error("no reply"), { lost: true }));
  }

  close() {
    clearInterval(this.timer);
    this.model.off("msg:custom", this.receive);
  }
}

// A refusal beside the question it is about, which says where by itself.
function told(refusal) {
  if (refusal.lost) return "no reply came; try again";
  return refusal.what ? `${refusal.what}. ${refusal.remedy}.` : refusal.message;
}

// Answers not yet saved, kept in this browser tab until the kernel says that they are committed:
// they outlive the form, a restarted kernel and a reloaded page, and go when the tab is closed.
const ASIDE = ""; // no case has this name

class Drafts {
  constructor(place, inspector) {
    this.name = `inspectkit unsaved answers ${place} ${inspector}`;
    this.cases = this.read();
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.name)) ?? {};
    } catch {
      return {};
    }
  }

  write() {
    try {
      if (Object.keys(this.cases).length) {
        sessionStorage.setItem(this.name, JSON.stringify(this.cases));
      } else sessionStorage.removeItem(this.name);
    } catch {
      // Storage is off or full: the drafts stay in this page and go with it.
    }
  }

  of(subject) {
    return Object.entries(this.cases[subject] ?? {});
  }

  put(subject, question, draft) {
    (this.cases[subject] ??= {})[question] = draft;
    this.write();
  }

  // Words not sent yet from a dialog: a note, a query, a concern.
  aside(name) {
    return this.cases[ASIDE]?.[name];
  }

  setAside(name, content) {
    const held = (this.cases[ASIDE] ??= {});
    if (content) held[name] = content;
    else delete held[name];
    this.write();
  }

  drop(subject, question) {
    if (!this.cases[subject]) return;
    delete this.cases[subject][question];
    if (!Object.keys(this.cases[subject]).length) delete this.cases[subject];
    this.write();
  }
}
