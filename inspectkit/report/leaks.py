"""Looks through what is about to be published for what names a case or unseals the draw."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from inspectkit.errors import Problems
from inspectkit.report.cases import released
from inspectkit.sampling.tickets import tickets as made

TEXTS = (".html", ".json", ".csv", ".yaml", ".typ")
SHORT = 5  # characters: what is shorter stands in too many words to be told from them
NUMBER = re.compile(r"[0-9a-f]+")  # might stand inside a digest: sought as a word of its own
PLAIN_NUMBER = 7  # digits: shorter ones may be counts
SPELLED = 8  # letters and digits by which a reference is known in any spelling: ab-1234/26
PREFIX = 12  # hexadecimal digits: as much of a ticket as anyone would print
WORD = re.compile(r"[\w./\\-]+")
BETWEEN = re.compile(r"[\W_]+")
EMBEDDED = re.compile(r"base64,[\w+/=]+")
PICTURE = re.compile(r"data:image/svg\+xml;base64,([\w+/=]+)")
HEX = re.compile(rf"[0-9a-f]{{{PREFIX},64}}")


def refuse_leaks(insp: Any, files: Mapping[str, bytes]) -> None:
    """Every restricted string must be absent from every file.

    Looked for are the references of the frame (of 5 characters or more, plain numbers of 7; of 8
    letters and digits however they are spelled: in small letters, with blanks, with other signs),
    the tickets of all of them, the draw's key and seed, and every line of evidence that nobody
    released. files: text files and zip files of such; a PDF is given as the text that it is set
    from. Errors: what kind of string was found, never the string.
    """
    problems = Problems()
    for name, content in files.items():
        for kind in sorted(set(_found(insp, _texts(name, content)))):
            what = f"{kind} would be published"
            problems.add(name, what, "Take it out of titles, questions, reasons and notes")
    problems.raise_if_any()


def _texts(name: str, content: bytes) -> Iterator[str]:
    if name.endswith(TEXTS):
        raw = content.decode("utf-8", "replace")
        yield raw
        yield unescape(re.sub(r"<[^>]*>", "", raw))
        for drawn in PICTURE.findall(raw):
            yield from _texts(name, base64.b64decode(drawn))
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            for each in opened.namelist():
                yield from _texts(f"{each}.html", opened.read(each))


@dataclass(frozen=True)
class _Restricted:
    """What names a case of a list or unseals its draw.

    names: references by which a case is found anywhere in a text. spelled: the letters and digits
    of those that are found however they are written. numbers: those that stand for a case as a
    word of their own. tickets: their first digits.
    """

    names: frozenset[str]
    spelled: frozenset[str]
    numbers: frozenset[str]
    tickets: frozenset[str]


@lru_cache(maxsize=2)  # a follow-up has two lists; each is asked for with data and with pages
def _restricted(cases: tuple[str, ...], key: str) -> _Restricted:
    numbers = {each for each in cases if NUMBER.fullmatch(each)}
    names = {each for each in cases if len(each) >= SHORT} - numbers
    spelled = {each: _letters(each) for each in names if _is_telling(_letters(each))}
    return _Restricted(
        frozenset(names - spelled.keys()),
        frozenset(spelled.values()),
        frozenset(each for each in numbers if len(each) >= PLAIN_NUMBER or not each.isdecimal()),
        frozenset(each[:PREFIX] for each in made(key, cases)),
    )


def _letters(text: str) -> str:
    """Its letters and digits alone, in small letters."""
    return BETWEEN.sub("", text.casefold())


def _is_telling(letters: str) -> bool:
    """Whether this can be nothing but a reference, wherever words and digests run together."""
    mixed = not letters.isdecimal() and not letters.isalpha() and len(letters) >= SPELLED
    return mixed and (len(letters) >= PREFIX or not NUMBER.fullmatch(letters))


def _holds(text: str, names: Collection[str]) -> bool:
    sizes = {len(each) for each in names}
    return any(text[at : at + n] in names for n in sizes for at in range(len(text) - n + 1))


def _found(insp: Any, texts: Iterable[str]) -> Iterator[str]:
    head = insp.sample.head
    known = _restricted(tuple(map(str, insp.frame.cases["id"])), str(head["key"]))
    let_go = [line.text for line in released(insp)]
    noted = {each for each in insp.reviews.marks["evidence"] if len(each) > 2 * SHORT}
    notes = {each for each in noted if not any(each in line for line in let_go)}
    for text in texts:
        spelled = _holds(_letters(EMBEDDED.sub("", text)), known.spelled)
        if spelled or _holds(text, known.names) or not known.numbers.isdisjoint(WORD.findall(text)):
            yield "a case reference"
        if any(each[:PREFIX] in known.tickets for each in HEX.findall(text)):
            yield "the ticket of a case"
        for kind, secret in (("the key of the draw", head["key"]), ("the seed", head["seed"])):
            if len(str(secret)) > SHORT and str(secret) in text:
                yield kind
        if any(each in text for each in notes):
            yield "a note of an inspector"
