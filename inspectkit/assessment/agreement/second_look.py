"""What shares would be as the second markers see them, and if all were as strict as the average.

Cases marked twice are a random part of the sample, so what a second marker changes there can be
carried over to the rest (`estimation.two_phase`, the method of US SNAP quality control). Severity
is a check of sensitivity. Both stand beside the marks and never in their place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from inspectkit.assessment.agreement.agree import Agreement, agree
from inspectkit.assessment.estimation.two_phase import TwoPhase, severity_adjusted, two_phase
from inspectkit.assessment.scoring import score
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews
from inspectkit.review.state import ANSWERED
from inspectkit.sampling.sample import Sample

ADDRESS = ["subject", "item", "question"]


@dataclass(frozen=True)
class SecondLook:
    """One theme or tag over all casework.

    raw: the first marks' share. found: as the second markers would have it, None where note says
    why not. evened: the raw share if every marker were as strict as the average one.
    """

    figure: str
    title: str
    raw: float
    found: TwoPhase | None
    evened: float
    note: str = ""


def second_look(
    reviews: Reviews, qs: QuestionSet, sample: Sample, *, agreement: Agreement | None = None
) -> tuple[SecondLook, ...]:
    """Every theme and tag seen again; none where no case was marked by two people.

    A question counts where both found that it applies; where the second marker did not, the first
    mark stands. agreement: of the same reviews, where it was worked out before.
    """
    first, second = _first_and_second(reviews)
    if second.empty or not sample.is_stratified:
        return ()
    table = (agreement or agree(reviews, qs, levels=())).severity
    strict = from_average(dict(zip(table["marker"], table["shrunk"], strict=True)))
    before, after = score(first, qs), score(replace(first, marks=second), qs)
    again = after.cases().set_index(["figure", "subject"])["points"].rename("again")
    sizes = sample.strata().set_index("stratum")["N"]
    markers = reviews.subjects.set_index("subject")["marker"]
    files = before.cases()
    files = files[files["settled"]].join(again, on=["figure", "subject"])
    files = files.assign(N=files["stratum"].map(sizes), marker=files["subject"].map(markers))
    return tuple(
        _look(each.id, each.label, files[files["figure"] == each.id], strict)
        for each in before.figures
        if each.kind != "question" and files.loc[files["figure"] == each.id, "available"].any()
    )


def from_average(severity: dict[str, float]) -> dict[str, float]:
    """How far each marker is from the average of all, where `severity` is from that of the others.

    >>> from_average({"AB": 6.0, "CD": -3.0, "EF": -3.0})
    {'AB': 4.0, 'CD': -2.0, 'EF': -2.0}
    """
    part = (len(severity) - 1) / len(severity) if severity else 0.0
    return {marker: found * part for marker, found in severity.items()}


def _look(figure: str, title: str, files: pd.DataFrame, strict: dict[str, float]) -> SecondLook:
    evened = severity_adjusted(files, strict)
    raw = severity_adjusted(files, {})
    try:
        return SecondLook(figure, title, raw, two_phase(files), evened)
    except InspectionError as error:
        return SecondLook(figure, title, raw, None, evened, str(error))


def _first_and_second(reviews: Reviews) -> tuple[Reviews, pd.DataFrame]:
    """Reviews with the first marks of every case; the second marks where both say it applies."""
    blind = reviews.blind
    leads = reviews.subjects.set_index("subject")["marker"]
    lead = blind["marker"] == blind["subject"].map(leads)
    twice = set(blind.loc[~lead, "subject"]) & set(blind.loc[lead, "subject"])
    blind = blind[blind["subject"].isin(twice)]
    lead = lead[blind.index]
    kept = reviews.marks[~reviews.marks["subject"].isin(twice)]
    first = pd.concat([kept, blind[lead][kept.columns]], ignore_index=True)
    others = blind[~lead].sort_values("marker").drop_duplicates(ADDRESS)
    both = blind[lead].merge(others[[*ADDRESS, "state", "answer"]], on=ADDRESS, how="left",
                             suffixes=("", "_second"))  # fmt: skip
    agreed = (both["state"] == ANSWERED) & (both["state_second"] == ANSWERED)
    second = both.assign(answer=both["answer_second"].where(agreed, both["answer"]))
    return replace(reviews, marks=first), second[kept.columns]
