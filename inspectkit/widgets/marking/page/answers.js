// One case's answers in the page: what is saved, what is on its way, which questions are open.

const TYPING = 1200; // milliseconds without a key before a reason is saved
const STEPPING = 400; // arrow keys pass over answers: the one rested on is saved

// Where the set asks for evidence, and where an answer departs from the one proposed.
function wantsEvidence(spec, answer, suggested) {
  if (!answer) return false;
  return asksEvidence(spec, answer) || Boolean(suggested && answer !== suggested);
}

function asksEvidence(spec, answer) {
  return answer.split(" ").some((each) => spec.evidence?.when.includes(each));
}

// What an answer still lacks before the case can be submitted, in words; empty when it stands.
function lacking(spec, answer, evidence, suggested) {
  if (!wantsEvidence(spec, answer, suggested)) return "";
  const least = asksEvidence(spec, answer) ? spec.evidence.min_length : 1;
  if ([...evidence.trim()].length >= least) return "";
  return least > 1 ? `evidence still needed (at least ${least} characters)` : "evidence still needed";
}

class Answers {
  constructor({ link, drafts, file, changed }) {
    Object.assign(this, { link, drafts, file, changed });
    this.subject = file.subject;
    this.saved = new Map(Object.entries(file.answers));
    this.pending = new Map(); // question -> { answer, evidence, expected, key, problem, sending }
    this.timers = new Map();
    this.offered = drafts.of(this.subject).filter(([id]) => file.questions.some((q) => q.id === id));
    this.specs = new Map(file.questions.map((spec) => [spec.id, spec]));
    this.frozen = file.status === "submitted";
    this.notAsked = new Set(file.not_asked);
    this.route();
  }

  answer(id) {
    if (this.worked.has(id)) return this.worked.get(id);
    return (this.pending.get(id) ?? this.saved.get(id))?.answer ?? null;
  }

  suggested(id) {
    return this.proposals.get(id) ?? null;
  }

  wants(id) {
    return wantsEvidence(this.specs.get(id), this.answer(id), this.suggested(id));
  }

  evidence(id) {
    return (this.pending.get(id) ?? this.saved.get(id))?.evidence ?? "";
  }

  // In the order of the set, since a condition speaks of earlier questions only.
  route() {
    this.states = new Map();
    this.worked = new Map(); // what is calculated, by question
    this.proposals = new Map(); // what the caseload or the set proposes, by question
    const lookup = (name) => this.known(name);
    for (const spec of this.file.questions) {
      const { calendar } = this.file;
      const holds = spec.condition ? evaluate(spec.condition, lookup, calendar) : true;
      this.states.set(spec.id, holds === null ? "waiting" : holds ? "open" : "closed");
      if (spec.calculate) this.calculate(spec, lookup);
      else if (holds) this.propose(spec, lookup);
    }
  }

  calculate(spec, lookup) {
    const found = formulaValue(spec.calculate, lookup, this.file.calendar);
    this.worked.set(spec.id, found.state === "known" ? found.value : null);
    if (this.states.get(spec.id) !== "open") return;
    this.states.set(spec.id, found.state === "known" ? "open" : found.state);
  }

  propose(spec, lookup) {
    const found = spec.suggest ? formulaValue(spec.suggest, lookup, this.file.calendar)
      : { state: "known", value: this.file.values[spec.fact] };
    const taken = !spec.answers.length || spec.answers.some((each) => each.id === found.value);
    if (found.state === "known" && found.value && taken) this.proposals.set(spec.id, found.value);
  }

  known(name) {
    const state = this.notAsked.has(name) ? "closed" : this.states.get(name);
    if (state === undefined) {
      const value = this.file.values[name];
      return value === undefined || value === null ? { state: "waiting" } : { state: "known", value };
    }
    if (state === "closed") return { state: "closed" };
    const answer = state === "open" ? this.answer(name) : null;
    if (answer === null) return { state: "waiting" };
    const excluded = this.specs.get(name).answers.some((one) => one.id === answer && one.excluded);
    return { state: "known", value: answer, excluded };
  }

  open() {
    return this.file.questions.filter((spec) => this.states.get(spec.id) === "open" && !spec.calculate);
  }

  done(spec) {
    return this.answer(spec.id) !== null && !this.pending.get(spec.id)?.problem && !this.lacks(spec.id);
  }

  lacks(id) {
    return lacking(this.specs.get(id), this.answer(id), this.evidence(id), this.suggested(id));
  }

