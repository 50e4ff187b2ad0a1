"""The design: which strata, how many cases and reserves of each, drawn how; never the seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

from inspectkit.digest import digest, exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.sample_table import SampleTable, StratumTable
from inspectkit.sampling.selecting.earlier import earlier_cases, stated_list
from inspectkit.sampling.selecting.stratum import AcceptancePlan, Allocation, Stratum
from inspectkit.sampling.spec import read_toml
from inspectkit.validation import validated

__all__ = ["AcceptancePlan", "Allocation", "Design", "Stratum"]
StratumSizes = Mapping[str, Any] | Sequence[str]
HALF = Fraction(1, 2)
OVERLAP = "Give a share such as 1/2: earlier cases and others all need a chance"


@dataclass(frozen=True)
class Design:
    """What is drawn, stated before the seed is known.

    by: facts whose values make the strata; () is one stratum "all", None the frame's own strata.
    avoid, prefer: ids of cases of earlier rounds; overlap: the share of n from the preferred ones.

    >>> design = Design.of("south-west-2026", strata={"MC": 30, "CC": 40}, reserves="30%")
    >>> [(stratum.id, stratum.n, stratum.reserves) for stratum in design.strata]
    [('MC', 30, 9), ('CC', 40, 12)]
    """

    inspection: str
    round: str
    strata: tuple[Stratum, ...]
    title: str = ""
    allocation: Allocation | None = None
    by: tuple[str, ...] | None = None
    avoid: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    overlap: Fraction = HALF

    @classmethod
    def of(
        cls,
        inspection: str,
        *,
        strata: StratumSizes = (),
        reserves: str = "0%",
        round: str = "1",
        **stated: Any,
    ) -> Design:
        """A design from sizes by stratum; other keys of [sample] as keywords.

        strata: stratum → n, → an AcceptancePlan, or → a table with the keys of [[sample.strata]];
        only names where an allocation gives the sizes.

        >>> Design.of("a", strata={"MC": {"take_all": True}}).strata[0].take_all
        True
        >>> Design.of("a", strata=["MC", "CC"], total=90, allocation="proportional").allocation.rule
        'proportional'
        """
        sizes = strata if isinstance(strata, Mapping) else {id: {} for id in strata}
        tables = [{"id": id, "label": id, **_stratum_table(size)} for id, size in sizes.items()]
        table = {
            "inspection": {"id": inspection, "round": round},
            "sample": {"reserves": reserves, "strata": tables, **stated},
        }
        return cls._from(table, "design")

    @classmethod
    def read(cls, path: str | Path) -> Design:
        """The design that an `inspection.toml` states.

        Errors: sizes that are no whole number from 1, strata named twice, unknown keys, keys that
        contradict each other. Lists of earlier cases are read beside the file.
        """
        place = Path(path)
        settings = read_toml(place)
        table = dict(settings.get("sample", {}))
        for name in ("avoid", "prefer"):
            if name in table:
                table[name] = earlier_cases(place.parent, table[name], f"{place.name} [sample]")
        return cls._from({**settings, "sample": table}, place.name)

    @classmethod
    def _from(cls, settings: Mapping[str, Any], where: str) -> Design:
        table = validated(SampleTable, settings.get("sample", {}), f"{where} [sample]")
        _consistent(table, f"{where} [sample]")
        head = settings.get("inspection", {})
        if not head.get("id"):
            raise InspectionError(
                f"{where} [inspection]", "there is no id", "Give the inspection a short name"
            )
        share = Fraction(int(table.reserves[:-1]), 100)
        return cls(
            str(head["id"]),
            str(head.get("round", 1)),
            tuple(part for each in table.strata for part in _parts(each, table, share)),
            str(head.get("title", "")),
            _allocation(table, share),
            table.by,
            tuple(sorted(set(table.avoid))),
            tuple(sorted(set(table.prefer))),
            table.overlap,
        )

    def next_round(self, round: str, *, avoid: Iterable[str] = ()) -> Design:
        """The same design for another round, which has a key of its own, without these cases."""
        if round == self.round:
            raise InspectionError(
                f"round {round}", "the design has this round already", "Name a fresh round"
            )
        return replace(self.with_earlier(avoid=avoid), round=round)

    def with_earlier(
        self,
        *,
        avoid: Iterable[str] = (),
        prefer: Iterable[str] = (),
        overlap: Fraction | str | None = None,
    ) -> Design:
        """The same design that avoids or prefers these cases of earlier rounds as well."""
        share = self.overlap if overlap is None else Fraction(overlap)
        if not 0 < share < 1:
            raise InspectionError("overlap", f"{share} is not between 0 and 1", OVERLAP)
        lists = {"avoid": {*self.avoid, *avoid}, "prefer": {*self.prefer, *prefer}}
        both = lists["avoid"] & lists["prefer"]
        if both:
            remedy = "Take it off one of the lists"
            raise InspectionError(f"case {min(both)}", "it is avoided and preferred", remedy)
        sets = {name: tuple(sorted(ids)) for name, ids in lists.items()}
        return replace(self, avoid=sets["avoid"], prefer=sets["prefer"], overlap=share)

    def canonical(self) -> dict[str, Any]:
        """Plain values; keys beyond those of a stratified design stand there only when used."""
        content: dict[str, Any] = {
            "inspection": self.inspection,
            "round": self.round,
            "strata": [each.canonical() for each in self.strata],
        }
        if self.allocation:
            content["allocation"] = self.allocation.canonical()
        if self.by is not None:
            content["by"] = list(self.by)
        if self.avoid:
            content["avoid"] = stated_list(self.avoid)
        if self.prefer:
            content["prefer"] = {**stated_list(self.prefer), "overlap": exact(self.overlap)}
        return content

    @classmethod
    def restore(
        cls, content: Mapping[str, Any], *, avoid: Iterable[str] = (), prefer: Iterable[str] = ()
    ) -> Design:
        """A design from its canonical form and the lists that the form has only as digests.

        Errors: a list that does not have the digest stated.
        """
        lists = {"avoid": tuple(sorted(avoid)), "prefer": tuple(sorted(prefer))}
        for name, ids in lists.items():
            stated = content.get(name, {}).get("digest")
            if stated and stated != digest(list(ids)):
                raise InspectionError(
                    f"design, {name}", "the list does not fit its digest", "Give the list drawn by"
                )
        allocation = content.get("allocation")
        return cls(
            content["inspection"],
            content["round"],
            tuple(Stratum.restore(each, label=each["id"]) for each in content["strata"]),
            allocation=Allocation.restore(allocation) if allocation else None,
            by=tuple(content["by"]) if "by" in content else None,
            avoid=lists["avoid"],
            prefer=lists["prefer"],
            overlap=Fraction(content.get("prefer", {}).get("overlap", HALF)),
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of inspection, round, strata and whatever else decides who is drawn."""
        return digest(self.canonical())


