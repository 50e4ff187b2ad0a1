"""The `inspection.toml` of an inspection: its tables, and how a new one begins.

The shipped file is that of a caseload export with its three casework types. A set with the same
types keeps its columns; a set with types of its own (kinds of letters, ends of a journey) begins
with a plain list: a reference, a type, an area, a date. Sizes are a beginning too: `inspectkit
plan` says what they do.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Literal

import tomlkit
from pydantic import Field

from inspectkit.assessment import Rule
from inspectkit.assessment.rule import find
from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.versions.frozen import locate
from inspectkit.resources import PACKAGE
from inspectkit.resources import folder as shipped
from inspectkit.sampling.evidence.files import write_text
from inspectkit.sampling.spec import Closed

SETTINGS, QUESTIONS = "inspection.toml", "question_set"
RULE, NOTEBOOKS = "rule.yaml", "notebooks"
FIRST_SIZE = 30  # of a casework type that the shipped file does not know
PLAIN_COLUMNS = {"id": "Reference", "stratum": "Type", "area": "Area", "finalised": "Date"}
CASELOAD_ONLY = ("header_row", "footer", "unit_of_account", "optional", "date_facts")


class Head(Closed):
    """The [inspection] table."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    round: str = Field(default="1", min_length=1)
    title: str = Field(min_length=1, max_length=200)
    area: str = Field(min_length=1, max_length=200)
    kind: Literal["baseline", "follow-up"] = "baseline"
    period: str = ""
    report_date: date
    protective_marking: str = ""
    earlier: str = ""  # the folder of the round before, from this one


class Pinned(Closed):
    """The [pinned] table: what was copied into the folder, and its digests."""

    question_set: str
    question_set_digest: str
    rule: str
    rule_digest: str


def first_settings(area: str, qs: QuestionSet, rule: Rule) -> str:
    """The text of the file, its comments kept."""
    document: Any = tomlkit.parse((PACKAGE / SETTINGS).read_text(encoding="utf-8"))
    slug = "-".join("".join(each if each.isalnum() else " " for each in area.lower()).split())
    title = f"{qs.label.partition(':')[0]}: CPS {area}"
    document["inspection"].update({"id": f"{slug}-2026", "title": title, "area": area})
    document["frame"]["eligible"]["area"] = area
    _strata(document, qs)
    _facts(document["frame"], qs)
    pinned = {"question_set": qs.ref, "question_set_digest": qs.digest}
    document["pinned"].update({**pinned, "rule": rule.ref, "rule_digest": rule.digest})
    return str(tomlkit.dumps(document))


def _strata(document: Any, qs: QuestionSet) -> None:
    """The casework types of the set as strata; a list of its own where they are no caseload's."""
    frame, known = document["frame"], {each["id"]: each for each in document["sample"]["strata"]}
    if set(qs.casework_types) == set(known):
        return
    spelt = frame["values"]["stratum"]
    if not set(qs.casework_types) <= set(known):
        _plain_list(frame)
    frame["values"]["stratum"] = _table(
        {id: spelt.get(id) or [id, label] for id, label in qs.casework_types.items()}
    )
    rows = tomlkit.aot()
    for id, label in qs.casework_types.items():
        sizes = {"id": id, "label": label, "n": known.get(id, {}).get("n", FIRST_SIZE)}
        rows.append(_table(sizes))
    document["sample"]["strata"] = rows


def _plain_list(frame: Any) -> None:
    for key in CASELOAD_ONLY:
        frame.pop(key, None)
    frame["columns"] = _table(PLAIN_COLUMNS)
    frame["facts"] = _table({})


def _facts(frame: Any, qs: QuestionSet) -> None:
    """The facts of the set, and no others' values; a column is headed by the label of its fact."""
    wanted = {fact.id: fact for fact in qs.facts}
    for name in [each for each in frame["values"] if each not in (*wanted, "stratum")]:
        frame["values"].pop(name)
        frame["facts"].pop(name, None)
    for name, fact in wanted.items():
        frame["facts"].setdefault(name, fact.label)
        if fact.values and name not in frame["values"]:
            frame["values"][name] = _table({each.id: [each.label] for each in fact.values})


def _table(rows: Mapping[str, Any]) -> Any:
    table = tomlkit.table()
    for key, value in rows.items():
        table.add(key, value)
    table.add(tomlkit.nl())
    return table


def pin(place: Path, published: Path) -> None:
    """Copy a published question set into an inspection's folder and pin it there."""
    qs = QuestionSet.load(published)
    kept = place / QUESTIONS / published.name
    if not kept.exists() or not kept.samefile(published):
        shutil.copyfile(published, kept)
    document: Any = tomlkit.parse((place / SETTINGS).read_text(encoding="utf-8"))
    document["pinned"].update({"question_set": qs.ref, "question_set_digest": qs.digest})
    write_text(place / SETTINGS, tomlkit.dumps(document))


@contextmanager
def whole_or_nothing(folder: str | Path) -> Iterator[None]:
    """A folder that is made inside the block is taken away again where that fails."""
    place = Path(folder).resolve()
    is_ours = not place.exists()
    try:
        yield
    except BaseException:
        if is_ours:
            shutil.rmtree(place, ignore_errors=True)
        raise


def begin(folder: str | Path, *, area: str, question_set: str) -> Path:
    """Make the folder of an inspection, with set, rule, notebooks and settings in it; its path.

    Errors: a folder that is not empty, or cannot be written; a draft.
    """
    place = Path(folder).resolve()
    if place.exists() and any(place.iterdir()):
        raise InspectionError(str(place), "the folder is not empty", "Name a new folder")
    published = locate(question_set)
    if published is None:
        what, remedy = (
            "it is a draft, which may still change",
            "Publish it, then name id@revision",
        )
        raise InspectionError(question_set, what, remedy)
    qs = QuestionSet.load(published)
    rule = _rule_of(qs, published)
    place.mkdir(parents=True, exist_ok=True)
    _copy_shipped(place, published, rule)
    write_text(place / SETTINGS, first_settings(area, qs, Rule.load(rule)))
    return place


def _rule_of(qs: QuestionSet, published: Path) -> Path:
    """The file of the set's rating rule: beside the set, else the shipped one of that name."""
    ref = (*qs.content.rating_rules, qs.content.id)[0]
    beside = published.parent.parent / "rules" / f"{ref}.yaml"
    return beside if beside.is_file() else find(ref)


def _copy_shipped(place: Path, published: Path, rule: Path) -> None:
    (place / QUESTIONS).mkdir()
    shutil.copyfile(published, place / QUESTIONS / published.name)
    shutil.copyfile(rule, place / RULE)
    not_ours = shutil.ignore_patterns(".*", "__pycache__", "00_*")  # 00 is for those who own a set
    shutil.copytree(shipped("notebooks"), place / NOTEBOOKS, ignore=not_ours)
