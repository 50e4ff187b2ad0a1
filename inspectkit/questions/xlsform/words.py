"""What the rows of an XLSForm share: languages, labels and where they come from, lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from inspectkit.questions.workbook.cells import Address

LANGUAGES = {"en": "English", "cy": "Welsh"}


@dataclass(frozen=True)
class Row:
    """One row of a sheet: column → text; at: the columns that may be edited, with their address."""

    cells: dict[str, str]
    at: dict[str, Address] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells the row from the others of its sheet."""
        return f"{self.cells.get('list_name', self.cells.get('type', ''))} {self.cells['name']}"


def language(code: str) -> str:
    """A language as XLSForms write it.

    >>> language("cy"), language("fr")
    ('Welsh (cy)', 'fr (fr)')
    """
    return f"{LANGUAGES.get(code, code)} ({code})"


def plain(text: str) -> str:
    """A text in which ODK sees no reference to a question.

    >>> plain("Pay ${x}")
    'Pay $ {x}'
    """
    return text.replace("${", "$ {")


class Option(Protocol):
    """Something that can be chosen."""

    @property
    def id(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def translations(self) -> Mapping[str, str]: ...


@dataclass
class Words:
    """Writes texts in every language of a set. lists: the choice lists that were asked for."""

    languages: tuple[str, ...]
    lists: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """The first language as the heading of a column ends with it."""
        return language(self.languages[0])

    def own(self, type: str, name: str, label: str) -> Row:
        """A question of our own, which the set does not have."""
        cells = {"type": type, "name": name, f"label::{self.first}": label, "required": "yes"}
        return Row(cells)

    def labels(
        self, text: str, translations: Mapping[str, str], at: Address = ()
    ) -> tuple[dict[str, str], dict[str, Address]]:
        """A label in every language, and where each comes from."""
        known = {self.languages[0]: text} | dict(translations)
        cells = {f"label::{language(c)}": plain(known[c]) for c in self.languages if c in known}
        if not at:
            return cells, {}
        places = {f"label::{self.first}": at}
        for code in self.languages[1:]:
            places[f"label::{language(code)}"] = (*at[:-1], "translations", code)
        return cells, places

    def listed(self, name: str, options: Iterable[Option], at: Address = ()) -> str:
        """The name of a list, which is written once."""
        if name not in self.lists:
            self.lists[name] = [
                self.choice(name, each.id, each.label, each.translations, at) for each in options
            ]
        return name

    def choice(
        self, name: str, id: str, label: str, translations: Mapping[str, str], at: Address = ()
    ) -> Row:
        """One row of a list."""
        place: Address = (*at, id, "label") if at else ()
        labels, places = self.labels(label, translations, place)
        return Row({"list_name": name, "name": id, **labels}, places)
