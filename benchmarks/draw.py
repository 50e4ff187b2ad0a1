"""Measures the verifiable draw against samplers that nobody can check afterwards.

    python benchmarks/draw.py                 # 1e6, 1e7 and 1e8 rows: minutes, 4 GB of disk
    python benchmarks/draw.py --quick         # 1e5 rows: does everything run?
    python benchmarks/draw.py --rows 1e7      # one size
    python benchmarks/draw.py --json          # the same numbers for a program

Needs: pip install "inspectkit[bench]"; R with the package sampling where it is to be compared.
One frame for each size (id, stratum in shares 80/18/2, parquet), 39, 52 and 26 cases to draw. Every
contender runs in a process of its own, in turn; the time is from the file to the cases drawn,
without the start of Python and its imports; the best of the rounds counts; memory is the highest
resident set of the process. What a machine does beside the benchmark shows in cpu against seconds.
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
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from inspectkit.version import VERSION

KEY = "0123456789abcdef0123456789abcdef"
SIZES = {"MC": 39, "CC": 52, "RASSO": 26}
FRAME = """
    SELECT '52' || chr((65 + i % 26)::INT) || chr((65 + i // 26 % 26)::INT)
           || lpad((i * 7919 % {n})::VARCHAR, 9, '0') || '/26' AS id,
           CASE WHEN hash(i) % 100 < 80 THEN 'MC' WHEN hash(i) % 100 < 98 THEN 'CC'
                ELSE 'RASSO' END AS stratum
    FROM range({n}) r(i)"""
R_STRATA = """
    suppressMessages(library(sampling))
    {before}
    frame <- read.csv({path}, colClasses = "character")
    {after}
    frame <- frame[order(frame$stratum), ]
    drawn <- strata(frame, "stratum", size = c(52, 39, 26), method = "srswor")
    taken <- proc.time() - started
    cat("\\n", taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]], nrow(drawn))"""
R_BASE = """
    {before}
    frame <- read.csv({path}, colClasses = "character")
    {after}
    rows <- split(seq_len(nrow(frame)), frame$stratum)
    n <- c(CC = 52, MC = 39, RASSO = 26)
    drawn <- frame[unlist(lapply(names(n), function(s) sample(rows[[s]], n[[s]]))), ]
    taken <- proc.time() - started
    cat("\\n", taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]], nrow(drawn))"""


# --- the contenders: each takes the path of the frame and returns the number of cases drawn -----


def ours() -> Callable[[str], int]:
    import inspectkit.sampling.engines.duckdb_files  # noqa: F401 - loaded before the clock runs
    from inspectkit.sampling.engines import candidates

    return lambda path: len(candidates(path, key=KEY, sizes=SIZES))


def ours_with_digest() -> Callable[[str], int]:
    import inspectkit.sampling.engines.duckdb_files  # noqa: F401 - loaded before the clock runs
    from inspectkit.sampling import Design
    from inspectkit.sampling.engines import draw_from

    design = Design.of("benchmark", strata=SIZES)
    return lambda path: len(draw_from(path, design, seed="1 2 3").cases)


def ours_on_polars() -> Callable[[str], int]:
    import polars as pl

    import inspectkit.sampling.engines.polars_frames  # noqa: F401 - loaded before the clock runs
    from inspectkit.sampling.engines import candidates

    return lambda path: len(candidates(pl.scan_parquet(path), key=KEY, sizes=SIZES))


def hash_alone() -> Callable[[str], int]:
    import duckdb

    def work(path: str) -> int:
        hashed = f"SELECT max(sha256('{KEY}|' || id)) FROM read_parquet('{path}')"
        return len(duckdb.connect().execute(hashed).fetchall())

    return work


def svy_srs() -> Callable[[str], int]:
    import svy

    def work(path: str) -> int:
        table = svy.read_parquet(path, columns=["id", "stratum"])
        frame = svy.Sample(table, svy.Design(stratum="stratum"))
        return frame.sampling.srs(n=SIZES, rstate=42).data.height

    return work


def pandas_sample() -> Callable[[str], int]:
    import pandas as pd

    def work(path: str) -> int:
        groups = pd.read_parquet(path, columns=["id", "stratum"]).groupby("stratum")
        parts = [group.sample(SIZES[str(name)], random_state=42) for name, group in groups]
        return len(pd.concat(parts))

    return work


def polars_shuffle() -> Callable[[str], int]:
    import polars as pl

    def work(path: str) -> int:
        place = pl.int_range(pl.len()).shuffle(seed=42).over("stratum")
        size = pl.col("stratum").replace_strict(SIZES, return_dtype=pl.Int64)
        return pl.scan_parquet(path).filter(place < size).collect().height

    return work


def duckdb_random() -> Callable[[str], int]:
    import duckdb

    def work(path: str) -> int:
        chosen = f"arg_min(id, random(), {max(SIZES.values())})"
        sql = f"SELECT stratum, {chosen} FROM read_parquet('{path}') GROUP BY stratum"
        found = duckdb.connect().execute(sql).fetchall()
        return sum(len(ids[: SIZES[stratum]]) for stratum, ids in found)

    return work


BIG, LARGE, SMALL = 10**8, 10**7, 10**6
# name -> what makes it ready (imports are not timed), and the largest frame it is given
CONTENDERS: dict[str, tuple[Callable[[], Callable[[str], int]], int]] = {
    "inspectkit": (ours, BIG),
    "hash alone (DuckDB)": (hash_alone, BIG),
    "svy srs": (svy_srs, LARGE),
    "pandas groupby.sample": (pandas_sample, LARGE),
    "Polars shuffle over": (polars_shuffle, LARGE),
    "DuckDB random()": (duckdb_random, BIG),
    "inspectkit on Polars": (ours_on_polars, LARGE),
    "inspectkit, frame digest and every id checked": (ours_with_digest, BIG),
}
# From the file as the others (read.csv: R reads parquet only with the package arrow), and as if the
# table were there already.
CLOCK = "started <- proc.time()"
R_CONTENDERS = {
    "R sampling::strata": (R_STRATA, CLOCK, ""),
    "R sampling::strata, file read before": (R_STRATA, "", CLOCK),
    "R split and sample": (R_BASE, CLOCK, ""),
    "R split and sample, file read before": (R_BASE, "", CLOCK),
}
# what, the rows it is measured at, against what, at most this often
TARGETS = (
    ("wall time of svy srs", LARGE, "svy srs", 1.0),
    ("wall time of R sampling::strata", SMALL, "R sampling::strata", 0.1),
    ("wall time of hashing alone", LARGE, "hash alone (DuckDB)", 1.3),
)
MEMORY = 1024  # MB, at 1e7 and 1e8 rows


# --- one measurement ----------------------------------------------------------------------------


def child(name: str, path: str) -> None:
    """In a process of its own: do the work once and print what it took."""
    work = CONTENDERS[name][0]()
    started, before = time.perf_counter(), time.process_time()
    drawn = work(path)
    seconds, cpu = time.perf_counter() - started, time.process_time() - before
    measured = {"seconds": seconds, "cpu": cpu, "peak_mb": peak(), "drawn": drawn}
    print(json.dumps(measured))


def peak() -> float:
    """The highest resident set of this process so far, in MB."""
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 2**20
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure(name: str, path: Path) -> dict[str, Any] | str:
    """The numbers of one run, or why there are none."""
    if name in R_CONTENDERS:
        return measure_r(*R_CONTENDERS[name], path)
    command = [sys.executable, __file__, "--child", name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return said[-1] if said else f"ended with {done.returncode}"
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure_r(script: str, before: str, after: str, path: Path) -> dict[str, Any] | str:
    """R's own clock, which runs before or after the file is read."""
    if shutil.which("Rscript") is None:
        return "R is not installed"
    csv = json.dumps(path.with_suffix(".csv").as_posix())
    text = script.format(path=csv, before=before, after=after)
    done = subprocess.run(["Rscript", "-e", text], capture_output=True, text=True)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["R failed"])[-1]
    seconds, cpu, drawn = done.stdout.split()[-3:]
    return {"seconds": float(seconds), "cpu": float(cpu), "peak_mb": None, "drawn": int(drawn)}


