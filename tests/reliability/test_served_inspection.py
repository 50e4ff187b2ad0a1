"""A whole inspection whose marks are on a PostgreSQL server, by the commands alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.review import Store
from inspectkit.review.log.audit import audit
from tests.reliability.servers import address, server
from tests.test_leading import (  # noqa: F401 - run is a fixture
    TOMORROW,
    Run,
    mark_everything,
    prepared,
    run,
    settle_everything,
    told,
)

TEAM = [{"name": name} for name in ("ab", "cd", "ef")]


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with server() as made:
        yield made


def without_login(running: Any, space: str) -> str:
    """The address as it stands in inspection.toml: who is logged in is each person's own affair."""
    whole = address(running, schema=space)
    return whole.replace("postgres:@", "").replace("postgres@", "")


@pytest.fixture(scope="module")
def folder(running: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGUSER", "postgres")
        place = without_login(running, "live")
        made = prepared(tmp_path_factory.mktemp("served") / "live", store=place, team=TEAM)
        with Store(place).database.engine.begin() as connection:
            for login in ("ab", "cd", "ef", "le"):
                connection.exec_driver_sql(f"CREATE ROLE {login} LOGIN")
        yield made


def test_the_commands_work_on_a_server_each_under_the_person_s_login(
    folder: Path,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    assert not (folder / "inspection.db").exists()
    for login in ("ab", "cd", "ef"):
        assert run("roles", "give", folder, login, "inspector")[0] == 0
    run("roles", "give", folder, "le", "lead")
    run("roles", "give", folder, "ab", "lead")
    run("roles", "take", folder, "ab", "lead")
    rows = told(run, "roles", "list", folder)
    assert [(row["login"], row["role"]) for row in rows] == [
        ("ab", "inspector"), ("cd", "inspector"), ("ef", "inspector"), ("le", "lead"),
    ]  # fmt: skip
    code, _, err = run("roles", "give", folder, "nobody", "lead")
    assert code == 1 and "the server knows no such login" in err

    monkeypatch.setenv("PGUSER", "le")
    assert told(run, "allocate", folder, "--by", "le")["given"] > 9
    for login in ("ab", "cd", "ef"):
        monkeypatch.setenv("PGUSER", login)
        store = Inspection.open(folder).store
        assert store.database.user == login
        only_own(store, login)
        store.close()
    code, _, err = run("audit", folder)
    assert code == 1 and "may not read every event" in err

    monkeypatch.setenv("PGUSER", "le")
    store = Inspection.open(folder).store
    settle_everything(store)
    assert run("unfinished", folder)[0] == 0
    assert told(run, "rate", folder)
    signed = told(run, "sign", folder, "--level", "inspection", "--by", "le")
    code, _, err = run("backup", folder, tmp_path / "x.backup", "--plain", "a trial", "--by", "le")
    assert code == 0, err
    assert run("audit", folder, "--head", signed["head"])[0] == 0
    dispose = ("dispose", folder, "--before", TOMORROW, "--by", "le", "--reason", "7 years",
               "--yes")  # fmt: skip
    code, _, err = run(*dispose)
    assert code == 1 and "refuses this to your login" in err
    store.close()

    monkeypatch.setenv("PGUSER", "postgres")
    code, _, err = run(*dispose)
    assert code == 0, err
    assert Inspection.open(folder).store.events("answer") == ()
    assert audit(Inspection.open(folder).store_place, head=signed["head"]).holds
    with pytest.raises(Exception, match="never changed or removed"):
        with Store(Inspection.open(folder).store_place).database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE events SET body = ''")


def only_own(store: Store, login: str) -> None:
    """Mark what the login was given, as the others' marks cannot even be seen."""
    mark_everything(store, only=login)
    assert {event.actor for event in store.events("answer")} == {login}


def test_a_practice_round_lies_in_a_schema_of_its_own(
    folder: Path,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGUSER", "postgres")
    code, out, err = run("practice", "open", folder, "--name", "may", "--by", "postgres")
    assert code == 0 and "for ab, cd, ef" in out, err
    place = Inspection.open(folder).practice_place("may")
    assert "schema=live_practice_may" in str(place)
    assert len(Store(place).events("allocate")) == 18


def test_an_inspection_on_a_server_that_was_not_drawn_is_told(
    running: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.small import change, make  # noqa: PLC0415 - this test alone makes one undrawn

    monkeypatch.setenv("PGUSER", "postgres")
    made = make(tmp_path / "undrawn").folder
    marking = {"store": without_login(running, "undrawn")}
    change(made, lambda settings: settings.update({"marking": marking}))
    with pytest.raises(InspectionError, match="marking has not been opened"):
        _ = Inspection.open(made).store
