"""Items of a case as the form shows them: a page each, their questions addressed `question@item`.

Inside an item's expressions the names of its own questions get the same address, so that the page
routes every item by itself and needs no rule of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

from inspectkit.questions.model import CASE, Items
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import Answer, CaseState
from inspectkit.widgets.replies import Plain

AT = "@"  # no id of a question holds it
TREES = ("condition", "calculate", "suggest")


def address(question: str, item: str) -> str:
    """The question's name on the page.

    >>> address("tone", "2"), address("tone", "")
    ('tone@2', 'tone')
    """
    return f"{question}{AT}{item}" if item else question


def question_and_item(address: str) -> tuple[str, str]:
    """What `address` put together."""
    question, _, item = address.partition(AT)
    return question, item


def answers_of(case: CaseState) -> dict[str, Answer]:
    """Address → answer in force, of the case and its items."""
    return {
        address(name, part.item): given
        for part in case.parts
        for name, given in part.answers.items()
    }


def kinds_of(qs: QuestionSet) -> list[Items]:
    """The kinds of item that a case may hold."""
    return [each for each in qs.content.items if each.subject == CASE and qs.asked(CASE, each.id)]


def item_pages(qs: QuestionSet, case: CaseState) -> Iterator[Plain]:
    """For each kind a page that lists what was found, then a page for every item of it."""
    for kind in kinds_of(qs):
        items = [each for each in case.items.values() if each.kind == kind.id]
        held = [{"item": each.item, "named": each.named} for each in items]
        label = f"Found: {kind.label[:1].lower()}{kind.label[1:]}"
        told = {
            "kind": kind.id,
            "label": kind.label,
            "named_by": kind.named_by or "",
            "found": held,
        }
        yield {
            "id": f"all {kind.id}",
            "label": label,
            "items": {**told, "none": kind.id in case.none},
        }
        for each in items:
            name = f"{kind.label} {each.item}"
            yield {"id": f"item {each.item}", "label": name, "named": each.named}


def placed(shown: Plain, item: str, own: Collection[str]) -> Plain:
    """An item's question with its address, its page, and its names addressed.

    own: the questions asked of the item.
    """
    trees = {key: _addressed(shown[key], item, own) for key in TREES}
    return {**shown, **trees, "id": address(shown["id"], item), "page": f"item {item}"}


def _addressed(tree: Any, item: str, own: Collection[str]) -> Any:
    if not isinstance(tree, list):
        return tree
    if tree[:1] == ["name"] and tree[1] in own:
        return ["name", address(tree[1], item)]
    return [_addressed(part, item, own) for part in tree]


def standing(case: CaseState) -> Plain:
    """Which questions are open and what they lack, by the store's word."""
    return {
        "open": [address(name, part.item) for part in case.parts for name in part.open],
        "unexplained": [address(n, part.item) for part in case.parts for n in part.unexplained],
        "complete": case.complete,
        "status": case.status,
    }


def answers_shown(case: CaseState) -> Plain:
    """The answers in force by address; at in UTC, ISO form."""
    return {name: asdict(given) for name, given in answers_of(case).items()}