def write_frame(folder: Path, rows: int) -> Path:
    """The frame of this size as parquet; as csv too where R reads it."""
    path = folder / f"frame_{rows}.parquet"
    copies = [f"COPY ({FRAME.format(n=rows)}) TO '{path.as_posix()}' (FORMAT parquet)"]
    if rows <= SMALL:
        csv = path.with_suffix(".csv").as_posix()
        copies.append(f"COPY (FROM '{path.as_posix()}') TO '{csv}' (FORMAT csv, HEADER)")
    for copy in copies:
        code = f"import duckdb; duckdb.connect().execute({copy!r})"
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return path


# --- the run ------------------------------------------------------------------------------------


def run(sizes: list[int], rounds: int, folder: Path, tell: Callable[[str], None]) -> list[Any]:
    """Every contender on every frame, in turn, the best of the rounds."""
    found = []
    for rows in sizes:
        tell(f"{rows:,} rows: writing the frame")
        path = write_frame(folder, rows)
        names = [name for name, (_, largest) in CONTENDERS.items() if rows <= largest]
        names += R_CONTENDERS if rows <= SMALL else []
        best: dict[str, dict[str, Any]] = {}
        for turn in range(rounds if rows <= LARGE else 1):
            for name in list(names):
                tell(f"{rows:,} rows, round {turn + 1}: {name}")
                measured = measure(name, path)
                if isinstance(measured, str):
                    found.append({"rows": rows, "contender": name, "missing": measured})
                    names.remove(name)
                elif name not in best or measured["seconds"] < best[name]["seconds"]:
                    best[name] = measured
        own = best.get("inspectkit", {}).get("seconds")
        for name, measured in best.items():
            ratio = own / measured["seconds"] if own else None
            found.append({"rows": rows, "contender": name, **measured, "ours_to_it": ratio})
        for file in folder.glob(f"frame_{rows}.*"):
            file.unlink()
    return found


