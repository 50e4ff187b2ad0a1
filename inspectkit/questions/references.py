"""Every name in a question set leads somewhere, and every key belongs to its question's type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from inspectkit.errors import InspectionError
from inspectkit.questions.companions import companions
from inspectkit.questions.expressions import Parsed, formula, parse
from inspectkit.questions.expressions.kinds import Kind, kind_of
from inspectkit.questions.expressions.kinds import faults as unfitting
from inspectkit.questions.model import BUILT_IN, CASE, Content, Question
from inspectkit.validation import Place, nearest

Fault = tuple[Place, str, str]
OPTIONAL = {  # keys that only some types take
    "scale": {"scale"},
    "choices": {"choice", "multiple"},
    "min": {"number"},
    "max": {"number"},
    "whole": {"number"},
    "unit": {"number", "calculated"},
    "calculate": {"calculated"},
    "causes": {"scale"},
    "evidence": {"scale", "choice", "multiple"},
    "rests_on": {"scale"},
}
NEEDED = {"scale": "scale", "choice": "choices", "multiple": "choices", "calculated": "calculate"}
GROUPS = ("facts", "lists", "scales", "themes", "tags", "sections", "subjects", "items")
LONGEST_PARENT = 50  # the store keeps 60 characters, and "_reference" is the longest ending


def faults(content: Content) -> Iterator[Fault]:
    """Place, what is wrong and remedy of whatever does not hang together."""
    yield from _repeats(content)
    yield from _reasons(content)
    yield from _items(content)
    yield from _scales(content)
    facts, kinds = facts_of(content), facts_of(content)
    earlier: list[Question] = []
    for row, question in enumerate(content.questions):
        seen = {each.id: kinds[each.id] for each in earlier if visible(each, question)}
        place: Place = ("questions", row)
        yield from _lists(content, question, place)
        yield from _single_names(content, question, place)
        yield from _type(question, place)
        yield from _answers(content, question, place)
        yield from _expressions(content, question, place, facts | seen)
        yield from _companions(content, question, place)
        earlier.append(question)
        kinds[question.id] = kind_of_question(content, question, facts | seen)


def visible(question: Question, where: Question) -> bool:
    """May a condition of one question speak of another?

    Not of a retired one, nor of another subject; of a repeated item only within that item.
    """
    same = question.subject == where.subject and question.item in (None, where.item)
    return same and not question.retired


def _ids(group: Iterable[object]) -> list[str]:
    return [str(getattr(each, "id", "")) for each in group]


def _repeats(content: Content) -> Iterator[Fault]:
    for key in (*GROUPS, "na_reasons", "questions"):
        seen: set[str] = set()
        for row, each in enumerate(getattr(content, key)):
            if each.id in seen:
                yield (key, row), f"the id {each.id!r} stands twice in {key}", "Give each its own"
            seen.add(each.id)
    for row, fact in enumerate(content.facts):
        if fact.id in {question.id for question in content.questions} | {BUILT_IN}:
            yield (
                ("facts", row),
                f"the fact {fact.id!r} has the name of a question or of casework_type",
                "Rename the fact, so that ${...} means one thing",
            )
        if bool(fact.values) != (fact.kind == "choice"):
            what = f"the fact {fact.id!r} is a {fact.kind}" + (
                " and lists values" if fact.values else " without values"
            )
            yield ("facts", row), what, "List values for a choice, and only there"


def _reasons(content: Content) -> Iterator[Fault]:
    for row, reason in enumerate(content.na_reasons):
        for key in ("themes", "questions"):
            yield from _among(getattr(reason, key), content, key, ("na_reasons", row, key))


def _items(content: Content) -> Iterator[Fault]:
    subjects = [CASE, *_ids(content.subjects)]
    found_in = {each.id: each.subject for each in content.items}
    for row, each in enumerate(content.items):
        if each.subject not in subjects:
            hint = nearest(each.subject, subjects)
            what = f"{each.subject!r} is no subject of this set"
            yield ("items", row, "subject"), what, f"Correct it.{hint}"
    for row, question in enumerate(content.questions):
        if question.item and found_in.get(question.item, question.subject) != question.subject:
            what = f"{question.item!r} is found in a {found_in[question.item]}"
            remedy = f"Write subject: {found_in[question.item]}"
            yield ("questions", row, "item"), what, remedy


def _companions(content: Content, question: Question, place: Place) -> Iterator[Fault]:
    if len(question.id) > LONGEST_PARENT and (question.causes or content.na_reasons):
        what = f"the id {question.id!r} is too long for the question on its cause or N/A reason"
        yield (*place, "id"), what, f"Use at most {LONGEST_PARENT} characters"
        return
    taken = set(_ids(content.questions)) | set(_ids(content.facts))
    for each in companions(content, question):
        if each.id in taken:
            what = f"the id {each.id!r} is kept for the {each.role} of {each.of}"
            yield place, what, f"Rename the question {each.id}"


def _among(names: Iterable[str], content: Content, key: str, place: Place) -> Iterator[Fault]:
    allowed = _ids(getattr(content, key))
    for name in names:
        if name not in allowed:
            hint = nearest(name, allowed)
            yield place, f"{name!r} is not among the {key}", f"Add it there.{hint}"


def _scales(content: Content) -> Iterator[Fault]:
    for row, scale in enumerate(content.scales):
        ids = _ids(scale.answers)
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            what = f"the answer {name!r} stands twice in the scale {scale.id}"
            yield ("scales", row), what, "Give each its own"
        for at, answer in enumerate(scale.answers):
            if answer.excluded and answer.points is not None:
                what = f"the answer {answer.id!r} is excluded and has points"
                yield ("scales", row, "answers", at), what, "Remove points, or excluded"


def _lists(content: Content, question: Question, place: Place) -> Iterator[Fault]:
    for key in ("themes", "tags", "casework_types"):
        yield from _among(getattr(question, key), content, key, (*place, key))


def _single_names(content: Content, question: Question, place: Place) -> Iterator[Fault]:
    pools = {
        "section": _ids(content.sections),
        "page": _ids(content.themes),
        "scale": _ids(content.scales),
        "prefill": _ids(content.facts),
        "subject": [CASE, *_ids(content.subjects)],
        "item": _ids(content.items),
    }
    for key, pool in pools.items():
        name = getattr(question, key)
        if name is not None and name not in pool:
            hint = nearest(name, pool)
            yield (*place, key), f"{name!r} is no {key} of this set", f"Correct it.{hint}"
    if not (question.page or question.themes):
        yield place, f"question {question.id} stands on no page", "Give it a theme or a page"


def _type(question: Question, place: Place) -> Iterator[Fault]:
    for key, types in OPTIONAL.items():
        if getattr(question, key) and question.type not in types:
            what = f"question {question.id} is a {question.type} and takes no {key}"
            yield (*place, key), what, f"Remove {key}; it belongs to {' or '.join(sorted(types))}"
    needed = NEEDED.get(question.type)
    if needed and not getattr(question, needed):
        what = f"question {question.id} has no answers: a {question.type} needs {needed}"
        yield place, what, "Name a scale" if needed == "scale" else f"Write {needed}"
    if question.min is not None and question.max is not None and question.min > question.max:
        yield (*place, "min"), "min is larger than max: no number fits", "Exchange them"


def _answers(content: Content, question: Question, place: Place) -> Iterator[Fault]:
    answers = answer_ids(content, question)
    for name in sorted({name for name in answers if answers.count(name) > 1} - {""}):
        if question.choices:
            yield place, f"the answer {name!r} stands twice in {question.id}", "Give each its own"
    for key in ("evidence", "causes"):
        rule = getattr(question, key)
        for name in rule.when if rule and answers else ():
            if name not in answers:
                what = f"{name!r} is no answer of {question.id}"
                yield (*place, key), what, f"Use {', '.join(answers)}"
    fact = next((each for each in content.facts if each.id == question.prefill), None)
    for value in _ids(fact.values) if fact and answers else ():
        if value not in answers:
            what = f"the fact {question.prefill!r} can be {value!r}, which is no answer here"
            yield (*place, "prefill"), what, "Offer the values of the fact among the answers"


def _expressions(
    content: Content, question: Question, place: Place, kinds: Mapping[str, Kind]
) -> Iterator[Fault]:
    """Every expression of a question: conditions look back only, `must` at its own answer too."""
    own = {**kinds, question.id: kind_of_question(content, question, kinds)}
    if question.applies_when:
        yield from _expression((*place, "applies_when"), question.applies_when, parse, kinds)
    for row, must in enumerate(question.must):
        yield from _expression((*place, "must", row), must.that, parse, own)
    if question.calculate:
        yield from _expression((*place, "calculate"), question.calculate, formula, kinds)
    if question.suggest:
        yield from _expression((*place, "suggest"), question.suggest, formula, kinds)
        yield from _suggestion(content, question, (*place, "suggest"), kinds)


def _expression(
    place: Place, text: str, reading: Callable[[str, str], Parsed], kinds: Mapping[str, Kind]
) -> Iterator[Fault]:
    key = str(next(part for part in reversed(place) if isinstance(part, str)))
    try:
        parsed = reading(text, key)
    except InspectionError as error:
        yield place, f"{error.where}: {error.what}", error.remedy
        return
    for name in parsed.names:
        if name not in kinds:
            hint = nearest(name, sorted(kinds))
            at = text.find(f"${{{name}}}") + 1
            what = f"${{{name}}} is no fact or earlier question ({key}, character {at})"
            yield place, what, f"Correct it.{hint}"
    for at, what, remedy in unfitting(parsed, kinds):
        yield place, f"{what} ({key}, character {at})", remedy


def _suggestion(
    content: Content, question: Question, place: Place, kinds: Mapping[str, Kind]
) -> Iterator[Fault]:
    try:
        found = kind_of(formula(str(question.suggest)).tree(), kinds)
    except InspectionError:
        return
    answers = answer_ids(content, question)
    for value in found.values if answers else ():
        if value not in answers:
            what = f"{value!r} is suggested and is no answer of {question.id}"
            yield place, what, f"Use {', '.join(answers)}.{nearest(value, answers)}"
    wanted = "choice" if answers else question.type
    if found.name and found.name != wanted and not (wanted == "text" and found.name == "choice"):
        what = f"a {found.name} is suggested for a {question.type}"
        yield place, what, "Suggest an answer that the question takes"


def facts_of(content: Content) -> dict[str, Kind]:
    """The kind of every fact, and of the casework type."""
    known = {each.id: Kind(each.kind, tuple(_ids(each.values))) for each in content.facts}
    return known | {BUILT_IN: Kind("choice", tuple(_ids(content.casework_types)))}


def kind_of_question(content: Content, question: Question, kinds: Mapping[str, Kind]) -> Kind:
    """The kind of value that a question's answer is."""
    if question.calculate:
        try:
            return kind_of(formula(question.calculate).tree(), kinds)
        except InspectionError:
            return Kind("")
    if question.type != "scale":
        return Kind(question.type, tuple(answer_ids(content, question)))
    scale = next((each for each in content.scales if each.id == question.scale), None)
    na = bool(scale and any(answer.excluded for answer in scale.answers))
    return Kind("choice", tuple(answer_ids(content, question)), na)


def answer_ids(content: Content, question: Question) -> list[str]:
    """The ids of the answers a question takes; [] for dates, numbers and texts."""
    if question.type in ("choice", "multiple"):
        return _ids(question.choices)
    scale = next((each for each in content.scales if each.id == question.scale), None)
    return _ids(scale.answers) if scale and question.type == "scale" else []
