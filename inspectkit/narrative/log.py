"""Who read which paragraph with which figures; a moved figure names the paragraphs to read."""

from __future__ import annotations

from pydantic import Field

from inspectkit.narrative.paragraphs import Paragraph
from inspectkit.narrative.telling import Telling
from inspectkit.review.log.kinds import Content, register
from inspectkit.review.store import Store

READ, SENT = "narrative_read", "narrative_sent"


class Read(Content):
    """paragraphs: digest of each paragraph as written → its figures as they were."""

    paragraphs: dict[str, dict[str, str]] = Field(max_length=5000)


register(READ, Read)


def note_read(store: Store, telling: Telling, *, by: str) -> int:
    """Record that all paragraphs that call a figure were read as they are now; how many."""
    calling = [each for each in telling.narrative.paragraphs if each.calls]
    told = Read(paragraphs={each.digest: telling.values(each) for each in calling})
    store.record(READ, told, by=by)
    return len(calling)


def to_read_again(store: Store, telling: Telling) -> list[tuple[Paragraph, dict[str, str]]]:
    """Each paragraph to read again, and its figures as "then → now".

    A paragraph is to be read again where a figure moved since somebody read it as it is written;
    one that nobody has read says so of each figure.
    """
    read: dict[str, dict[str, str]] = {}
    for event in store.events(READ):
        read |= event.content["paragraphs"]
    found = []
    for each in telling.narrative.paragraphs:
        then = read.get(each.digest, {})
        moved = {
            call: f"{then.get(call, 'not read yet')} → {now}"
            for call, now in telling.values(each).items()
            if then.get(call) != now
        }
        if moved:
            found.append((each, moved))
    return found


class SentOut(Content):
    """A sending of the narrative as Word: its blocks, which a later merge begins from."""

    recipient: str = ""
    sha256: str = ""
    blocks: list[list[str]] = Field(max_length=5000)


register(SENT, SentOut)


def sendings(store: Store) -> list[list[tuple[str, str, str]]]:
    """The blocks (file, sort, words) of each sending, in order; the first is number 1."""
    return [
        [(file, sort, words) for file, sort, words in event.content["blocks"]]
        for event in store.events(SENT)
    ]
