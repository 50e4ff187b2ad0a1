// What a question is answered with: radios, checkboxes or a line of text; each gives and shows a value.

class Radios {
  constructor(spec, name, answer) {
    this.inputs = spec.answers.map((option) => make("input", {
      type: "radio", name, value: option.id, "data-label": option.label,
      "aria-describedby": `${name}-status`, onchange: () => answer(option.id),
    }));
    this.element = make("div", { class: "ik-answers" }, ...this.inputs.map(answerLabel));
  }

  show(value) {
    for (const input of this.inputs) input.checked = input.value === value;
  }

  // The answer at that place, chosen; null where there is none.
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

function answerLabel(input, at) {
  return make("label", { class: "ik-answer" }, input,
    make("span", { text: input.dataset.label }),
    make("span", { class: "ik-digit", "aria-hidden": "true", text: at < 9 ? at + 1 : "" }));
}