  unanswered() {
    return this.open().filter((spec) => !this.done(spec));
  }

  // Questions that no answer in this form can open or close: a fact they rest on is not known.
  stuck() {
    return this.file.questions.filter((spec) => this.states.get(spec.id) === "waiting" && !spec.calculate);
  }

  // Kinds of item neither found in the file nor said not to be there.
  unsaid() {
    return this.file.pages.filter(({ items }) => items && !items.found.length && !items.none);
  }

  complete() {
    return ![this.unanswered(), this.stuck(), this.unsaid(), this.offered].some((list) => list.length) && !this.pending.size;
  }

  change(id, answer, evidence, { wait = 0 } = {}) {
    if (this.frozen) return;
    const saved = this.saved.get(id);
    const sending = this.pending.get(id)?.sending ?? false;
    this.pending.set(id, {
      answer, evidence, expected: saved?.version ?? 0, key: uid(), problem: "", sending,
    });
    this.route();
    this.changed(id);
    // What the answer opens or closes is shown first; both come before the page is painted.
    queueMicrotask(() => {
      if (!this.pending.has(id)) return;
      this.keep(id);
      this.untime(id);
      if (wait) this.timers.set(id, setTimeout(() => this.send(id), wait));
      else this.send(id);
    });
  }

  keep(id) {
    const { answer, evidence, expected, key } = this.pending.get(id);
    this.drafts.put(this.subject, id, { answer, evidence, expected, key });
  }

  untime(id) {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  // The earlier question, itself not saved yet, that opened this one: the store must hear of it first.
  waitsFor(id) {
    for (const name of names(this.specs.get(id)?.condition)) {
      const found = this.pending.has(name) ? name : this.waitsFor(name);
      if (found) return found;
    }
    return null;
  }

  // One request a question at a time: the next one must name the version this one makes.
  send(id) {
    this.untime(id);
    const draft = this.pending.get(id);
    if (!draft || draft.sending || draft.problem || this.waitsFor(id)) return;
    draft.sending = true;
    const { answer, evidence, expected, key } = draft;
    this.link.ask("answer", { subject: this.subject, question: id, answer, evidence, expected, key })
      .then((reply) => this.committed(id, { answer, evidence, key }, reply))
      .catch((refusal) => this.refused(id, refusal));
  }

  committed(id, sent, reply) {
    const draft = this.pending.get(id);
    this.saved.set(id, { ...sent, answer: reply.answer ?? sent.answer, version: reply.version, at: reply.at });
    if (draft?.key === sent.key) {
      this.pending.delete(id);
      this.drafts.drop(this.subject, id);
    } else if (draft) {
      Object.assign(draft, { expected: reply.version, sending: false });
      this.keep(id);
      this.send(id);
    }
    this.state(reply.state);
    this.changed(id);
    for (const next of this.pending.keys()) if (!this.timers.has(next)) this.send(next);
  }

  // The store's word on what is open counts; the page only spares the wait for it.
  state(word) {
    if (!word || this.pending.size) return;
    const open = new Set(word.open);
    for (const spec of this.file.questions) {
      if (spec.calculate) continue;
      if (open.has(spec.id)) this.states.set(spec.id, "open");
      else if (this.states.get(spec.id) === "open") this.states.set(spec.id, "closed");
    }
  }

  refused(id, refusal) {
    const draft = this.pending.get(id);
    if (!draft) return;
    draft.sending = false;
    if (refusal.lost) return this.send(id);
    draft.problem = told(refusal);
    draft.refused = true;
    if (refusal.current) this.saved.set(id, refusal.current);
    return this.changed(id);
  }

  retry(id) {
    const draft = this.pending.get(id);
    if (draft) this.change(id, draft.answer, draft.evidence);
  }

  giveUp(id) {
    this.pending.delete(id);
    this.drafts.drop(this.subject, id);
    this.route();
    this.changed(id);
  }

  // Drafts left by an earlier form in this tab, with the key they were first sent under.
  takeUp() {
    for (const [id, draft] of this.offered.splice(0)) {
      this.pending.set(id, { ...draft, problem: "", sending: false });
      this.route();
      this.send(id);
      this.changed(id);
    }
  }

  leaveOut() {
    for (const [id] of this.offered.splice(0)) this.drafts.drop(this.subject, id);
    this.changed(null);
  }

  flush() {
    for (const id of this.pending.keys()) this.send(id);
  }

  stop() {
    this.flush();
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
