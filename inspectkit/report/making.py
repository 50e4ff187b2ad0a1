"""Makes the files of a report where its notebook ran: both versions, all of them or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from inspectkit.assessment.rating.recorded import FILE as JUDGEMENTS
from inspectkit.errors import InspectionError
from inspectkit.report import data
from inspectkit.report.compose import compose, page
from inspectkit.report.edition import Edition
from inspectkit.report.leaks import refuse_leaks
from inspectkit.report.notebook import taken
from inspectkit.report.pdf import pdf
from inspectkit.report.seal import SEAL, sealed
from inspectkit.report.versions import PLACES
from inspectkit.report.workbook import workbook
from inspectkit.review.exports import export
from inspectkit.sampling.evidence.files import write_bytes
from inspectkit.settings import RULE

Files = dict[str, bytes]


def make(
    editions: Mapping[str, Edition],
    executed: Mapping[str, str],
    *,
    to: Collection[str],
    notebook: str,
    log: Mapping[str, str] | None = None,
) -> None:
    """Write the folders of these versions into the inspection's folder.

    executed: version → path of the notebook as it ran. to: of FORMATS; the data that `verify
    --report` needs and the seal are always made. log: by, recipient, reason for the store to keep.
    Errors: something that a public file may not say.
    """
    made: dict[Path, Files] = {}
    for version, edition in editions.items():
        ran = taken(executed[version])
        files = _set(edition, ran, to, notebook) | _data(edition, "parquet" in to)
        seal = sealed(version, data.digests(edition.insp, public=edition.public), files)
        files[SEAL] = data.as_json(seal)
        made[Path(edition.insp.folder) / PLACES[version]] = files
    for place, files in made.items():
        _write(place, files)
    if log:
        _log(next(iter(editions.values())).insp.store, made, log)


def _log(store: Any, made: Mapping[Path, Files], log: Mapping[str, str]) -> None:
    """Where the log stands, which the report prints, and what has left the store."""
    store.checkpoint(by=log["by"])
    for place, files in made.items():
        for name in files:
            export(store, place / name, **log)


def set_pages(executed: str, into: str, stem: str, to: Collection[str]) -> None:
    """Write an executed notebook as STEM.html and STEM.pdf into a folder."""
    document = compose(taken(executed))
    files: Files = {}
    if "html" in to:
        files[f"{stem}.html"] = page(document).encode("utf-8")
    if "pdf" in to:
        files[f"{stem}.pdf"] = pdf(document)
    _save(Path(into), files)


def _set(edition: Edition, ran: Any, to: Collection[str], notebook: str) -> Files:
    """The report for readers. What is checked for leaks is what PDF and page are both set from."""
    document = compose(ran)
    files: Files = {"report.html": page(document).encode("utf-8")}
    if "xlsx" in to:
        files["report.xlsx"] = workbook(edition, notebook=notebook)
    if edition.public:
        refuse_leaks(edition.insp, files)
    if "pdf" in to:
        files["report.pdf"] = pdf(document)
    if "html" not in to:
        del files["report.html"]
    return files


def _data(edition: Edition, with_parquet: bool) -> Files:
    insp = edition.insp
    found = data.as_json(data.results(edition))
    files: Files = {"results.json": found, RULE: (insp.folder / RULE).read_bytes()}
    if edition.public:
        files["counts.csv"] = data.as_csv(data.COUNTS, data.counts(edition))
        refuse_leaks(insp, files)
        return files
    rows = data.marks(edition)
    files["marks.csv"] = data.as_csv(data.MARKS, rows)
    if with_parquet:
        files["marks.parquet"] = data.as_parquet(data.MARKS, rows)
    files["sample.json"] = data.as_json(data.standing(insp))
    files["question_set.json"] = data.as_json(insp.question_set.canonical())
    if said := insp.recorded().text():
        files[JUDGEMENTS] = said.encode("utf-8")
    return files


def _write(place: Path, files: Files) -> None:
    """The folder with these files; those of an earlier report go, what else lies there stays."""
    for name in {SEAL, *_OURS} - set(files):
        (place / name).unlink(missing_ok=True)
    _save(place, files)  # the seal is the last of them: it says done


def _save(place: Path, files: Files) -> None:
    try:
        place.mkdir(exist_ok=True)
        for name, content in files.items():
            write_bytes(place / name, content)
    except OSError as error:
        where = error.filename or place
        remedy = "Close the file if it is open elsewhere, or allow writing in the folder"
        what = f"cannot be written ({error.strerror})"
        raise InspectionError(str(where), what, remedy) from None


_OURS = {
    "report.html", "report.pdf", "report.xlsx", "results.json", RULE, "marks.csv", "marks.parquet",
    "sample.json", "question_set.json", JUDGEMENTS, "counts.csv",
}  # fmt: skip
