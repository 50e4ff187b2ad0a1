"""The commands of whoever leads the marking, from handing out to the end of retention."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from inspectkit.assessment.agreement import agree
from inspectkit.cli import main
from inspectkit.cli.output import console, show
from inspectkit.demo.marks import simulate
from inspectkit.inspection import Inspection
from inspectkit.review import Store
from inspectkit.review.checks import dip_checks
from inspectkit.review.handing import handed, overdue
from inspectkit.review.log.audit import audit
from inspectkit.review.moderation import adjudicate, to_settle
from tests.small import change, make

Run = Callable[..., tuple[int, str, str]]
TOMORROW = str(datetime.now(UTC).date() + timedelta(days=1))
MARKING = {
    "second": "20%",
    "days": 14,
    "minutes": {"RASSO": 180},
    "team": [
        {"name": "AB"},
        {"name": "CD", "skills": ["MC", "CC"]},
        {"name": "EF", "conflicts": ["52MC00001/26"], "hours": "1/2"},
        {"name": "GH"},
        {"name": "IJ"},
    ],
}


def prepared(folder: Path, **marking: Any) -> Path:
    """A drawn inspection with a team."""
    made = make(folder)
    change(folder, lambda settings: settings.update({"marking": {**MARKING, **marking}}))
    Inspection.open(folder).draw("1 2 3", uncommitted="trial")
    return made.folder


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("leading") / "south-west")


@pytest.fixture
def folder(start: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(start, tmp_path / "south-west"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command: its exit code, what it printed, what it said on standard error."""

    monkeypatch.setattr(console, "width", 80)

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspectkit", *map(str, words)])
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        told = capsys.readouterr()
        assert isinstance(code, int)
        return code, told.out, told.err

    return call


def told(run: Run, *words: object) -> Any:
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def said_in_80_columns(rows: list[dict[str, Any]], out: str) -> None:
    """Every number of the agreement, none cut off."""
    lines = [line.split() for line in out.splitlines()]
    assert "…" not in out and max(map(len, out.splitlines())) <= 80
    everything = [row for row in rows if row["level"] == "all"]
    for row in everything:
        values = [f"{row[name]:.2f}" for name in ("ac", "kappa", "alpha")]
        assert [str(row["pairs"]), "in", f"{100 * row['percent']:.0f}%", *values] in lines
    names = "".join(line[:13].strip() for line in out.splitlines())
    assert all(row["id"] in names for row in rows if row["level"] == "theme")


def test_a_table_that_is_too_wide_breaks_names_and_cuts_none_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "width", 40)
    names = [f"{letter}_name_without_a_blank" for letter in "abcd"]
    show("Wide", pd.DataFrame([names], columns=names))
    out = capsys.readouterr().out
    assert "…" not in out and max(map(len, out.splitlines())) <= 40
    cells = [line.split() for line in body(out)]
    assert ["".join(column) for column in zip(*cells, strict=True)] == names


def test_words_of_a_table_stay_whole_while_there_is_room(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "width", 40)
    table = {"id": "monthly-checks", "verified": "Partially achieved", "due_by": "in the spring"}
    show("To come", pd.DataFrame([table]))
    out = capsys.readouterr().out
    assert out.splitlines()[1].split() == ["id", "verified", "due", "by"]
    assert [line.split() for line in body(out)] == [
        ["monthly-checks", "Partially", "in", "the"], ["achieved", "spring"]]  # fmt: skip
    show("Overdue", pd.DataFrame(columns=["id"]))
    assert capsys.readouterr().out == "Overdue: none\n\n"


def body(out: str) -> list[str]:
    """The lines of a table below its rule."""
    return [line for line in out.partition("─\n")[2].splitlines() if line.strip()]


def mark_everything(store: Store, only: str = "") -> None:
    """Each marker answers what they were given, in ways of their own; simulated."""
    qs = store.question_set()
    for row in handed(store).to_dict("records"):
        if only not in ("", row["marker"]):
            continue
        case = store.case(row["case"], row["marker"])
        marks = simulate(qs, case, row["marker"])
        store.answer_all(row["case"], marks, marker=row["marker"])
        store.submit(row["case"], marker=row["marker"])


def settle_everything(store: Store) -> None:
    while waiting := to_settle(store):
        for each in waiting:
            said = next(answer for answer, _ in each.said.values() if answer)
            adjudicate(store, each.subject, each.question, said, reason="Read again", by="LE")


