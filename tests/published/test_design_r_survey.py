"""Means, proportions, ratios, totals and domains as R's survey package gives them on nine designs.

R 4.2.2, survey 4.1-1 (Debian), run 2026-11-25. Data: the package's own `api` (California's Academic
Performance Index 2000, samples of schools) and `election_pps` (counties, 2004), columns cut; and
offices_simulated.csv, simulated marks of files in offices in three strata. The designs:

    srs           svydesign(~1, fpc = ~fpc, data = apisrs, weights = ~pw)
    strat         svydesign(~1, strata = ~stype, fpc = ~fpc, weights = ~pw, data = apistrat)
    clus1         svydesign(~dnum, fpc = ~fpc, weights = ~pw, data = apiclus1)
    clus2         svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
    offices       svydesign(~office + file, strata = ~stratum, fpc = ~offices + files, data = o)
    offices_only  svydesign(~office, strata = ~stratum, fpc = ~offices, weights = ~w, data = o)
    election      svydesign(~1, fpc = ~p, data = election_pps, pps = "brewer")

    svymean, svytotal, svyratio on subset(design, domain); coef, SE, degf. Rows without enrolment
    (clus2) lie outside the domain. clus1 for the jackknife has strata = ~I(pw > 0).
    as.svrepdesign(design, type = "JKn", mse = TRUE)

The package's documentation prints, of these: 662.29 (9.4089), 3687178 (114642), 644.17 (23.542),
0.8497087 (0.008386), 670.81 (30.099), 2639273 (799638).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from inspectkit.assessment.estimation.linear import (
    Drawn,
    Linear,
    mean_of,
    ratio_of,
    simple,
    stage,
    variance_of_total,
)
from inspectkit.assessment.estimation.replicates import jackknife, rao_wu
from inspectkit.streams import stream

DATA = Path(__file__).parent / "data"
AGREES = 1e-9  # of the value; R printed twelve digits
# design, what, top, bottom, domain, estimate, standard error, degrees of freedom
# fmt: off
REFERENCE = [
    ("srs", "mean", "api00", "", "all", 656.585, 9.24972203928, 199),
    ("srs", "ratio", "api_stu", "enroll", "all", 0.825353654573, 0.0100688263233, 199),
    ("srs", "mean", "api00", "", "sch_wide=Yes", 675.331288344, 9.85307652733, 162),
    ("srs", "ratio", "api_stu", "enroll", "sch_wide=Yes", 0.831040597077, 0.00949001360679, 162),
    ("srs", "mean", "api00", "", "comp_imp=Yes", 673.601503759, 11.7269762136, 132),
    ("srs", "ratio", "api_stu", "enroll", "comp_imp=Yes", 0.838780679009, 0.00965160675033, 132),
    ("srs", "proportion", "awards", "", "all", 0.62, 0.0338480671298, 199),
    ("srs", "proportion", "stype_H", "", "sch_wide=Yes", 0.0736196319018, 0.0201724625784, 162),
    ("srs", "total", "enroll", "", "all", 3621074.34, 169519.654344, 199),
    ("strat", "mean", "api00", "", "all", 662.287363159, 9.40894080278, 197),
    ("strat", "ratio", "api_stu", "enroll", "all", 0.836956886941, 0.00775710316664, 197),
    ("strat", "mean", "api00", "", "sch_wide=Yes", 676.530443657, 10.5203892001, 149),
    ("strat", "ratio", "api_stu", "enroll", "sch_wide=Yes", 0.849640874213, 0.00647901444385, 149),
    ("strat", "mean", "api00", "", "comp_imp=Yes", 676.402286067, 11.7146787699, 113),
    ("strat", "ratio", "api_stu", "enroll", "comp_imp=Yes", 0.851468020621, 0.00729544020936, 113),
    ("strat", "proportion", "awards", "", "all", 0.638936064051, 0.0344059179973, 197),
    ("strat", "proportion", "stype_H", "", "sch_wide=Yes", 0.0765554371521, 0.00961128519793, 149),
    ("strat", "total", "enroll", "", "all", 3687177.53244, 114641.716101, 197),
    ("clus1", "mean", "api00", "", "all", 644.169398907, 23.5422406938, 14),
    ("clus1", "ratio", "api_stu", "enroll", "all", 0.849708741724, 0.00838629716939, 14),
    ("clus1", "mean", "api00", "", "sch_wide=Yes", 649.3625, 23.4265703992, 14),
    ("clus1", "ratio", "api_stu", "enroll", "sch_wide=Yes", 0.848935559764, 0.0083087952641, 14),
    ("clus1", "mean", "api00", "", "comp_imp=Yes", 648.406015038, 22.4750215159, 13),
    ("clus1", "ratio", "api_stu", "enroll", "comp_imp=Yes", 0.851625244384, 0.01035915788, 13),
    ("clus1", "proportion", "awards", "", "all", 0.710382513661, 0.0330182995537, 14),
    ("clus1", "proportion", "stype_H", "", "sch_wide=Yes", 0.06875, 0.0247928185001, 14),
    ("clus1", "total", "enroll", "", "all", 3404940.13453, 932235.027041, 14),
    ("clus2", "mean", "api00", "", "all", 670.811808118, 30.0990273768, 39),
    ("clus2", "mean", "api00", "", "sch_wide=Yes", 705.171905697, 30.749725554, 35),
    ("clus2", "mean", "api00", "", "comp_imp=Yes", 717.168274384, 32.7966905289, 35),
    ("clus2", "proportion", "awards", "", "all", 0.639852398524, 0.0633993060768, 39),
    ("clus2", "proportion", "stype_H", "", "sch_wide=Yes", 0.0265225933202, 0.0139743355749, 35),
    ("clus2", "ratio", "api_stu", "enroll", "all", 0.819737042125, 0.0188505633127, 37),
    ("clus2", "total", "enroll", "", "all", 2639272.93, 799637.773648, 37),
    ("offices", "ratio", "points", "available", "all", 0.744649087493, 0.0629810767937, 12),
    ("offices", "mean", "days", "", "all", 15.8248807631, 1.15019179998, 12),
    ("offices", "ratio", "points", "available", "late_plea=1", 0.634129808507, 0.114929873803, 10),
    ("offices", "mean", "days", "", "late_plea=1", 17.1976393976, 1.9873985685, 11),
    ("offices", "ratio", "points", "available", "stratum=S", 0.803650442478, 0.0612918027279, 5),
    ("offices", "mean", "days", "", "stratum=S", 16.0983333333, 1.55035487237, 5),
    ("offices", "proportion", "within10", "", "all", 0.260333863275, 0.0657637576536, 12),
    ("offices_only", "ratio", "points", "available", "all", 0.744649087493, 0.0600186538077, 12),
    ("offices_only", "mean", "days", "", "all", 15.8248807631, 1.0015973436, 12),
    ("offices_only", "ratio", "points", "available", "late_plea=1",
     0.634129808507, 0.107415838898, 10),
    ("offices_only", "mean", "days", "", "late_plea=1", 17.1976393976, 1.81118021961, 11),
    ("offices_only", "ratio", "points", "available", "stratum=S",
     0.803650442478, 0.0554652745443, 5),
    ("offices_only", "mean", "days", "", "stratum=S", 16.0983333333, 1.35605753412, 5),
    ("offices_only", "proportion", "within10", "", "all", 0.260333863275, 0.0613334141785, 12),
    ("election", "ratio", "Bush", "votes", "all", 0.555240699836, 0.0210640941568, 39),
    ("election", "ratio", "Kerry", "votes", "all", 0.440641105594, 0.0210912686383, 39),
    ("election", "mean", "Nader", "", "all", 34.4691405066, 16.190506336, 39),
    ("election", "ratio", "Kerry", "votes", "bush_won=1", 0.368187190016, 0.0161694278258, 28),
    ("election", "total", "Bush", "", "all", 64518472.3805, 2447628.88866, 39),
]
JACKKNIFE = [
    ("strat", "JKn mse=TRUE", "api00", "", "all", 662.287363159, 9.40894080278),
    ("strat", "JKn mse=TRUE", "api_stu", "enroll", "all", 0.836956886941, 0.00777250905056),
    ("clus1", "JKn mse=TRUE", "api00", "", "all", 644.169398907, 26.3348576685),
    ("clus1", "JKn mse=TRUE", "api_stu", "enroll", "all", 0.849708741724, 0.00951936348156),
    ("offices_only", "JKn mse=TRUE", "points", "available", "all", 0.744649087493, 0.0613374224315),
]
# fmt: on
FILES = {
    "srs": "api_srs",
    "strat": "api_strat",
    "clus1": "api_clus1",
    "clus2": "api_clus2",
    "offices": "offices_simulated",
    "offices_only": "offices_simulated",
    "election": "election_pps",
}


def table(name: str) -> pd.DataFrame:
    """The rows of a design, with a column for each thing a case asks for."""
    rows = pd.read_csv(DATA / f"{FILES[name]}.csv")
    if "stype" in rows:
        rows["stype_H"] = rows["stype"] == "H"
        rows["awards"] = rows["awards"] == "Yes"
    if "days" in rows:
        rows["within10"] = rows["days"] <= 10
    if "Bush" in rows:
        rows["bush_won"] = (rows["Bush"] > rows["Kerry"]).astype(int)
    return rows


def design(name: str, rows: pd.DataFrame) -> Drawn:
    if name == "srs":
        return simple(np.zeros(len(rows)), rows["fpc"])
    if name == "strat":
        # the package's weights are rounded to four decimals, so not quite N/n
        return Drawn(rows["pw"].to_numpy(), simple(rows["stype"], rows["fpc"]).stages)
    if name == "clus1":
        districts = stage(np.zeros(len(rows)), rows["dnum"], rows["dnum"].nunique() / rows["fpc"])
        return Drawn(rows["pw"].to_numpy(), (districts,))
    if name == "election":
        counties = stage(np.zeros(len(rows)), np.arange(len(rows)), rows["p"])
        return Drawn(1 / rows["p"].to_numpy(), (counties,))
    if name == "clus2":
        return two_stages(rows, "", "dnum", "snum", "fpc1", "fpc2")
    found = two_stages(rows, "stratum", "office", "file", "offices", "files")
    return found if name == "offices" else Drawn(found.weight, found.stages[:1])


def two_stages(
    rows: pd.DataFrame, stratum: str, first: str, second: str, sizes: str, items: str
) -> Drawn:
    strata = rows[stratum] if stratum else pd.Series(0, index=rows.index)
    a = rows.groupby(strata)[first].transform("nunique")
    m = rows.groupby(first)[second].transform("size")
    f1, f2 = (a / rows[sizes]).to_numpy(), (m / rows[items]).to_numpy()
    inside = stage(rows[first], rows[first].astype(str) + "/" + rows[second].astype(str), f2)
    return Drawn(1 / (f1 * f2), (stage(strata, rows[first], f1), inside))


def found(name: str, what: str, top: str, bottom: str, domain: str) -> Linear:
    rows = table(name)
    keep = np.ones(len(rows))
    if domain != "all":
        column, value = domain.split("=")
        keep = (rows[column].astype(str) == value).to_numpy().astype(float)
    for each in filter(None, (top, bottom)):
        keep = keep * rows[each].notna().to_numpy()
    y = np.where(keep > 0, rows[top].astype(float), 0.0)
    if what == "ratio":
        return ratio_of(design(name, rows), y, np.where(keep > 0, rows[bottom], 0.0))
    return mean_of(design(name, rows), y, keep)


@pytest.mark.parametrize("case", REFERENCE, ids=lambda each: " ".join(map(str, each[:5])))
def test_r_survey_4_1_1(case: tuple[str, str, str, str, str, float, float, int]) -> None:
    *what, value, error, df = case
    ours = found(*what)
    if what[1] == "total":
        rows = table(what[0])
        drawn, y = design(what[0], rows), rows[what[2]].fillna(0).to_numpy(dtype=float)
        total = total_of(drawn, y, rows[what[2]].notna().to_numpy())
        assert (total[0], total[1]) == pytest.approx((value, error), rel=AGREES)
    else:
        assert float(ours.value[0]) == pytest.approx(value, rel=AGREES)
        assert float(ours.standard_error[0]) == pytest.approx(error, rel=AGREES)
    assert int(ours.df[0]) == df


def total_of(drawn: Drawn, y: np.ndarray, inside: np.ndarray) -> tuple[float, float]:
    v = variance_of_total(drawn, y[:, None], inside[:, None])
    return float(drawn.weight @ y), float(np.sqrt(v[0]))


@pytest.mark.parametrize("case", JACKKNIFE, ids=lambda each: " ".join(map(str, each[:5])))
def test_r_survey_4_1_1_jackknife(case: tuple[str, str, str, str, str, float, float]) -> None:
    name, _, top, bottom, _, value, error = case
    rows = table(name)
    y = rows[top].to_numpy(dtype=float)
    a = rows[bottom].to_numpy(dtype=float) if bottom else np.ones(len(rows))
    replicates = jackknife(design(name, rows))
    v = replicates.variance(replicates.ratios(y, a), np.array([value]))
    assert float(np.sqrt(v[0])) == pytest.approx(error, rel=AGREES)


@pytest.mark.parametrize("name", ["strat", "clus1", "offices_only"])
def test_the_rao_wu_bootstrap_comes_to_the_linearised_variance(name: str, full: bool) -> None:
    rows = table(name)
    top, bottom = ("points", "available") if "points" in rows else ("api_stu", "enroll")
    y, a = (rows[each].to_numpy(dtype=float) for each in (top, bottom))
    drawn, draws = design(name, rows), 40_000 if full else 4_000
    linear = ratio_of(drawn, y, a)
    replicates = rao_wu(drawn, draws, stream("rao-wu", name))
    v = replicates.variance(replicates.ratios(y, a), linear.value)
    # a ratio is curved, so a few percent beyond what chance leaves of so many draws
    assert float(v[0]) == pytest.approx(float(linear.variance[0]), rel=0.1 + 4 / np.sqrt(draws))


def test_a_single_unit_of_a_stratum_gives_no_variance_unless_it_is_all_of_it() -> None:
    y = np.array([1.0, 0.0, 1.0])
    assert np.isnan(mean_of(simple(["a", "a", "b"], [4, 4, 5]), y).variance[0])
    assert np.isfinite(mean_of(simple(["a", "a", "b"], [4, 4, 1]), y).variance[0])
