// Judges an expression's tree in three values: true, false, or null while it is not known yet.
// The same rules as inspectkit/questions/expressions, whose word counts; both pass the same vectors.
// lookup(name) gives { state: "known" | "waiting" | "closed", value, excluded }; numbers are exact
// fractions [numerator, denominator] of BigInt; calendar is { first, last, holidays }.

const UNKNOWN = Symbol("not known yet");
const NOTHING = Symbol("there is none");
const NUMERAL = /^-?[0-9]{1,12}(\.[0-9]{1,6})?$/;
const ISO_DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const LARGEST = 10n ** 12n;
const A_DAY = 86_400_000;

const ORDER = {
  "=": (sign) => sign === 0,
  "!=": (sign) => sign !== 0,
  "<": (sign) => sign < 0,
  "<=": (sign) => sign <= 0,
  ">": (sign) => sign > 0,
  ">=": (sign) => sign >= 0,
};

// Does the condition hold?
function evaluate(tree, lookup, calendar = null) {
  const [head, ...rest] = tree;
  if (head === "not") {
    const inner = evaluate(rest[0], lookup, calendar);
    return inner === null ? null : !inner;
  }
  if (head === "and" || head === "or") {
    const decisive = head === "or";
    const sides = rest.map((side) => evaluate(side, lookup, calendar));
    if (sides.includes(decisive)) return decisive;
    return sides.includes(null) ? null : !decisive;
  }
  if (head in ORDER) return compared(head, ...rest.map((side) => exact(side, lookup, calendar)));
  return called(rest, lookup, calendar);
}

// The value of a formula, as lookup would give it: known with its canonical text, waiting or closed.
function formulaValue(tree, lookup, calendar = null) {
  const value = exact(tree, lookup, calendar);
  if (value === UNKNOWN) return { state: "waiting" };
  if (value === NOTHING) return { state: "closed" };
  if (!Array.isArray(value)) return { state: "known", value };
  const [top, bottom] = value;
  const size = top < 0n ? -top : top;
  return size < LARGEST * bottom ? { state: "known", value: numeral(value) } : { state: "closed" };
}

function exact(tree, lookup, calendar) {
  const [head, ...rest] = tree;
  if (head === "name") {
    const found = lookup(rest[0]);
    return found.state === "known" ? found.value : found.state === "closed" ? NOTHING : UNKNOWN;
  }
  if (head === "text" || head === "date") return rest[0];
  if (head === "number") return fraction(rest[0]);
  if (head === "call") return workedOut(rest, lookup, calendar);
  const sides = rest.map((side) => asNumber(exact(side, lookup, calendar)));
  return absent(sides) ?? arithmetic(head, ...sides);
}

function absent(values) {
  return values.includes(NOTHING) ? NOTHING : values.includes(UNKNOWN) ? UNKNOWN : null;
}

function fraction(text) {
  const [whole, decimals = ""] = text.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

function asNumber(value) {
  if (typeof value !== "string") return value;
  return NUMERAL.test(value) ? fraction(value) : UNKNOWN;
}

// Days since 1970 of an ISO day, as a number.
function asDay(value) {
  if (typeof value === "symbol") return value;
  const parts = typeof value === "string" && ISO_DAY.exec(value);
  if (!parts || parts[1] === "0000") return UNKNOWN;
  const moment = new Date(0);
  moment.setUTCFullYear(+parts[1], +parts[2] - 1, +parts[3]);
  const same = moment.getUTCMonth() === +parts[2] - 1 && moment.getUTCDate() === +parts[3];
  return same ? Math.round(moment.getTime() / A_DAY) : UNKNOWN;
}

function arithmetic(head, [a, b], [c, d] = [0n, 1n]) {
  if (head === "neg") return [-a, b];
  if (head === "div") return c === 0n ? NOTHING : c < 0n ? [-a * d, b * -c] : [a * d, b * c];
  if (head === "*") return [a * c, b * d];
  return head === "+" ? [a * d + c * b, b * d] : [a * d - c * b, b * d];
}

// Six decimals, halves away from zero, no needless zeros.
function numeral([top, bottom]) {
  const size = top < 0n ? -top : top;
  const millionths = (size * 2_000_000n + bottom) / (2n * bottom);
  const decimals = String(millionths % 1_000_000n).padStart(6, "0").replace(/0+$/, "");
  const text = String(millionths / 1_000_000n) + (decimals && `.${decimals}`);
  return top < 0n && millionths > 0n ? `-${text}` : text;
}

function compared(operator, left, right) {
  const missing = absent([left, right]);
  if (missing) return missing === NOTHING ? false : null;
  const numbers = [asNumber(left), asNumber(right)];
  if (Array.isArray(left) || Array.isArray(right) || !absent(numbers)) {
    if (absent(numbers)) return null;
    const [[a, b], [c, d]] = numbers;
    const gap = a * d - c * b;
    return ORDER[operator](gap < 0n ? -1 : gap > 0n ? 1 : 0);
  }
  if (operator === "=" || operator === "!=") return ORDER[operator](left === right ? 0 : 1);
  const days = [asDay(left), asDay(right)];
  return absent(days) ? null : ORDER[operator](days[0] - days[1]);
}

function called([word, ...rest], lookup, calendar) {
  if (word === "if") return chosen(rest, lookup, calendar, evaluate, null);
  const found = lookup(rest[0][1]);
  if (word === "answered") return found.state === "known";
  if (found.state !== "known") return found.state === "closed" ? false : null;
  return word === "is-na" ? Boolean(found.excluded) : found.value.split(" ").includes(rest[1][1]);
}

function workedOut([word, ...rest], lookup, calendar) {
  if (word === "if") return chosen(rest, lookup, calendar, exact, UNKNOWN);
  if (word === "count-answered") {
    const asked = new Set(rest.map((each) => each[1]));
    return [BigInt([...asked].filter((name) => lookup(name).state === "known").length), 1n];
  }
  const days = rest.map((each) => asDay(exact(each, lookup, calendar)));
  const missing = absent(days);
  if (missing) return missing;
  const count = word === "days-between" ? days[1] - days[0] : workingDays(...days, calendar);
  return count === null ? UNKNOWN : [BigInt(count), 1n];
}

function chosen([condition, first, second], lookup, calendar, look, unknown) {
  const holds = evaluate(condition, lookup, calendar);
  if (holds !== null) return look(holds ? first : second, lookup, calendar);
  const [one, other] = [first, second].map((tree) => look(tree, lookup, calendar));
  return typeof one !== "symbol" && same(one, other) ? one : unknown;
}

function same(one, other) {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one[0] * other[1] === other[0] * one[1];
}

// Working days after the start, up to and with the end; null outside the calendar.
function workingDays(start, end, calendar) {
  if (!calendar) return null;
  const [low, high] = [Math.min(start, end), Math.max(start, end)];
  if (low < asDay(calendar.first) || high > asDay(calendar.last)) return null;
  const free = new Set(calendar.holidays.map(asDay));
  let count = 0;
  for (let day = low + 1; day <= high; day += 1) {
    const weekday = (((day + 3) % 7) + 7) % 7; // 1970 began on a Thursday; Monday is 0
    if (weekday < 5 && !free.has(day)) count += 1;
  }
  return start <= end ? count : -count;
}

// Every name that a tree speaks of.
function names(tree) {
  if (!Array.isArray(tree)) return [];
  return tree[0] === "name" ? [tree[1]] : tree.flatMap(names);
}
