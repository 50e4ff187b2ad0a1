"""Makes the files of a report where its notebook ran: both versions, all of them or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from inspectkit.assessment.rating.recorded import FILE as JUDGEMENTS
from inspectkit.report import data
from inspectkit.report.edition import Edition
from inspectkit.report.leaks import refuse_leaks
from inspectkit.report.saving import save
from inspectkit.report.seal import FOLLOW_UP, NATIONAL, SEAL, THEMATIC, sealed
from inspectkit.report.versions import PLACES
from inspectkit.report.workbook import workbook
from inspectkit.review.exports import export
from inspectkit.settings import RULE

Files = dict[str, bytes]
PAGE = "report.html"


def prepared(
    editions: Mapping[str, Edition], *, to: Collection[str], notebook: str
) -> dict[str, Files]:
    """What each version holds beside its pages: the data, and the workbook if it is asked for.

    to: of FORMATS; the data that `verify --report` needs are always made. Errors: something that a
    public file may not say.
    """
    made = {}
    for version, edition in editions.items():
        files = data_files(edition, "parquet" in to)
        if "xlsx" in to:
            files["report.xlsx"] = workbook(edition, notebook=notebook)
        if edition.public:
            refuse_leaks(edition.insp, files)
        made[version] = files
    return made


def make(
    editions: Mapping[str, Edition],
    ready: Mapping[str, Files],
    pages: Mapping[str, str],
    *,
    to: Collection[str],
    log: Mapping[str, str] | None = None,
) -> None:
    """Write the folders of these versions into the inspection's folder, and seal them.

    ready: what `prepared` gave. pages: version → folder of its pages, as `pages.set_pages` leaves
    it. log: by, recipient, reason for the store to keep. Errors: as for `prepared`.
    """
    made: dict[Path, Files] = {}
    for version, edition in editions.items():
        secrets = [edition.insp] if edition.public else []
        files = page_files(Path(pages[version]), PAGE, to, secrets) | ready[version]
        seal = sealed(version, data.digests(edition.insp, public=edition.public), files)
        files[SEAL] = data.as_json(seal)
        made[Path(edition.insp.folder) / PLACES[version]] = files
    for place, files in made.items():
        write_folder(place, files)
    if log:
        logged(next(iter(editions.values())).insp.store, made, log)


def logged(store: Any, made: Mapping[Path, Files], log: Mapping[str, str]) -> None:
    """Where the log stands, which the report prints, and what has left the store."""
    store.checkpoint(by=log["by"])
    for place, files in made.items():
        for name in files:
            export(store, place / name, **log)


def page_files(place: Path, name: str, to: Collection[str], secrets: Iterable[Any]) -> Files:
    """The report for readers. What is checked for leaks is what PDF and page are both set from.

    secrets: inspections that the pages may tell nothing restricted of.
    """
    files = {each.name: each.read_bytes() for each in sorted(place.iterdir())}
    for insp in secrets:
        refuse_leaks(insp, {name: files[name]})
    if "html" not in to:
        del files[name]
    return files


def data_files(edition: Edition, with_parquet: bool) -> Files:
    """The data that `verify --report` works the numbers out from again."""
    insp = edition.insp
    found = data.as_json(data.results(edition))
    files: Files = {"results.json": found, RULE: (insp.folder / RULE).read_bytes()}
    if edition.public:
        files["counts.csv"] = data.as_csv(data.COUNTS, data.counts(edition))
        return files
    rows = data.marks(edition)
    files["marks.csv"] = data.as_csv(data.MARKS, rows)
    if with_parquet:
        files["marks.parquet"] = data.as_parquet(data.MARKS, rows)
    if again := data.second_marks(edition):
        files["second_marks.csv"] = data.as_csv(data.SECOND, again)
    files["sample.json"] = data.as_json(data.standing(insp))
    files["question_set.json"] = data.as_json(insp.question_set.canonical())
    if said := insp.recorded().text():
        files[JUDGEMENTS] = said.encode("utf-8")
    return files


def write_folder(place: Path, files: Files) -> None:
    """The folder with these files; those of an earlier report go, what else lies there stays."""
    for name in {SEAL, *_OURS} - set(files):
        (place / name).unlink(missing_ok=True)
    save(place, files)  # the seal is the last of them: it says done


_DATA = ("results.json", RULE, "marks.csv", "marks.parquet", "second_marks.csv", "sample.json",
         "question_set.json", JUDGEMENTS, "counts.csv")  # fmt: skip
_OURS = {
    "report.html", "report.pdf", "report.xlsx", *_DATA, "groups.csv", "groups.json",
    "areas.json", "changes.json", *(f"{side}/{each}" for side in ("then", "now") for each in _DATA),
    *(f"{kind}.{each}" for kind in (THEMATIC, FOLLOW_UP, NATIONAL) for each in ("html", "pdf")),
}  # fmt: skip