def _stratum_table(size: Any) -> dict[str, Any]:
    if isinstance(size, AcceptancePlan):
        return {"n": size.n, "accept": size.c, "fewest": size.fewest}
    return dict(size) if isinstance(size, Mapping) else {"n": size}


def _parts(table: StratumTable, sample: SampleTable, share: Fraction) -> list[Stratum]:
    """The stratum, or one part for each quota and one for the rest."""
    clusters = sample.clusters
    selection = table.selection or sample.selection or ("clusters" if clusters else "simple")
    n = table.n or 0
    whole = Stratum(
        table.id,
        table.label or table.id,
        n,
        ceil(n * share),
        selection=selection,
        take_all=sample.take_all if table.take_all is None else table.take_all,
        deviation=table.deviation,
        items=(clusters.n or "") if clusters and selection == "clusters" else "",
        sort=sample.sort if selection == "systematic" else (),
        accept=table.accept,
        fewest=table.fewest,
    )
    if not table.quota:
        return [whole]
    cells = [("+".join(each.values), each.n, (each.column, *each.values)) for each in table.quota]
    rest = n - sum(size for _, size, _ in cells)
    return [
        replace(
            whole,
            id=f"{whole.id}:{name}",
            label=f"{whole.label}: {name}",
            n=size,
            reserves=ceil(size * share),
            of=whole.id,
            where=where,
        )
        for name, size, where in [*cells, ("rest", rest, ())]
        if size
    ]


def _allocation(table: SampleTable, share: Fraction) -> Allocation | None:
    if table.allocation is None:
        return None
    total = 0 if table.allocation == "precision" else table.total or 0
    plain = Allocation(table.allocation, total, minimum=table.minimum, reserves=share)
    if table.allocation == "power":
        return replace(plain, power=table.power)
    if table.allocation == "precision":
        return replace(plain, half_width=table.half_width, z=table.z)
    return plain


def _consistent(table: SampleTable, where: str) -> None:
    problems = Problems()
    for what, remedy in _contradictions(table):
        problems.add(where, what, remedy)
    problems.raise_if_any()


def _contradictions(table: SampleTable) -> Iterable[tuple[str, str]]:
    ids, rule = [stratum.id for stratum in table.strata], table.allocation
    if len(set(ids)) < len(ids):
        yield "a stratum stands twice", "Name each stratum once"
    if not ids and rule != "each":
        yield "there is no stratum", 'Name the strata, or use allocation = "each" with by'
    if rule and rule != "precision" and not table.total:
        yield f'allocation "{rule}" has no total', "Give total, a whole number from 1"
    if table.total and not rule:
        yield "there is a total and no allocation", "Say how it is allocated, or give each its n"
    if rule == "precision" and not table.half_width:
        yield "there is no half_width", 'Give it, for example half_width = "0.05"'
    clustered = table.clusters is not None
    if table.sort and not any(s == "systematic" for s in _selections(table)):
        yield (
            "sort is used by systematic samples only",
            'Remove it, or set selection = "systematic"',
        )
    if clustered and "clusters" not in _selections(table):
        yield "[sample.clusters] with another selection", 'Use selection = "clusters"'
    if not 0 < table.overlap < 1 and table.prefer:
        yield "overlap is not between 0 and 1", OVERLAP
    for stratum in table.strata:
        yield from _stratum_contradictions(stratum, rule)


def _stratum_contradictions(table: StratumTable, rule: str | None) -> Iterable[tuple[str, str]]:
    name, quota = f"stratum {table.id}", table.quota
    if rule and (table.n or quota):
        yield f"{name} has an n or quotas beside an allocation", "Remove the one or the other"
    if not rule and not table.n and not table.take_all:
        yield f"{name} has no n", "Give n, or take_all = true for every case"
    if rule in ("neyman", "precision") and table.deviation is None:
        yield f"{name} has no deviation", "Give the standard deviation that is assumed"
    if quota and sum(each.n for each in quota) > (table.n or 0):
        yield f"{name}: the quotas add up to more than n", "n is of the whole stratum, quotas in it"
    names = ["+".join(each.values) for each in quota]
    if len({*names, "rest"}) < len(names) + 1:
        yield f"{name}: two quotas have one name", "Name each value once; none may be called rest"
    if table.accept is not None and table.n and table.accept >= table.n:
        yield f"{name}: accept is not below n", "Accept fewer failures than there are cases"


def _selections(table: SampleTable) -> set[str]:
    standard = table.selection or ("clusters" if table.clusters else "simple")
    return {each.selection or standard for each in table.strata} or {standard}
