// Judges an applies-when tree in three values: true, false, or null while it is not known yet.
// The same rules as inspectkit/questions/expressions.py, whose word counts; a test holds the two
// together. lookup(name) gives { state: "known" | "waiting" | "closed", value, excluded }.

const COMPARE = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function evaluate(tree, lookup) {
  const [head, ...rest] = tree;
  if (head === "not") {
    const inner = evaluate(rest[0], lookup);
    return inner === null ? null : !inner;
  }
  if (head === "and" || head === "or") {
    const decisive = head === "or";
    const sides = rest.map((side) => evaluate(side, lookup));
    if (sides.includes(decisive)) return decisive;
    return sides.includes(null) ? null : !decisive;
  }
  return head === "call" ? called(rest, lookup) : compared(head, rest, lookup);
}

function called([name, subject, text], lookup) {
  if (name === "selected") return compared("=", [subject, text], lookup);
  const found = lookup(subject[1]);
  if (name === "answered") return found.state === "known";
  if (found.state === "known") return Boolean(found.excluded);
  return found.state === "closed" ? false : null;
}

function compared(operator, sides, lookup) {
  const values = [];
  for (const [kind, content] of sides) {
    const found = kind === "name" ? lookup(content) : { state: "known", value: content };
    if (found.state !== "known") return found.state === "closed" ? false : null;
    values.push(found.value);
  }
  const numbers = sides.some(([kind]) => kind === "number");
  return COMPARE[operator](...(numbers ? values.map(Number) : values));
}

// Every name that a tree speaks of.
function names(tree) {
  if (!Array.isArray(tree)) return [];
  return tree[0] === "name" ? [tree[1]] : tree.flatMap(names);
}
