"""Finds its way in an expression's tree: nodes, names, and the texts they are held against."""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.questions.expressions.reading import COMPARISONS, Tree


def walk(tree: Tree) -> Iterator[Tree]:
    """Every node, each before those it is made of, in the order of the text."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [part for part in reversed(node[1:]) if isinstance(part, list)]


def names(tree: Tree) -> tuple[str, ...]:
    """Every name used, in order of appearance."""
    return tuple(dict.fromkeys(node[1] for node in walk(tree) if node[0] == "name"))


def comparisons(tree: Tree) -> tuple[tuple[str, str], ...]:
    """(name, text) wherever a name is compared with a text or asked whether it is selected."""
    pairs = []
    for node in walk(tree):
        sides = node[2:] if node[:2] == ["call", "selected"] else node[1:]
        if node[0] in COMPARISONS or node[:2] == ["call", "selected"]:
            found = {side[0]: side[1] for side in sides}
            if {"name", "text"} <= set(found):
                pairs.append((found["name"], found["text"]))
    return tuple(pairs)
