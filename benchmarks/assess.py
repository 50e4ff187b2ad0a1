"""Measures scoring, estimating and rating against R survey, and a million rows also against svy.

    python benchmarks/assess.py            # some three minutes, nearly all of it R's
    python benchmarks/assess.py --quick    # small: does everything run?
    python benchmarks/assess.py --json     # the same numbers for a program

Needs: pip install "inspectkit[bench]", and R with the package survey.

Rating: 14 Areas of 90 cases (30, 40 and 20 from three strata) with 50 questions each, SIMULATED
marks; every theme, tag and question in every stratum and over all, 10,000 draws through the rule.
From marks to ratings with their probabilities here; R is handed the points already counted, makes
as many bootstrap replicates, takes all ratios from them in one matrix product each, the fastest
way there is (one svyratio a figure takes several times as long), and cuts them into the bands.

Shares: one yes-or-no question in 1e6 rows, 42 strata, 14 Areas, with limits. R and svy hold the
rows in memory as factors and categories; here they are the same Polars frame, and parquet on disk.
Times are of CPU, without the start of a program and its imports, the best of three rounds; R's
rating takes one. The first line of R counts svyby alone, the second the making of its design too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import svy

from inspectkit.assessment import Rule, estimate, rate, score
from inspectkit.assessment.estimation.shares import shares
from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews
from inspectkit.sampling.sample import Sample
from inspectkit.streams import stream

FRAME = {"MC": (17_000, 30), "CC": (3_500, 40), "RASSO": (519, 20)}
AREAS, QUESTIONS, THEMES = 14, 50, 6
ANSWERS = ("fm", "pm", "nm", "na")
QUESTION_SET = """
id: benchmark
revision: 1
label: "Fifty questions"
source: "Made up for the benchmark"
verified: false
casework_types: [{{id: MC, label: MC}}, {{id: CC, label: CC}}, {{id: RASSO, label: RASSO}}]
scales:
  - id: standard
    label: Fully, partially or not met
    answers:
      - {{id: fm, label: Fully met, points: 2}}
      - {{id: pm, label: Partially met, points: 1}}
      - {{id: nm, label: Not met, points: 0}}
      - {{id: na, label: Not applicable, excluded: true}}
