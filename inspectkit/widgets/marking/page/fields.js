// What a question is answered with: radios, checkboxes, a line of text, or a value worked out.
// Each field has an element, shows a value, picks the answer at a place, and names who takes the focus.

class Radios {
  constructor(spec, name, answer) {
    this.movesOn = true;
    this.inputs = spec.answers.map((option) => make("input", {
      type: "radio", name, value: option.id, "data-label": option.label,
      "aria-describedby": `${name}-status`, onchange: () => answer(option.id),
    }));
    this.element = make("div", { class: "ik-answers" }, ...this.inputs.map(answerLabel));
  }

  show(value) {
    for (const input of this.inputs) {
      if (input.checked !== (input.value === value)) input.checked = input.value === value;
    }
  }

  pick(at) {
    const input = this.inputs[at];
    if (!input) return null;
    input.checked = true;
    return input.value;
  }

  holder() {
    return this.inputs.find((input) => input.checked) ?? this.inputs[0];
  }
}

// Several answers: one tab stop, arrows move, the space bar or a digit ticks.
class Checks {
  constructor(spec, name, answer) {
    this.movesOn = false;
    this.inputs = spec.answers.map((option, at) => make("input", {
      type: "checkbox", name, value: option.id, "data-label": option.label, tabindex: at ? -1 : 0,
      "aria-describedby": `${name}-hint ${name}-status`, onchange: () => answer(this.value()),
      onkeydown: (event) => this.arrow(event, at),
    }));
    this.element = make("div", {},
      make("p", { class: "ik-hint", id: `${name}-hint`, text: "Tick all that apply: arrow keys and space bar." }),
      make("div", { class: "ik-answers" }, ...this.inputs.map(answerLabel)));
  }

  value() {
    return this.inputs.filter((input) => input.checked).map((input) => input.value).join(" ");
  }

  show(value) {
    const ticked = new Set((value ?? "").split(" "));
    for (const input of this.inputs) input.checked = ticked.has(input.value);
  }

  pick(at) {
    const input = this.inputs[at];
    if (!input) return null;
    input.checked = !input.checked;
    input.focus();
    return this.value();
  }

  arrow(event, at) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const count = this.inputs.length;
    this.inputs[(at + by + count) % count].focus();
  }

  holder() {
    return this.inputs[0];
  }
}

function answerLabel(input, at) {
  return make("label", { class: "ik-answer" }, input,
    make("span", { text: input.dataset.label }),
    make("span", { class: "ik-digit", "aria-hidden": "true", text: at < 9 ? at + 1 : "" }));
}

const HINTS = { date: "Day/month/year, for example 3/2/2026.", number: "", text: "" };

// A date, a number or a few words. A date is written as people here write it and kept as ISO.
class Line {
  constructor(spec, name, answer) {
    Object.assign(this, { spec, answer, movesOn: true, type: spec.type });
    const hint = [HINTS[spec.type], limits(spec)].filter(Boolean).join(" ");
    this.input = make(spec.type === "text" ? "textarea" : "input", {
      type: spec.type === "text" ? null : "text", rows: spec.type === "text" ? 2 : null,
      class: `ik-line ik-${spec.type}`, autocomplete: "off", spellcheck: spec.type === "text" ? null : "false",
      inputmode: { number: "decimal", text: null }[spec.type], "aria-labelledby": `${name}-legend`,
      "aria-describedby": `${name}-hint ${name}-status`, onchange: () => this.commit(),
    });
    this.element = make("div", { class: "ik-answers" }, this.input,
      spec.unit ? make("span", { text: spec.unit }) : null,
      make("span", { class: "ik-hint", id: `${name}-hint`, text: hint }));
  }

  read() {
    const text = this.input.value.trim();
    return this.type === "date" ? isoDay(text) : text;
  }

  // Nothing written where nothing was is no answer.
  commit() {
    if (this.read() !== (this.held ?? "")) this.answer(this.read());
  }

  show(value) {
    this.held = value;
    if (document.activeElement === this.input) return;
    this.input.value = this.type === "date" ? writtenDay(value ?? "") : value ?? "";
  }

  pick() {
    return null;
  }

  holder() {
    return this.input;
  }
}

function limits({ type, min, max, whole }) {
  if (type !== "number") return "";
  const range = [min === null ? "" : `from ${min}`, max === null ? "" : `to ${max}`].filter(Boolean).join(" ");
  return [whole ? "A whole number" : "A number", range].filter(Boolean).join(" ").concat(".");
}

function isoDay(text) {
  const [, day, month, year] = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(text) ?? [];
  return year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : text;
}

function writtenDay(iso) {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso) ?? [];
  return year ? `${Number(day)}/${Number(month)}/${year}` : iso;
}

// Worked out from other answers: shown, asked of nobody.
class Worked {
  constructor(spec) {
    this.spec = spec;
    this.movesOn = false;
    this.element = make("p", { class: "ik-worked" });
  }

  show(value) {
    const text = value ? day(value) : "not worked out yet";
    this.element.textContent = [text, value ? this.spec.unit : ""].filter(Boolean).join(" ");
  }

  pick() {
    return null;
  }

  holder() {
    return null;
  }
}

const FIELDS = {
  scale: Radios, choice: Radios, multiple: Checks, date: Line, number: Line, text: Line, calculated: Worked,
};
