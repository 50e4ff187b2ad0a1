"""The back of an Area report: method, sample, questions, glossary and the chain of digests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspectkit.exhibits import (
    Bar,
    Block,
    Column,
    Prose,
    Series,
    StackedBars,
    Table,
    counted,
    listed,
    spoken,
)
from inspectkit.report.corrections import frame_errors
from inspectkit.report.disclosure import in_column
from inspectkit.report.figures import left_out_note
from inspectkit.report.glossary import GLOSSARY
from inspectkit.report.readings import FEW_CASES, LEFT_OUT, bands, domains, stamp
from inspectkit.sampling.evidence.manifests import public
from inspectkit.version import VERSION

_DIGESTS = (Column("Step"), Column("What it is"), Column("SHA-256", "code"))


def method(insp: Any) -> Prose:
    """How cases were chosen, marked and rated, in plain words."""
    rule, known = insp.rule, bands(insp)
    lowest = [f"{each.at_least:g}% or more is “{each.label.lower()}”" for each in known[:-1]]
    blocks = [
        Block("How the cases were chosen", "heading"),
        Block(
            "Every eligible case of the period had the same chance as every other case of its "
            "casework type. A case's place in the draw comes from a number computed from its "
            "reference and a seed; nobody chooses it. The inspected body can recompute the whole "
            "draw from its own list."
        ),
        _committed(insp.sample.head),
        Block("How the cases were marked and scored", "heading"),
        Block(
            "An inspector answers the questions of Annex C for each case. An answer earns points "
            "(fully met 2, partially met 1, not met 0). The score of a theme is the points won out "
            "of the points available, over all its questions and cases together. A question that "
            "did not apply is left out of both; it is neither a success nor a failing."
        ),
        Block("How the ratings were given", "heading"),
        Block(f"A share of {listed(lowest)}; below that, “{known[-1].label.lower()}”."),
        Block(
            f"A figure with fewer than {counted(rule.minimum_cases, 'case')} to which something "
            f"applied is not rated. Rule: {rule.label} ({rule.ref}). Source: {rule.source.strip()}"
        ),
    ]
    if not rule.verified:
        blocks.append(
            Block("The bands have not been checked against a published document.", "warning")
        )
    return Prose((*blocks, *_intervals_explained()))


def _committed(head: Mapping[str, Any]) -> Block:
    """Whether list and design were fixed before the seed was known."""
    if head.get("commitment"):
        what = "The list of cases and the design were fixed by their digests before the seed."
        return Block(what)
    what = "The list of cases and the design were not committed before the seed was known."
    return Block(f"{what} Reason given: {head.get('uncommitted') or 'none'}.", "warning")


def sample_annex(insp: Any) -> Series:
    """The eligible cases, the sample and its reserves; why lines of the export are not cases."""
    parts: list[Table | StackedBars] = [_strata(insp), _composition(insp), *line_tables(insp)]
    if not insp.public:
        parts += frame_errors(insp)
    statement = (
        "SIMULATED MARKS. The sample was drawn as described, but its cases were marked by a "
        "model for demonstration; no case file was read."
        if insp.simulated
        else "The marks were given by inspectors who read the case files."
    )
    said = Block(statement, "warning" if insp.simulated else "paragraph")
    return Series((Prose((said,)), *parts))


def questions_table(insp: Any) -> Series:
    """The text of every question with where it counts, page by page, and the source of the set."""
    qs = insp.question_set
    themes = {each.id: each.label for each in qs.themes}
    tags = {each.id: each.label for each in qs.tags}
    rows, groups = [], []
    for question in sorted(qs.questions, key=lambda each: list(themes).index(qs.page(each))):
        asked = [qs.casework_types[each] for each in question.casework_types] or ["All casework"]
        counts = [
            *(themes[each] for each in question.themes),
            *(tags[each] for each in question.tags),
        ]
        groups.append(themes[qs.page(question)])
        rows.append(
            (
                question.text,
                _answers(qs, question),
                ", ".join(counts) if question.scored else "Nothing (context)",
                ", ".join(asked),
            )
        )
    table = Table(
        id="questions",
        title="The questions, in the order of the form",
        columns=(Column("Question"), Column("Answers"), Column("Counts to"), Column("Asked of")),
        rows=tuple(rows),
        groups=tuple(groups),
    )
    intro = f"Question set: {qs.label} ({qs.ref}). Source: {qs.content.source.strip()}"
    blocks = [Block(intro)]
    if not qs.content.verified:
        blocks.append(
            Block("The questions have not been checked against a published annex.", "warning")
        )
    return Series((Prose(tuple(blocks)), table))


def glossary(insp: Any) -> Prose:
    """The words of this report."""
    return Prose(tuple(Block(text, "definition", term) for term, text in GLOSSARY))


def provenance(insp: Any, *, notebook: str = "") -> Table:
    """The chain of digests from the list of cases to the rule, and what made this report."""
    made = ("Notebook", "what wrote this report", notebook or "opened by hand, not recorded")
    return Table(
        id="provenance",
        title="What this report was made from",
        columns=_DIGESTS,
        rows=(*_chain(insp), made),
        notes=(
            "Each digest changes as soon as anything in its step changes. Made with "
            f"inspectkit {VERSION}. That of the log changes with every event; whoever keeps it can "
            "tell later, with inspectkit audit --head, that nothing was cut or written anew.",
        ),
    )


def earlier_provenance(insp: Any) -> Table:
    """The same chain of the round that a follow-up is set against."""
    title = "What the earlier round was made from"
    return Table(id="earlier-provenance", title=title, columns=_DIGESTS, rows=_chain(insp))


def _chain(insp: Any) -> tuple[tuple[str, str, str], ...]:
    return (
        ("Eligible cases", "the list they were drawn from", insp.frame.digest),
        ("Design", "sizes and reserves, fixed before the draw", insp.design.digest),
        ("Sample", *_drawn(insp)),
        ("Question set", insp.question_set.ref, insp.question_set.digest),
        ("Log", "where every chain of events stood", insp.log_head),
        ("Reviews", "the marks as they stood", insp.reviews.digest),
        ("Scores", "points counted from the marks", insp.scores.digest),
        ("Estimates", "shares and intervals", insp.estimates.digest),
        ("Rule", insp.rule.ref, insp.rule.digest),
        ("Ratings", "bands given", insp.ratings.digest),
    )


def _drawn(insp: Any) -> tuple[str, str]:
    """The draw's public digest: that of the manifest belongs to those who may see the manifest."""
    if insp.public:
        return "what is public of the draw", str(public(insp.sample)["digest"])
    return "the manifest of the draw", insp.sample.digest


