// Which key runs which command: as shipped, as the inspector set them in this browser, or off.

const STORED_KEYS = "inspectkit keys";
const COMMANDS = [
  { id: "next", key: "j", label: "next question" },
  { id: "previous", key: "k", label: "previous question" },
  { id: "evidence", key: "e", label: "evidence or note for this question" },
  { id: "guidance", key: "g", label: "guidance for this question" },
  { id: "unanswered", key: "u", label: "next unanswered question" },
  { id: "query", key: "q", label: "query on this question" },
  { id: "example", key: "f", label: "use this answer as an example" },
  { id: "case", key: "n", label: "next case" },
  { id: "copy", key: "c", label: "copy the case reference" },
  { id: "help", key: "?", label: "this help" },
];
const ANSWER_KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
// These work with and without single keys, and cannot be moved.
const FIXED_KEYS = [
  ["Ctrl + S", "save everything now"],
  ["Ctrl + Enter", "from a text: save it and move on"],
  ["Esc", "from a text: back to the answers; closes this help"],
  ["Tab, arrows", "from question to question, from answer to answer"],
];

class Keys {
  constructor() {
    const usual = Object.fromEntries(COMMANDS.map(({ id, key }) => [id, key]));
    this.usual = { off: false, commands: usual, answers: [...ANSWER_KEYS] };
    this.set(this.read() ?? this.usual);
  }

  set({ off, commands, answers }) {
    this.off = Boolean(off);
    this.commands = { ...this.usual.commands, ...commands };
    this.answers = ANSWER_KEYS.map((key, at) => answers?.[at] ?? key);
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(STORED_KEYS));
    } catch {
      return null;
    }
  }

  keep() {
    try {
      const { off, commands, answers } = this;
      localStorage.setItem(STORED_KEYS, JSON.stringify({ off, commands, answers }));
    } catch {
      // Storage is off: the keys hold until the page is closed.
    }
  }

  reset() {
    this.set(this.usual);
    this.keep();
  }

  turn(off) {
    this.off = off;
    this.keep();
  }

  command(key) {
    if (this.off) return null;
    return COMMANDS.find(({ id }) => this.commands[id] === key)?.id ?? null;
  }

  // The place of the answer that this key chooses, from 0; -1 for any other key.
  answer(key) {
    return this.off || !key ? -1 : this.answers.indexOf(key);
  }

  of(id) {
    return this.off ? "" : this.commands[id];
  }

  // What a key is taken for already; empty when it is free.
  taken(key, except) {
    const command = COMMANDS.find(({ id }) => id !== except && this.commands[id] === key);
    if (command) return command.label;
    const at = this.answers.findIndex((each, place) => each === key && `answer${place}` !== except);
    return key && at >= 0 ? `answer ${at + 1}` : "";
  }

  // Give a command another key, or none with ""; what is in the way, if anything.
  move(id, key) {
    const taken = key ? this.taken(key, id) : "";
    if (taken) return taken;
    if (id.startsWith("answer")) this.answers[Number(id.slice(6))] = key;
    else this.commands[id] = key;
    this.keep();
    return "";
  }
}
