"""What holds for every draw, whatever the frame: order of rows, nesting, leaving, sums, chances."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspectkit.sampling import Design, Sample, draw, settle
from inspectkit.sampling.draw import prepared
from inspectkit.sampling.selecting.pareto import order, probabilities
from inspectkit.sampling.selecting.topup import enlarged, in_order
from inspectkit.sampling.tickets import key, tickets
from tests.properties.frames import cases_of, clustered_cases, examples, frame_of

EXAMPLES = examples()
# the profile says how many: a draw costs more than what Hypothesis usually tries
SOME = settings(max_examples=settings.default.max_examples // 20)
# a case that leaves moves the places of a sorted list, and changes the sum of the sizes
EQUAL = ["simple", "stratified", "take_all", "quota", "avoid", "prefer", "acceptance"]
strata = st.fixed_dictionaries(
    {"MC": st.integers(8, 40), "CC": st.integers(6, 20), "RASSO": st.integers(4, 9)}
)
seeds = st.integers(0, 10**9).map(str)


@pytest.mark.parametrize("name", EXAMPLES)
@SOME
@given(random=st.randoms(use_true_random=False), seed=seeds)
def test_the_order_of_the_rows_never_changes_a_sample(name: str, random: object, seed: str) -> None:
    frame, design = EXAMPLES[name]
    places = list(range(len(frame.cases)))
    random.shuffle(places)  # type: ignore[attr-defined]
    shuffled = frame_of(frame.cases.iloc[places])
    assert draw(shuffled, design, seed=seed).digest == draw(frame, design, seed=seed).digest


@SOME
@given(sizes=strata, n=st.integers(1, 3), more=st.integers(0, 3), seed=seeds)
def test_unweighted_samples_nest_as_n_grows(
    sizes: dict[str, int], n: int, more: int, seed: str
) -> None:
    frame = frame_of(cases_of(sizes))
    small, large = (
        draw(frame, Design.of("a", strata=dict.fromkeys(sizes, size), reserves="30%"), seed=seed)
        for size in (n, min(n + more, 3))
    )
    for name in sizes:
        first, second = (drawn_of(each, name) for each in (small, large))
        assert second[:n] == first


def drawn_of(sample: Sample, stratum: str) -> list[str]:
    return list(sample.drawn.loc[sample.drawn["stratum"] == stratum, "id"])


@pytest.mark.parametrize("name", EQUAL)
@SOME
@given(seed=seeds, pick=st.integers(0, 10**6))
def test_a_case_neither_drawn_nor_reserve_can_leave(name: str, seed: str, pick: int) -> None:
    frame, design = EXAMPLES[name]
    sample = draw(frame, design, seed=seed)
    spare = sorted(set(frame.cases["id"]) - set(sample.cases["id"]))
    gone = spare[pick % len(spare)]
    again = draw(frame_of(frame.cases[frame.cases["id"] != gone]), design, seed=seed)
    columns = ["id", "stratum", "role", "order", "ticket"]
    assert again.cases[columns].equals(sample.cases[columns])


@SOME
@given(sizes=strata, seed=seeds, data=st.data())
def test_strata_add_up(sizes: dict[str, int], seed: str, data: st.DataObject) -> None:
    wanted = {name: data.draw(st.integers(1, N)) for name, N in sizes.items()}
    sample = draw(frame_of(cases_of(sizes)), Design.of("a", strata=wanted), seed=seed)
    assert dict(zip(sample.strata()["stratum"], sample.strata()["n"], strict=True)) == wanted
    weights = sample.cases["weight"].map(Fraction).groupby(sample.cases["stratum"]).sum()
    assert weights.to_dict() == sizes


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_kind_of_design_adds_up(name: str) -> None:
    frame, design = EXAMPLES[name]
    sample = draw(frame, design, seed="1 2 3")
    rows = sample.strata()
    avoided = len(set(design.avoid) & set(frame.cases["id"]))
    assert rows["N"].sum() + avoided == len(frame.cases)
    assert rows["n"].sum() == len(sample.drawn) == sample.cases["role"].eq("sample").sum()
    assert rows["reserves"].sum() == sample.cases["role"].eq("reserve").sum()
    assert not sample.cases["id"].duplicated().any()
    products = sample.cases["probability"].map(Fraction) * sample.cases["weight"].map(Fraction)
    assert set(products) == {Fraction(1)}


def chances(name: str, runs: int) -> tuple[dict[str, int], dict[str, Fraction]]:
    """How often each case was drawn with the seeds 0, 1 ..., and its stated probability."""
    frame, design = EXAMPLES[name]
    drawn = prepared(settle(frame, design))
    counts: dict[str, int] = dict.fromkeys(frame.cases["id"], 0)
    stated: dict[str, str] = {}
    for seed in range(runs):
        for row in drawn(key(f"seed {seed}", design.inspection, design.round)):
            counts[row.id] += row.role == "sample"
            assert stated.setdefault(row.id, row.probability) == row.probability
    return counts, {id: Fraction(chance) for id, chance in stated.items()}


def worst(counts: dict[str, int], stated: dict[str, Fraction], runs: int) -> float:
    """The largest distance of a count from what is stated, in standard errors."""
    distances = []
    for id, count in counts.items():
        p = float(stated.get(id, 0))
        assert 0 < p < 1 or count == p * runs, f"{id}: {count} of {runs} with probability {p}"
        if 0 < p < 1:
            distances.append(abs(count - runs * p) / sqrt(runs * p * (1 - p)))
    return max(distances, default=0.0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_inclusion_probabilities_hold(name: str, full: bool) -> None:
    # 4.5 standard errors: of some 50 cases none is further off in 99.96% of trials
    runs = 20_000 if full else 1_000
    counts, stated = chances(name, runs)
    assert worst(counts, stated, runs) < 4.5


def test_a_wrong_probability_would_be_found(full: bool) -> None:
    runs = 20_000 if full else 2_000
    counts, stated = chances("simple", runs)
    off = Fraction(11, 10) if full else Fraction(3, 2)
    assert worst(counts, {id: chance * off for id, chance in stated.items()}, runs) > 4.5


def test_pairs_of_cases_are_as_likely_as_in_a_simple_random_sample(full: bool) -> None:
    runs = 20_000 if full else 1_000
    frame, design = (
        frame_of(cases_of({"MC": 8, "CC": 6})),
        Design.of("a", strata={"MC": 3, "CC": 2}),
    )
    drawn, pairs = prepared(settle(frame, design)), combinations(sorted(frame.cases["id"]), 2)
    counts = dict.fromkeys(pairs, 0)
    for seed in range(runs):
        rows = drawn(key(f"pairs {seed}", "a", "1"))
        for pair in combinations(sorted(row.id for row in rows), 2):
            counts[pair] += 1
    inside = {"MC": Fraction(3 * 2, 8 * 7), "CC": Fraction(2 * 1, 6 * 5)}
    stated = {
        pair: inside[pair[0][:2]] if pair[0][:2] == pair[1][:2] else Fraction(3 * 2, 8 * 6)
        for pair in counts
    }
    assert worst(counts, stated, runs) < 4.5


SIZES_OF_13 = [str(size) for size in (1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9)]
TOPPED_UP = {
    "simple": (cases_of({"MC": 13}), {"strata": {"MC": 4}}, {"strata": {"MC": 6}}),
    "systematic": (
        cases_of({"MC": 13}),
        {"strata": {"MC": 4}, "selection": "systematic"},
        {"strata": {"MC": 6}, "selection": "systematic"},
    ),
    "pareto": (
        cases_of({"MC": 13}, size=SIZES_OF_13),
        {"strata": {"MC": 4}, "selection": "pareto"},
        {"strata": {"MC": 6}, "selection": "pareto"},
    ),
    "clusters": (
        clustered_cases(),
        {"strata": {"letters": 2}, "clusters": {"n": 1}},
        {"strata": {"letters": 3}, "clusters": {"n": 2}},
    ),
}


@pytest.mark.parametrize("name", TOPPED_UP)
def test_inclusion_probabilities_hold_after_a_top_up(name: str, full: bool) -> None:
    runs = 20_000 if full else 1_000
    cases, before, after = TOPPED_UP[name]
    small, large = (
        settle(frame_of(cases), Design.of("a", reserves="30%", **each)) for each in (before, after)
    )
    first, (stratum,) = prepared(small), large.strata
    whole, counts, stated = in_order(large.cases, stratum), dict.fromkeys(cases["id"], 0), {}
    for seed in range(runs):
        round_key = key(f"{seed}", "a", "1")
        drawn = [row.id for row in first(round_key) if row.role == "sample"]
        for row in enlarged(drawn, stratum, whole(round_key))[0]:
            counts[row.id] += row.role == "sample"
            stated[row.id] = Fraction(row.probability)
    assert worst(counts, stated, runs) < 4.5


def test_pareto_probabilities_agree_with_simulation_from_the_same_key_family(full: bool) -> None:
    # ten cases, three drawn: n x / X alone is up to 2% off, which the last line shows
    runs = 200_000 if full else 20_000
    sizes, ids = [1, 2, 2, 3, 3, 4, 5, 6, 8, 9], [f"MC{k:03}/26" for k in range(10)]
    counts = dict.fromkeys(ids, 0)
    for run in range(runs):
        drawn_tickets = tickets(key(f"simulation {run}", "a", "1"), ids)
        for place in order(sizes, 3, ids, drawn_tickets)[:3]:
            counts[ids[place]] += 1
    found = dict(zip(ids, probabilities(sizes, 3), strict=True))
    assert abs(sum(found.values()) - 3) < Fraction(1, 10**5)
    assert worst(counts, found, runs) < 4.5
    if full:
        plain = {id: Fraction(3 * x, sum(sizes)) for id, x in zip(ids, sizes, strict=True)}
        assert worst(counts, plain, runs) > 4.5
