"""Looks through what is about to be published for what names a case or unseals the draw."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from inspectkit.errors import Problems
from inspectkit.report.cases import released
from inspectkit.sampling.tickets import tickets as made

TEXTS = (".html", ".json", ".csv", ".yaml", ".typ")
SHORT = 5  # characters: what is shorter stands in too many words to be told from them
NUMBER = re.compile(r"[0-9a-f]+")  # might stand inside a digest: sought as a word of its own
PLAIN_NUMBER = 7  # digits: shorter ones may be counts
PREFIX = 12  # hexadecimal digits: as much of a ticket as anyone would print
WORD = re.compile(r"[\w./\\-]+")
HEX = re.compile(rf"[0-9a-f]{{{PREFIX},64}}")


def refuse_leaks(insp: Any, files: Mapping[str, bytes]) -> None:
    """Every restricted string must be absent from every file.

    Looked for are the references of the frame (of 5 characters or more, plain numbers of 7) and
    the tickets of all of them, the draw's key and seed, and every line of evidence that nobody
    released. files: text files and zip files of such; a PDF is given as the text that it is set
    from. Errors: what kind of string was found, never the string.
    """
    problems = Problems()
    for name, content in files.items():
        kinds = {kind for text in _texts(name, content) for kind in _found(insp, text)}
        for kind in sorted(kinds):
            what = f"{kind} would be published"
            problems.add(name, what, "Take it out of titles, questions, reasons and notes")
    problems.raise_if_any()


def _texts(name: str, content: bytes) -> Iterator[str]:
    if name.endswith(TEXTS):
        raw = content.decode("utf-8", "replace")
        yield raw
        yield unescape(re.sub(r"<[^>]*>", "", raw))
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            for each in opened.namelist():
                yield from _texts(f"{each}.html", opened.read(each))


def _found(insp: Any, text: str) -> Iterator[str]:
    cases = [str(each) for each in insp.frame.cases["id"]]
    numbers = {each for each in cases if NUMBER.fullmatch(each)}
    names = {each for each in cases if len(each) >= SHORT} - numbers
    sought = {each for each in numbers if len(each) >= PLAIN_NUMBER or not each.isdecimal()}
    sizes = {len(each) for each in names}
    named = any(text[at : at + n] in names for n in sizes for at in range(len(text) - n + 1))
    if named or sought & set(WORD.findall(text)):
        yield "a case reference"
    head = insp.sample.head
    tickets = {each[:PREFIX] for each in made(str(head["key"]), cases)}
    if any(each[:PREFIX] in tickets for each in HEX.findall(text)):
        yield "the ticket of a case"
    for kind, secret in (("the key of the draw", head["key"]), ("the seed", head["seed"])):
        if len(str(secret)) > SHORT and str(secret) in text:
            yield kind
    let_go = [line.text for line in released(insp)]
    notes = {each for each in insp.reviews.marks["evidence"] if len(each) > 2 * SHORT}
    if any(each in text and not any(each in line for line in let_go) for each in notes):
        yield "a note of an inspector"