def judged(found: list[Any]) -> list[dict[str, Any]]:
    """Each target with what was measured."""
    at = {(row["rows"], row["contender"]): row for row in found if "seconds" in row}
    rows = []
    for what, size, other, most in TARGETS:
        measured = at.get((size, other), {}).get("ours_to_it")
        rows.append({"target": f"{size:.0e} rows, × {what}", "most": most, "measured": measured})
    for size in (LARGE, BIG):
        measured = at.get((size, "inspectkit"), {}).get("peak_mb")
        rows.append({"target": f"{size:.0e} rows, peak MB", "most": MEMORY, "measured": measured})
    for row in rows:
        row["met"] = None if row["measured"] is None else row["measured"] <= row["most"]
    return rows


def machine() -> dict[str, Any]:
    """Where this was measured."""
    versions = {"inspectkit": VERSION}
    for package in ("duckdb", "polars", "polars-hash", "pandas", "svy"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    system = f"{platform.system()} {platform.machine()}"
    return {"system": system, "cores": os.cpu_count(), "python": platform.python_version()} | {
        "versions": versions
    }


def show(result: dict[str, Any]) -> None:
    """The numbers as a table."""
    where = result["machine"]
    print(f"{where['system']}, {where['cores']} cores, Python {where['python']}")
    print(", ".join(f"{name} {number}" for name, number in where["versions"].items()))
    print(f"\n{'rows':>11}  {'contender':46}{'s':>9}{'cpu s':>9}{'peak MB':>9}  ours ÷ it")
    for row in result["measurements"]:
        if "missing" in row:
            print(f"{row['rows']:>11,}  {row['contender']:46}  not measured: {row['missing']}")
            continue
        memory = "" if row["peak_mb"] is None else f"{row['peak_mb']:.0f}"
        ratio = "" if row["ours_to_it"] is None else f"{row['ours_to_it']:.2f}"
        times = f"{row['seconds']:9.2f}{row['cpu']:9.2f}{memory:>9}{ratio:>11}"
        print(f"{row['rows']:>11,}  {row['contender']:46}{times}")
    print()
    for row in result["targets"]:
        said = {True: "met", False: "MISSED", None: "not measured"}[row["met"]]
        value = "" if row["measured"] is None else f"{row['measured']:.2f}"
        print(f"{row['target']:52} at most {row['most']:>7} {value:>9}  {said}")
    print("\nThe R package survey analyses samples and draws none, so it has no line here.")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--child"]:
        child(*arguments[1:3])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="100,000 rows, one round")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rows", nargs="+", type=float, default=[SMALL, LARGE, BIG])
    parser.add_argument("--rounds", type=int, default=3, help="up to 1e7 rows; 1e8 runs once")
    parser.add_argument("--folder", help="where the frames are written for the time being")
    given = parser.parse_args(arguments)
    sizes = [10**5] if given.quick else [int(rows) for rows in given.rows]

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(dir=given.folder, prefix="draw-") as folder:
        found = run(sizes, 1 if given.quick else given.rounds, Path(folder), tell)
    result = {"machine": machine(), "measurements": found, "targets": judged(found)}
    if given.json:
        print(json.dumps(result, indent=1))
    else:
        show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
