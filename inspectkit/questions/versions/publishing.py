"""Publishing: a draft becomes the next version, frozen, with who published it and why."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.lint.files import Told, lint_file
from inspectkit.questions.lint.finding import DOUBT
from inspectkit.questions.loading import FILE
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.versions.change import Difference
from inspectkit.questions.versions.frozen import FOLDER, Publication, freeze, thaw, versions
from inspectkit.questions.versions.kinds import BREAKING
from inspectkit.questions.versions.migration import Migration, check, read_migration
from inspectkit.questions.yaml import read_yaml

REVISION = re.compile(r"^(revision:[ \t]*)\d+", re.MULTILINE)


@dataclass(frozen=True)
class Proposed:
    """What publishing a draft would write, before it is written.

    qs: the draft under its number. before: the newest published version, with the difference from
    it; both None at the first. doubts: what the lint would have mended first.
    """

    draft: Path
    qs: QuestionSet
    before: QuestionSet | None
    difference: Difference | None
    migration: Migration | None
    doubts: tuple[Told, ...] = ()

    @property
    def path(self) -> Path:
        """Where it will stand."""
        return self.draft.parent / FOLDER / f"r{self.qs.content.revision}.yaml"

    @property
    def kind(self) -> str:
        """first, or the gravest kind of its changes."""
        return self.difference.kind if self.difference else "first"


def propose(place: str | Path) -> Proposed:
    """The draft of a set's folder as the next version, and what it changes.

    Errors: faults of the draft; nothing changed; a revision that is not the next.
    """
    draft = Path(place) / FILE if Path(place).is_dir() else Path(place)
    if not draft.is_file() or draft.name != FILE:
        what = f"no {FILE} here"
        raise InspectionError(str(place), what, "Give the folder of a question set")
    qs = QuestionSet.load(draft)
    known = versions(draft.parent)
    doubts = tuple(each for each in lint_file(draft) if each.level == DOUBT)
    number = qs.content.revision
    if not known:
        return Proposed(draft, qs, None, None, None, doubts)
    newest = max(known)
    before = QuestionSet.load(known[newest])
    if number > newest + 1 or qs.content.id != before.content.id:
        what = f"it is {qs.ref}, and {before.ref} was published last"
        remedy = f"Write id: {before.content.id} and revision: {newest + 1}"
        raise InspectionError(draft.name, what, remedy)
    following = _numbered(qs, newest + 1)
    changed = before.diff(following)
    if not changed.changes:
        what = f"nothing has changed since {before.ref}"
        raise InspectionError(draft.name, what, "There is nothing to publish")
    migration = read_migration(draft.parent, newest + 1)
    return Proposed(draft, following, before, changed, migration, doubts)


def publish(
    place: str | Path,
    *,
    by: str,
    reason: str,
    on: date,
    second: str | None = None,
    despite: str | None = None,
) -> Path:
    """Freeze the draft of a set's folder as its next version; its path.

    The draft's revision is set to the number published. A breaking change needs a migration file
    and a second person. despite: why what the lint doubts may stand; it is kept with the doubts.
    Errors: as for `propose`; nobody named, no reason, a doubt; nothing is written then.
    """
    proposed = propose(place)
    problems = Problems()
    _check_people(proposed, by, reason, second, problems)
    for doubt in proposed.doubts if not (despite or "").strip() else ():
        problems.add(doubt.where, doubt.what, f"{doubt.remedy}; or say why it may stand (despite)")
    if proposed.before and proposed.migration:
        with problems.gather():
            check(proposed.before.canonical(), proposed.qs.canonical(), proposed.migration)
    elif proposed.before and proposed.kind == BREAKING:
        name = f"migration_r{proposed.qs.content.revision}.yaml"
        for change in proposed.difference.changes if proposed.difference else ():
            if change.kind == BREAKING:
                what = f"{change.key or 'the change'} breaks: {change.why}"
                problems.add(change.where, what, f"Say in {name} what becomes of its marks")
    problems.raise_if_any()
    publication = _publication(proposed, by, reason, on, second, despite)
    text = freeze(proposed.qs.canonical(), publication)
    _write_once(proposed, text)
    return proposed.path


def _check_people(
    proposed: Proposed, by: str, reason: str, second: str | None, problems: Problems
) -> None:
    if not by.strip():
        problems.add("by", "nobody is named", "Say who publishes it")
    if not reason.strip():
        problems.add("reason", "no reason is given", "Say why it is published, for those who ask")
    is_alone = not (second or "").strip() or (second or "").strip() == by.strip()
    if proposed.kind == BREAKING and is_alone:
        what = "marks that were given may lose their place, and one person alone decides so"
        problems.add("second", what, "Name the second person who agrees")


def _publication(
    proposed: Proposed, by: str, reason: str, on: date, second: str | None, despite: str | None
) -> Publication:
    previous = None
    if proposed.before:
        previous = thaw(versions(proposed.draft.parent)[proposed.before.content.revision]).digest
    migration = proposed.migration
    doubts = tuple(str(each) for each in proposed.doubts) or None
    return Publication(
        ref=proposed.qs.ref,
        question_set=proposed.qs.digest,
        previous=previous,
        on=on.isoformat(),
        by=by.strip(),
        second=second.strip() if second else None,
        reason=reason.strip(),
        kind=proposed.kind,  # type: ignore[arg-type]
        migration=migration.model_dump(mode="json", exclude_defaults=True) if migration else None,
        doubts=doubts,
        despite=(despite or "").strip() or None if doubts else None,
    )


def _write_once(proposed: Proposed, text: str) -> None:
    """Write the version where none stands, read it back, then set the draft's revision."""
    path = proposed.path
    path.parent.mkdir(exist_ok=True)
    held = path.with_name(f"{path.name}.part")
    held.write_text(text, encoding="utf-8", newline="\n")
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        held.unlink()
        what = "somebody published this revision meanwhile"
        raise InspectionError(path.name, what, "Look at it, then publish again") from None
    os.replace(held, path)
    try:
        same = QuestionSet.load(path).digest == proposed.qs.digest
    except InspectionError:
        same = False
    if not same:
        path.unlink()
        what = "it cannot be written so that it reads back the same"
        raise InspectionError(path.name, what, "Report this with the draft; nothing was published")
    _set_revision(proposed)


def _set_revision(proposed: Proposed) -> None:
    number = proposed.qs.content.revision
    text = proposed.draft.read_text(encoding="utf-8")
    if read_yaml(proposed.draft)["revision"] != number:
        held = proposed.draft.with_name(f"{FILE}.part")
        changed = REVISION.sub(rf"\g<1>{number}", text, count=1)
        held.write_text(changed, encoding="utf-8", newline="\n")
        os.replace(held, proposed.draft)


def _numbered(qs: QuestionSet, number: int) -> QuestionSet:
    return replace(qs, content=qs.content.model_copy(update={"revision": number}))