themes: [{themes}]
tags: [{{id: added_value, label: Added value}}, {{id: grip, label: Grip}}]
questions:
{questions}
"""
R_RATING = """
suppressMessages(library(survey)); set.seed(1)
taken <- 0; chances <- NULL
for (area in 1:{areas}) {{
  d <- read.csv(sprintf("area%d.csv", area)); n <- (ncol(d) - 2) / 2
  Y <- as.matrix(d[paste0("y", 1:n)]); A <- as.matrix(d[paste0("a", 1:n)])
  M <- sapply(c("MC", "CC", "RASSO"), function(s) d$stratum == s)
  started <- proc.time()
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, data = d)
  again <- as.svrepdesign(design, type = "subbootstrap", replicates = {draws})
  ratios <- function(w, data) {{ W <- t(cbind(w, w * M)); as.vector((W %*% Y) / (W %*% A)) }}
  found <- withReplicates(again, ratios, return.replicates = TRUE)
  r <- found$replicates
  chances <- rbind(colMeans(r >= .7), colMeans(r >= .6 & r < .7), colMeans(r < .6))
  taken <- taken + sum((proc.time() - started)[1:2])
}}
cat("\\n", taken, length(chances), as.character(packageVersion("survey")))"""
R_SHARES = """
suppressMessages(library(survey))
d <- read.csv("rows.csv", stringsAsFactors = TRUE); best <- c(Inf, Inf)
for (round in 1:{rounds}) {{
  started <- proc.time()
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, data = d)
  made <- proc.time()
  found <- svyby(~points, ~area, design, svyciprop, vartype = "ci", method = "beta")
  now <- proc.time()
  best <- pmin(best, c(sum((now - made)[1:2]), sum((now - started)[1:2])))
}}
cat("\\n", best, found$points[1], found$ci_l[1])"""


def question_set(folder: Path) -> QuestionSet:
    """Six themes, two tags, fifty questions with the usual scale."""
    themes = ", ".join(f"{{id: t{k}, label: Theme {k}}}" for k in range(THEMES))
    tags = ("", ", tags: [grip]", ", tags: [added_value]")
    lines = [
        f"  - {{id: q{k}, text: 'Was step {k} done well?', scale: standard, "
        f"themes: [t{k % THEMES}]{tags[k % 3]}}}"
        for k in range(QUESTIONS)
    ]
    path = folder / "question_set.yaml"
    text = QUESTION_SET.format(themes=themes, questions="\n".join(lines))
    path.write_text(text, encoding="utf-8", newline="\n")
    return QuestionSet.load(path)


def area(number: int, qs: QuestionSet) -> tuple[Reviews, Sample]:
    """Simulated reviews of one Area, and the sample they are of."""
    random = stream("assess", f"area {number}")
    cases = [(f"{number:02}{name}{k:03}", name) for name, (_, n) in FRAME.items() for k in range(n)]
    rows = []
    for case, _ in cases:
        level = 0.55 + 0.3 * random.uniform()
        applies, won = random.array(QUESTIONS) > 0.12, random.array(QUESTIONS)
        place = np.where(applies, (won > level).astype(int) + (won > level + 0.2), 3)
        for k, answer in enumerate(place):
            state = "na" if answer == 3 else "answered"
            rows.append((case, "", f"q{k}", "SIMULATED", state, ANSWERS[answer], "", 1))
    names = ["subject", "item", "question", "marker", "state", "answer", "evidence", "version"]
    subjects = pd.DataFrame(cases, columns=["subject", "stratum"]).assign(status="submitted")
    reviews = Reviews(subjects, pd.DataFrame(rows, columns=names), question_set=qs)
    table = pd.DataFrame(cases, columns=["id", "stratum"])
    facts = table.copy()
    table = table.assign(role="sample", order=1, ticket="", probability="1/1", weight="1/1")
    strata = [{"stratum": name, "label": name, "N": N, "n": n, "reserves": 0}
              for name, (N, n) in FRAME.items()]  # fmt: skip
    return reviews, Sample(table, facts, {"strata": strata})


def rating(areas: int, draws: int, rounds: int, folder: Path) -> Iterator[dict[str, Any]]:
    """CPU seconds from the marks of all Areas to their ratings, and R's for the same."""
    qs, rule = question_set(folder), Rule.load("area-inspection@1")
    given = [area(number, qs) for number in range(areas)]

    def ours() -> None:
        for reviews, sample in given:
            rate(estimate(score(reviews, qs), sample), rule, draws=draws)

    yield {"task": "rating", "contender": "inspectkit", "cpu": best(ours, rounds)}
    for number, (reviews, sample) in enumerate(given, 1):
        table = score(reviews, qs).cases().pivot(index="subject", columns="figure")
        wide = pd.concat(
            [table[name].set_axis([f"{short}{k}" for k in range(1, table[name].shape[1] + 1)],
                                  axis=1)
             for short, name in (("y", "points"), ("a", "available"))], axis=1)  # fmt: skip
        strata = sample.cases.set_index("id")["stratum"].reindex(wide.index)
        wide = wide.assign(stratum=strata, N=strata.map({k: N for k, (N, _) in FRAME.items()}))
        wide.to_csv(folder / f"area{number}.csv", index=False)
    taken = r(R_RATING.format(areas=areas, draws=draws), folder)
    told = "R survey, bootstrap replicates"
    yield {"task": "rating", "contender": told, "cpu": taken and float(taken[0])}


def of_rows(rows: int, rounds: int, folder: Path) -> Iterator[dict[str, Any]]:
    """CPU seconds for one share by Area with its limits."""
    table, sizes = frame(rows)
    table.write_parquet(folder / "rows.parquet")
    table.write_csv(folder / "rows.csv")
    design = svy.Design(stratum="stratum", wgt="weight", pop_size="N")

    def with_svy() -> None:
        svy.Sample(table, design).estimation.prop("points", by="area")

    path = folder / "rows.parquet"
    contenders: dict[str, Callable[[], Any]] = {
        "inspectkit, Polars frame": lambda: shares(table, sizes, by="area"),
        "inspectkit, parquet": lambda: shares(path, sizes, by="area"),
        "svy": with_svy,
    }
    for name, run in contenders.items():
        yield {"task": "shares", "contender": name, "cpu": best(run, rounds)}
    taken = r(R_SHARES.format(rounds=rounds), folder)
    for place, name in enumerate(("svyby + svyciprop", "svydesign + svyby + svyciprop")):
        yield {"task": "shares", "contender": f"R {name}", "cpu": taken and float(taken[place])}