def _intervals_explained() -> tuple[Block, ...]:
    return (
        Block("What an interval means", "heading"),
        Block(
            "Another sample of the same size would have given somewhat other figures. The 95% "
            "interval is the range that such samples point to: of a hundred intervals made in "
            "this way, about ninety-five hold the figure that reading every eligible case would "
            "have given. It covers the chance of the draw only, not differences of judgement "
            "between inspectors."
        ),
        Block(
            f"A figure from fewer than {FEW_CASES} cases says little about the Area, however high "
            "or low it is. Two figures with intervals that overlap should not be ranked."
        ),
    )


def _answers(qs: Any, question: Any) -> str:
    if question.type == "scale":
        return str(qs.scale(question.scale).label)
    offered = {"choice": "One of: ", "multiple": "Any of: "}.get(question.type)
    if offered:
        return offered + "; ".join(qs.answers(question).values())
    return {"calculated": "Worked out"}.get(question.type, f"A {question.type}")


def line_tables(insp: Any) -> tuple[Table, ...]:
    """What became of the lines of the export, and why cases of it are not eligible."""
    return (_lines(insp), *((_exclusions(insp),) if len(insp.frame.exclusions) else ()))


def _strata(insp: Any) -> Table:
    labels, status = domains(insp), insp.reviews.subjects
    rows: list[tuple[str | int, ...]] = []
    for row in insp.sample.strata().itertuples():
        done = status[(status["stratum"] == row.stratum) & (status["status"] == "submitted")]
        rows.append((labels[row.stratum], int(row.N), int(row.n), int(row.reserves), len(done)))
    sums = [sum(int(row[place]) for row in rows) for place in range(1, 5)]
    return Table(
        id="sample",
        title="Eligible cases, sample and reserves",
        columns=(
            Column("Casework type"),
            Column("Eligible cases", "number"),
            Column("Sampled", "number"),
            Column("In reserve", "number"),
            Column("Marked and submitted", "number"),
        ),
        rows=(*rows, ("All", *sums)),
        totals=(len(rows),),
        notes=("A reserve is opened only for a stated reason, in the order of the draw.",),
    )


def _composition(insp: Any) -> StackedBars:
    labels, strata = domains(insp), insp.sample.strata()
    bars = (
        Bar("Eligible cases", "", tuple(int(each) for each in strata["N"])),
        Bar("Sample", "", tuple(int(each) for each in strata["n"])),
    )
    shares = [
        f"{bar.label}: "
        + listed(
            [
                f"{label} {spoken(value / bar.total)}"
                for label, value in zip(labels.values(), bar.values, strict=True)
            ]
        )
        for bar in bars
    ]
    return StackedBars(
        id="composition",
        title="Casework types among the eligible cases and in the sample",
        alt=". ".join(shares) + ".",
        series=tuple(labels.values()),
        bars=bars,
        unit="cases",
        notes=(
            "The sample holds more of the rarer and graver casework than the Area does. Figures by "
            "casework type are not touched by this; the pooled column is weighted for it.",
        ),
        stamp=stamp(insp),
    )


def _lines(insp: Any) -> Table:
    found = insp.frame.summary()
    rows = [(str(row.label), int(row.lines)) for row in found.itertuples()]
    return Table(
        id="lines",
        title="What became of every line of the export",
        columns=(Column("Line of the export"), Column("Lines", "number")),
        rows=(*rows, ("Lines read", sum(lines for _, lines in rows))),
        totals=(len(rows),),
    )


def _exclusions(insp: Any) -> Table:
    found = insp.frame.exclusions
    rows = [(str(row.label), int(row.cases), int(row.rows)) for row in found.itertuples()]
    shown: list[tuple[str | int, ...]] = [*rows]
    sums = ("All", sum(row[1] for row in rows), sum(row[2] for row in rows))
    if insp.public:
        gone = in_column([row[1] for row in rows], threshold=insp.threshold)
        left = (LEFT_OUT, LEFT_OUT)
        shown = [(row[0], *left) if at in gone else row for at, row in enumerate(rows)]
    return Table(
        id="exclusions",
        title="Cases of the export that are not eligible",
        columns=(Column("Reason"), Column("Cases", "number"), Column("Lines", "number")),
        rows=(*shown, sums),
        totals=(len(rows),),
        notes=(
            "Each case is counted once, under the first reason that applies.",
            *left_out_note(insp),
        ),
    )
