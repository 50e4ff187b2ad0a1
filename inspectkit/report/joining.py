"""Makes the files of a report that is more than one Area's round, where its notebook ran."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspectkit.assessment import Estimates
from inspectkit.assessment.comparison import Areas, Comparison
from inspectkit.report import data
from inspectkit.report.changes import Rounds
from inspectkit.report.edition import Edition
from inspectkit.report.grouping import Grouped
from inspectkit.report.leaks import refuse_leaks
from inspectkit.report.making import Files, data_files, logged, page_files, write_folder
from inspectkit.report.readings import ALL
from inspectkit.report.seal import FOLLOW_UP, NATIONAL, SEAL, THEMATIC, sealed

ROW = ("figure", "kind", "label", "domain", "value", "low", "high", "n", "N", "points", "available",
       "na", "method")  # fmt: skip
AREAS = "areas.json"
CHANGES, THEN, NOW = "changes.json", "then", "now"
GROUPS, GROUPS_CSV = "groups.json", ("case_number", "subject", "group")


@dataclass(frozen=True)
class Made:
    """What a report is made from beside its pages: its data, and whose secrets it must not tell."""

    version: str
    made_from: Mapping[str, str]
    editions: tuple[Edition, ...]
    files: Files

    @property
    def secrets(self) -> tuple[Any, ...]:
        """The inspections that this version may tell nothing restricted of."""
        return tuple(each.insp for each in self.editions if each.public)


def prepared_joined(
    kind: str, values: Mapping[str, Any], versions: Iterable[str], *, to: Collection[str]
) -> dict[str, Made]:
    """What each version holds beside its pages.

    kind: of report, the stem of its pages. values: version → what the notebook left. Errors:
    something that a public file may not say.
    """
    made = {version: KINDS[kind](values[version], "parquet" in to) for version in versions}
    for found in made.values():
        for insp in found.secrets:
            refuse_leaks(insp, found.files)
    return made


def make_joined(
    kind: str,
    ready: Mapping[str, Made],
    pages: Mapping[str, str],
    into: Mapping[str, str],
    *,
    to: Collection[str],
    log: Mapping[str, str] | None = None,
) -> None:
    """Write the folders of these versions, all of them or none, and seal them.

    ready: what `prepared_joined` gave. pages: version → folder of its pages. into: version →
    folder. log: as for a report. Errors: as for `prepared_joined`.
    """
    made: dict[Path, Files] = {}
    for version, found in ready.items():
        files = page_files(Path(pages[version]), f"{kind}.html", to, found.secrets) | found.files
        files[SEAL] = data.as_json(sealed(found.version, found.made_from, files, kind=kind))
        made[Path(into[version])] = files
    for place, files in made.items():
        write_folder(place, files)
    stores = [each.insp.store for found in ready.values() for each in found.editions]
    for store in dict.fromkeys(stores) if log else ():
        logged(store, made, log or {})


def thematic(theme: Grouped, with_parquet: bool) -> Made:
    """One Area's data, every figure by group, and which case is in which group."""
    edition = theme.edition
    files = data_files(edition, with_parquet)
    files[GROUPS] = data.as_json(by_group(theme))
    if not theme.public:
        drawn, numbers = theme.estimates.sample.drawn, edition.case_numbers
        rows = [(numbers[case], case, value)
                for case, value in zip(drawn["id"], drawn[theme.fact], strict=True)]  # fmt: skip
        files["groups.csv"] = data.as_csv(GROUPS_CSV, rows)
    made_from = data.digests(edition.insp, public=edition.public)
    return Made(edition.version, made_from, (edition,), files)


def by_group(theme: Grouped) -> dict[str, Any]:
    """groups: domain, value, label, stratum ("" all of them), size; rows: as those of the results.

    The public version has the groups that it shows, and of them themes and tags.
    """
    shown = {each.domain for each in theme.shown}
    rows = [
        data.emptied(row, theme.gone(row["figure"], row["domain"]))
        for row in group_rows(theme.estimates)
        if not theme.public or (row["domain"] in shown and row["kind"] != "question")
    ]
    return {
        "format": "inspectkit-groups/1",
        "fact": theme.fact,
        "digest": None if theme.public else theme.estimates.digest,
        "groups": [vars(each) for each in theme.shown],
        "rows": rows,
    }


def group_rows(est: Estimates) -> Iterator[dict[str, Any]]:
    """Every figure of every group; groups are not rated."""
    for row in data.rows(est):
        if row["domain"] != ALL:
            yield {name: row[name] for name in ROW}


def follow_up(rounds: Rounds, with_parquet: bool) -> Made:
    """Both rounds' data, each in a folder of its own, and every difference."""
    sides = {THEN: rounds.then, NOW: rounds.now}
    files: Files = {}
    made_from: dict[str, str] = {}
    for name, edition in sides.items():
        found = data_files(edition, with_parquet)
        files |= {f"{name}/{each}": content for each, content in found.items()}
        digests = data.digests(edition.insp, public=edition.public)
        made_from |= {f"{name}/{step}": digest for step, digest in digests.items()}
    files[CHANGES] = data.as_json(differences(rounds))
    return Made(rounds.now.version, made_from, tuple(sides.values()), files)


def differences(rounds: Rounds) -> dict[str, Any]:
    """names, common_cases (null where they are few and left out) and rows: see `change_rows`."""
    found, whole = rounds.found, rounds.whole
    told = found.common_cases == whole.common_cases
    return {
        "format": "inspectkit-changes/1",
        "names": list(found.names),
        "common_cases": whole.common_cases if told else None,
        "not_compared": list(found.left_out),
        "rows": list(change_rows(found)),
    }


def change_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    """The columns of a comparison's table, shares exact."""
    for row in found.table().to_dict("records"):
        yield {str(name): data.plain(cell) for name, cell in row.items()}


def national(value: tuple[Areas, Areas | None], with_parquet: bool) -> Made:
    """The Areas' sealed results, whole, and what they come to together.

    There is one version, as restricted as the results are: no case and no mark is in either.
    """
    found, before = value
    sides = {"": found.results, "earlier ": before.results if before else {}}
    made_from = {f"{side}{area}": each.digest for side, results in sides.items()
                 for area, each in results.items()}  # fmt: skip
    public = found.is_public and (before is None or before.is_public)
    files = {AREAS: data.as_json(areas(found, before))}
    return Made("public" if public else "restricted", made_from, (), files)


def areas(found: Areas, before: Areas | None) -> dict[str, Any]:
    """results, earlier: the sealed results; figures: composite, league, funnel and changes."""
    return {
        "format": "inspectkit-areas/1",
        "expected": list(found.expected),
        "results": [each.stated() for each in found.results.values()],
        "earlier": [each.stated() for each in before.results.values()] if before else [],
        "figures": list(area_rows(found, before)),
    }


def area_rows(found: Areas, before: Areas | None) -> Iterator[dict[str, Any]]:
    """Each figure of all Areas together, over all casework."""
    for figure in found.figures:
        tables = {"composite": found.composite(figure), "league": found.league(figure),
                  "funnel": found.funnel(figure)}  # fmt: skip
        tables |= {"changes": found.changes(before, figure)} if before else {}
        rows = {
            name: [{str(key): data.plain(cell) for key, cell in row.items()}
                   for row in table.astype(object).to_dict("records")]
            for name, table in tables.items()
        }  # fmt: skip
        yield {"figure": figure, "label": found.figures[figure], **rows}


KINDS: dict[str, Callable[[Any, bool], Made]] = {
    THEMATIC: thematic,
    FOLLOW_UP: follow_up,
    NATIONAL: national,
}
