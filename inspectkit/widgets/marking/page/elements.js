// Builds the form's elements; text from outside reaches the page through textContent only.

const FOCUSABLE = new Set(["a", "button", "input", "select", "summary", "textarea"]);

// JupyterLab looks for this mark on the very element that holds the focus: without it the key
// "m" on a radio button turns the cell into Markdown, and the form is gone.
function keepKeys(element) {
  element.dataset.lmSuppressShortcuts = "true";
  return element;
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  if (FOCUSABLE.has(tag) || attributes.tabindex !== undefined) keepKeys(element);
  return element;
}

// Writes a text only where it is another: an element written to is laid out again.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Also where the page came over plain HTTP from another computer: there browsers have no randomUUID.
const uid = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

// Made once: a formatter costs more to make than all that an answer changes on the page.
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const MOMENT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

const clock = (iso) => CLOCK.format(new Date(iso));

const moment = (iso) => MOMENT.format(new Date(iso));

// A date of the frame in words; any other text as it is.
const day = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? DAY.format(new Date(text)) : text);

// To the clipboard, also where the page is not of a secure origin.
async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const holder = make("textarea", { class: "ik-hidden", "aria-hidden": "true" });
  holder.value = text;
  const back = document.activeElement;
  document.body.append(holder);
  holder.select();
  const copied = document.execCommand("copy");
  holder.remove();
  back?.focus();
  if (!copied) throw new Error("not copied");
  return undefined;
}

// Guidance is written in a little Markdown: headings, bullets, paragraphs, **strong**, *stressed*.
function guidance(text) {
  const blocks = text.replaceAll("\r\n", "\n").split(/\n\s*\n/).filter((part) => part.trim());
  return make("div", { class: "ik-guidance" }, ...blocks.flatMap(block));
}

function block(part) {
  const lines = part.trim().split("\n");
  if (lines[0].startsWith("#")) {
    const heading = make("p", { class: "ik-guidance-heading" });
    heading.append(...inline(lines[0].replace(/^#+\s*/, "")));
    const rest = lines.slice(1).join("\n");
    return rest.trim() ? [heading, ...block(rest)] : [heading];
  }
  const first = lines.findIndex((line) => /^\s*[-*]\s+/.test(line));
  if (first < 0) return [make("p", {}, ...inline(lines.join(" ")))];
  const before = first > 0 ? [make("p", {}, ...inline(lines.slice(0, first).join(" ")))] : [];
  return [...before, bullets(lines.slice(first))];
}

function bullets(lines) {
  const items = [];
  for (const line of lines) {
    if (/^\s*[-*]\s+/.test(line)) items.push(line.replace(/^\s*[-*]\s+/, ""));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return make("ul", {}, ...items.map((item) => make("li", {}, ...inline(item))));
}

function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|\*[^*]+\*)/).filter(Boolean).map((piece) => {
    if (/^\*\*[^*]+\*\*$/.test(piece)) return make("strong", { text: piece.slice(2, -2) });
    if (/^\*[^*]+\*$/.test(piece)) return make("em", { text: piece.slice(1, -1) });
    return document.createTextNode(piece);
  });
}

// A ruling as it stands under the guidance of its question.
function ruling({ number, text, at }) {
  return make("p", { class: "ik-ruling" }, make("strong", { text: `Ruling ${number}, ${moment(at)}: ` }), text);
}
