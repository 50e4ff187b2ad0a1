"""Small question sets at random: questions of every type, conditions, awkward texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

Tree = dict[str, Any]
AWKWARD = [
    "=1+1",
    "@x",
    "_x0041_",
    "Pay ${x}",
    "'quoted'",
    '"q"',
    "a: b",
    "# no",
    "yes",
    "1e3",
    "- a",
]
letters = st.characters(exclude_categories=("C", "Zl", "Zp"))
words = st.text(letters, min_size=1, max_size=12).filter(str.strip)
texts = st.one_of(st.sampled_from(AWKWARD), words, st.builds("{}\n{}".format, words, words))
ANSWERS = {"scale": ["fm", "nm", "na"], "choice": ["a", "b"], "multiple": ["a", "b", "c"]}
VALUES = {"number": ["0", "28", "29.5"], "date": ["2026-01-01", "2026-02-03"], "text": ["x"]}
TYPES = [*ANSWERS, *VALUES, "calculated"]


@st.composite
def conditions(draw: st.DrawFn, known: dict[str, str], depth: int = 2) -> str:
    """A condition on some of the names; known: name → its type."""
    if depth and draw(st.booleans()):
        parts = [draw(conditions(known, depth - 1)) for _ in range(draw(st.integers(2, 3)))]
        word = draw(st.sampled_from(["and", "or"]))
        joined = f" {word} ".join(f"({part})" for part in parts)
        if len(parts) == 3 and draw(st.booleans()):
            joined = f"if({', '.join(parts)})"
        return f"not({joined})" if draw(st.booleans()) else joined
    name = draw(st.sampled_from(sorted(known)))
    kind = known[name]
    forms = [f"answered(${{{name}}})"]
    if kind in ANSWERS:
        answer = draw(st.sampled_from(ANSWERS[kind]))
        forms += [f"selected(${{{name}}}, '{answer}')"]
        forms += [f"${{{name}}} {o} '{answer}'" for o in ("=", "!=") if kind != "multiple"]
    if kind == "scale":
        forms.append(f"is-na(${{{name}}})")
    if kind == "number":
        forms += [f"${{{name}}} {o} 28" for o in ("=", "!=", "<", "<=", ">", ">=")]
        forms += [f"${{{name}}} * 2 - 1 > 40", f"50 div ${{{name}}} < 3", f"-${{{name}}} < -20"]
    if kind == "date":
        forms += [f"${{{name}}} {o} date('2026-01-20')" for o in ("<", "<=", ">", ">=", "=")]
        forms += [f"days-between(${{{name}}}, date('2026-01-05')) > 3"]
        chosen = f"if({draw(conditions(known, 0))}, ${{{name}}}, date('2026-02-03'))"
        forms += [f"{chosen} > date('2026-01-20')"]
    counted = ", ".join(f"${{{each}}}" for each in sorted(known))
    forms += [f"count-answered({counted}) >= 2"]
    return draw(st.sampled_from(forms))


def options(ids: list[str], draw: st.DrawFn) -> list[Tree]:
    return [{"id": id, "label": draw(texts)} for id in ids]


@st.composite
def questions(draw: st.DrawFn, number: int, known: dict[str, str]) -> Tree:
    kind = draw(st.sampled_from(TYPES))
    made: Tree = {"id": f"q{number}", "text": draw(texts), "type": kind, "page": "one"}
    if kind == "scale":
        made |= {"scale": "met", "themes": [draw(st.sampled_from(["one", "two"]))]}
        made["weight"] = draw(st.integers(1, 3))
        if draw(st.booleans()):
            made["evidence"] = {"when": ["nm"], "min_length": draw(st.integers(1, 20))}
    elif kind in ANSWERS:
        made["choices"] = options(ANSWERS[kind], draw)
    elif kind == "number" and draw(st.booleans()):
        made |= {"min": 0, "max": draw(st.sampled_from([30, 99.5]))}
    elif kind == "calculated":
        numbers = [name for name, each in known.items() if each == "number"]
        name = f"${{{draw(st.sampled_from(numbers))}}}" if numbers else "1"
        made["calculate"] = draw(st.sampled_from([f"{name} + 1", f"60 div {name}", f"{name} * 2"]))
    if draw(st.booleans()):
        made["applies_when"] = draw(conditions(known))
    if draw(st.integers(0, 3)) == 0:
        made["casework_types"] = ["MC"]
    if draw(st.booleans()):
        made["translations"] = {"cy": draw(texts)}
    if draw(st.booleans()):
        made["guidance"] = f"guidance/q{number}.md"
    return made


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """The content of a question set's file."""
    known = {"plea": "choice"}
    asked = []
    for number in range(draw(st.integers(1, 5))):
        question = draw(questions(number, known))
        kind = question["type"]
        known[question["id"]] = "number" if kind == "calculated" else kind
        asked.append(question)
    met = options(ANSWERS["scale"], draw)
    for answer, points in zip(met, ({"points": 2}, {"points": 0}, {"excluded": True}), strict=True):
        answer |= points
    return {
        "id": "random-set",
        "revision": draw(st.integers(1, 9)),
        "label": draw(texts),
        "languages": ["en", "cy"],
        "source": draw(texts),
        "verified": draw(st.booleans()),
        "casework_types": [{"id": "MC", "label": draw(texts)}, {"id": "CC", "label": draw(texts)}],
        "facts": [{"id": "plea", "label": draw(texts), "values": options(["a", "b"], draw)}],
        "scales": [{"id": "met", "label": draw(texts), "answers": met}],
        "themes": options(["one", "two"], draw),
        "tags": options(["grip"], draw),
        "questions": asked,
    }


def write(folder: Path, tree: Tree) -> Path:
    """The set's folder, with guidance for the questions that name it."""
    (folder / "guidance").mkdir(parents=True, exist_ok=True)
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 100_000
    with (folder / "question_set.yaml").open("w", encoding="utf-8", newline="\n") as out:
        yaml.dump(tree, out)
    for question in tree["questions"]:
        if name := question.get("guidance"):
            (folder / name).write_text(f"Look at *{question['id']}*.\n\n- =1\n", encoding="utf-8")
    return folder