def frame(rows: int) -> tuple[pl.DataFrame, dict[str, int]]:
    """Rows of 14 Areas and three strata in each, a third of the cases drawn; N by stratum."""
    random = stream("assess", "rows")
    place = (random.array(rows) * AREAS * len(FRAME)).astype(int)
    names = np.array([f"Area {k:02} {name}" for k in range(AREAS) for name in FRAME])
    points = (random.array(rows) < 0.7).astype(np.int8)
    table = pl.DataFrame({"stratum": names[place], "points": points}).with_columns(
        pl.col("stratum").str.head(7).alias("area"), pl.lit(1, pl.Int8).alias("available"),
        pl.lit(3.0).alias("weight"), (pl.len().over("stratum") * 3).alias("N"))  # fmt: skip
    sizes = {str(name): 3 * int(n) for name, n in table.group_by("stratum").len().rows()}
    return table.with_columns(pl.col("area", "stratum").cast(pl.Categorical)), sizes


def best(run: Callable[[], Any], rounds: int) -> float:
    run()  # whatever is made once
    times = []
    for _ in range(rounds):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return min(times)


def r(text: str, folder: Path) -> list[str] | None:
    """The words of the last line that R prints; None where R or survey is missing."""
    if shutil.which("Rscript") is None:
        return None
    (folder / "run.R").write_text(text, encoding="utf-8")
    done = subprocess.run(["Rscript", "run.R"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr[-500:], file=sys.stderr)
        return None
    return done.stdout.splitlines()[-1].split()


def judged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ratios that are asked for."""
    cpu = {row["contender"]: row["cpu"] for row in rows}
    targets = [
        ("inspectkit", "R survey, bootstrap replicates", 1 / 10),
        ("inspectkit, Polars frame", "R svyby + svyciprop", 1 / 100),
        ("inspectkit, Polars frame", "svy", 1 / 50),
    ]
    found = []
    for ours, other, most in targets:
        ratio = cpu[ours] / cpu[other] if cpu[other] else None
        met = None if ratio is None else ratio <= most
        found.append({"ours": ours, "other": other, "ratio": ratio, "most": most, "met": met})
    return found


def machine() -> dict[str, Any]:
    found = {name: version(name) for name in ("inspectkit", "numpy", "polars", "duckdb", "svy")}
    told = r('cat("\\n", R.version.string, "survey", as.character(packageVersion("survey")))',
             Path(tempfile.gettempdir()))  # fmt: skip
    return {"system": f"{platform.system()} {platform.machine()}", "cores": os.cpu_count(),
            "python": platform.python_version(), "versions": found,
            "r": " ".join(told) if told else "not installed"}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two Areas, few draws and rows")
    parser.add_argument("--json", action="store_true", help="numbers for a program")
    given = parser.parse_args()
    areas, draws, rows, rounds = (2, 500, 20_000, 1) if given.quick else (AREAS, 10_000, 10**6, 3)
    with tempfile.TemporaryDirectory(prefix="assess-") as folder:
        found = [*rating(areas, draws, rounds, Path(folder)), *of_rows(rows, rounds, Path(folder))]
    result = {"machine": machine(), "areas": areas, "draws": draws, "rows": rows,
              "measurements": found, "targets": [] if given.quick else judged(found)}  # fmt: skip
    if given.json:
        print(json.dumps(result, indent=1))
        return
    where = result["machine"]
    print(f"{where['system']}, {where['cores']} cores, Python {where['python']}, {where['r']}")
    print(", ".join(f"{name} {number}" for name, number in where["versions"].items()))
    print(f"\n{areas} Areas with {draws:,} draws; {rows:,} rows. Simulated marks.\n")
    for row in found:
        taken = "not measured" if row["cpu"] is None else f"{row['cpu']:.4f}"
        print(f"{row['task']:8} {row['contender']:40}{taken:>14} s CPU")
    print()
    for row in result["targets"]:
        said = {True: "met", False: "MISSED", None: "not measured"}[row["met"]]
        value = "" if row["ratio"] is None else f"1/{1 / row['ratio']:.1f}"
        names = f"{row['ours']:26} ÷ {row['other']:36}"
        print(f"{names} at most 1/{1 / row['most']:.0f} {value:>9}  {said}")


if __name__ == "__main__":
    main()