def test_cases_are_handed_out_once_with_table_and_picture(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    plan = told(run, "allocate", folder)
    assert plan["given"] == 0 and plan["handed"] == []
    assert {row["role"] for row in plan["rows"]} == {"first", "second"}
    code, out, _ = run("allocate", folder, "--by", "LE", "--chart", tmp_path / "team.svg")
    assert code == 0 and f"Handed out {len(plan['rows'])} cases" in out
    assert (tmp_path / "team.svg").read_bytes().startswith(b"<")
    again = told(run, "allocate", folder, "--by", "LE")
    assert again["given"] == 0
    kept = [(row["case"], row["role"], row["marker"]) for row in again["handed"]]
    assert kept == [(row["case"], row["role"], row["marker"]) for row in plan["rows"]]
    given = {row["case"]: row["marker"] for row in plan["rows"]}
    assert given.get("52MC00001/26") != "EF"
    assert all(row["marker"] != "CD" for row in plan["rows"] if row["stratum"] == "RASSO")


def test_a_lease_that_is_over_goes_to_somebody_else_and_no_mark_is_lost(
    run: Run, folder: Path
) -> None:
    run("allocate", folder, "--by", "LE", "--today", "2026-11-02")
    store = Inspection.open(folder).store
    first = handed(store).query("role == 'first'").to_dict("records")
    done, begun, idle = first[0], first[1], first[2]
    for row in (done, begun):
        marks = simulate(store.question_set(), store.case(row["case"], row["marker"]), "x")
        store.answer_all(row["case"], marks, marker=row["marker"])
    store.submit(done["case"], marker=done["marker"])
    assert len(overdue(store, date(2026, 11, 16))) == 0
    late = told(run, "handed", folder, "--overdue", "--today", "2026-11-17")
    assert (begun["case"], "first") in [(row["case"], row["role"]) for row in late]
    assert (done["case"], "first") not in [(row["case"], row["role"]) for row in late]
    before = len(store.events("answer"))
    again = told(run, "allocate", folder, "--by", "LE", "--overdue", "--today", "2026-11-17")
    assert again["given"] == len(late)
    now = {(row["case"], row["role"]): row for row in again["handed"]}
    for row in late:
        held = now[row["case"], row["role"]]
        assert held["marker"] != row["marker"] and held["until"] == "2026-12-01"
    assert now[done["case"], "first"]["marker"] == done["marker"]
    assert len(store.events("answer")) == before
    assert told(run, "handed", folder, "--overdue", "--today", "2026-11-17") == []
    assert idle["marker"] not in store.seen(idle["case"])


def test_from_disagreement_to_publication_and_the_end_of_retention(run: Run, folder: Path) -> None:
    run("allocate", folder, "--by", "LE")
    store = Inspection.open(folder).store
    mark_everything(store)
    waiting = told(run, "moderate", "list", folder)
    one = waiting[0]
    assert len({row["marker"] for row in waiting if row["subject"] == one["subject"]}) >= 2
    code, _, err = run("unfinished", folder)
    assert code == 1 and "marks are not settled" in err and "inspectkit moderate" in err
    code, _, err = run("report", folder, "--to", "xlsx")
    assert code == 1 and "report: " in err and "write a draft with --draft" in err
    code, _, err = run("sign", folder, "--level", "inspection", "--by", "LE")
    assert code == 1 and "this is unfinished: unsettled" in err
    rows = told(run, "agree", folder)["rows"]
    assert next(row for row in rows if row["level"] == "all")["pairs"] > 20
    said_in_80_columns(rows, run("agree", folder)[1])
    said = next(each for each in to_settle(store) if each.question == one["question"])
    answer = next(answer for answer, _ in said.said.values() if answer)
    code, out, _ = run("moderate", "settle", folder, one["subject"], one["question"], answer,
                       "--by", "LE", "--reason", "The log shows it")  # fmt: skip
    assert code == 0 and "Settled." in out
    settle_everything(store)
    assert run("unfinished", folder)[0] == 0
    signed = told(run, "sign", folder, "--level", "inspection", "--by", "LE")
    assert audit(store.path, head=signed["head"]).holds
    code, _, err = run("reopen", folder, one["subject"], "--marker", one["marker"], "--by", "LE",
                       "--reason", "x")  # fmt: skip
    assert code == 1 and "was signed off by LE" in err
    ending = ("--before", TOMORROW, "--by", "LE", "--reason", "seven years")
    words = "The log shows it"
    assert any(each.content["reason"] == words for each in store.events("adjudicate"))
    code, _, err = run("dispose", folder, *ending[2:], "--before", "2099-01-01", "--yes")
    assert code == 1 and "2099-01-01 has not come" in err and store.events("answer")
    code, out, _ = run("dispose", folder, *ending)
    assert "This would remove the words of" in out and store.events("answer")
    code, out, _ = run("dispose", folder, *ending, "--yes")
    assert code == 0 and "Removed the words of" in out
    store.close()
    assert audit(store.path, head=signed["head"]).holds, audit(store.path).findings
    assert words.encode() not in store.path.read_bytes()
    assert not Path(f"{store.path}-wal").exists() or not Path(f"{store.path}-wal").stat().st_size
    kinds = [row["kind"] for row in told(run, "log", folder)]
    assert "answer" not in kinds and kinds.count("dispose") == 1
    assert "which cases left the sample is not known any more" in run("verify", folder)[1]


@pytest.mark.parametrize(
    "wrong",
    [{"dip": "10"}, {"second": "20"}, {"minutes": {"MC": -90}},
     {"team": [{"name": "AB", "hours": -5}]}],
)  # fmt: skip
def test_a_share_beyond_the_whole_and_minutes_below_none_are_refused(
    run: Run, folder: Path, wrong: dict[str, Any]
) -> None:
    change(folder, lambda settings: settings["marking"].update(wrong))
    code, _, err = run("allocate", folder)
    assert code == 1 and next(iter(wrong)) in err


def test_a_store_that_is_gone_is_told_as_gone(run: Run, folder: Path) -> None:
    for path in folder.glob("inspection.db*"):
        path.unlink()
    code, _, err = run("progress", folder)
    assert code == 1 and "it is not there, although a sample was drawn. Put a backup" in err
    code, out, _ = run("verify", folder)
    assert code == 0 and "what left the sample since was not looked at" in out


def test_checks_and_rounds_follow_from_rules_and_stay_due(run: Run, folder: Path) -> None:
    change(folder, lambda settings: settings["marking"].update({"dip": "30%", "second": "100%"}))
    run("allocate", folder, "--by", "LE")
    store = Inspection.open(folder).store
    mark_everything(store)
    found = told(run, "checks", folder)
    due = {(row["case"], row["marker"]) for row in found["dip_checks"]}
    submitted = {(row["case"], row["marker"]) for row in handed(store).to_dict("records")}
    assert {marker for _, marker in due} == {marker for _, marker in submitted}
    assert due < submitted and all(row["checked_by"] == "" for row in found["dip_checks"])
    assert {tuple(row) for row in dip_checks(store, Fraction(1, 2)).values[:, :2]} > due
    assert len(dip_checks(store, Fraction(0))) == 0
    talk = found["moderation_round"]
    assert talk and all(row["share"] < 0.8 and row["pairs"] >= 5 for row in talk)
    table = agree(store.reviews()).table()
    percent = table[(table["level"] == "question") & (table["id"] == talk[0]["question"])]
    assert talk[0]["agreed"] <= talk[0]["pairs"] == percent["pairs"].max()
    settle_everything(store)
    case = found["dip_checks"][0]["case"]
    run("sign", folder, "--level", "case", "--case", case, "--by", "MO")
    after = told(run, "checks", folder)["dip_checks"]
    assert {row["checked_by"] for row in after if row["case"] == case} == {"MO"}
    assert {(row["case"], row["marker"]) for row in after} == due


def test_a_ruling_puts_older_answers_back(run: Run, folder: Path) -> None:
    run("allocate", folder, "--by", "LE")
    store = Inspection.open(folder).store
    mark_everything(store)
    question = store.events("answer")[0].question
    code, out, _ = run("moderate", "rule", folder, question, "--by", "LE", "--text",
                       "A late review is none.", "--changes-meaning")  # fmt: skip
    assert code == 0 and f"Ruling 1 on {question}." in out and "To look at again" in out
    found = told(run, "moderate", "rulings", folder)
    assert found["rulings"][0]["text"] == "A late review is none." and found["to_look_at_again"]


def test_openings_and_exports_stand_in_the_log_with_their_reason(run: Run, folder: Path) -> None:
    store = Inspection.open(folder).store
    case = str(store.sample().drawn["id"].iloc[0])
    store.open_case(case, by="LE", reason="dip check")
    code, _, err = run("bundle", "export", folder, folder / "out.bundle", "--reason", "to HQ",
                       "--plain", "a trial", "--by", "LE")  # fmt: skip
    assert code == 0, err
    rows = told(run, "log", folder, "--kind", "opened", "--kind", "exported")
    assert [(row["kind"], row["subject"], row["reason"]) for row in rows] == [
        ("opened", case, "dip check"),
        ("exported", "", "to HQ; plain: a trial"),
    ]


@pytest.mark.parametrize(
    ("marking", "said"),
    [
        ({"second": "many"}, "'many' is no number"),
        ({"team": [{"name": "AB", "skils": []}]}, "skils"),
        ({"store": "postgresql+psycopg://ab:secret@host/db"}, "a password stands in it"),
        ({"days": -1}, "days"),
    ],
)
def test_faults_in_marking_are_told(
    run: Run, folder: Path, marking: dict[str, Any], said: str
) -> None:
    change(folder, lambda settings: settings.update({"marking": marking}))
    code, _, err = run("allocate", folder)
    assert code == 1 and said in err and "secret" not in err


def test_roles_are_the_servers(run: Run, folder: Path) -> None:
    code, _, err = run("roles", "list", folder)
    assert code == 1 and "roles are the server's" in err
