"""The store on PostgreSQL: the same marks, the server's own rules, no silence when it fails."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from inspectkit.errors import InspectionError
from inspectkit.findings import Finding
from inspectkit.findings.accuracy.challenges import receive
from inspectkit.findings.accuracy.deciding import decide
from inspectkit.findings.log import followed, record
from inspectkit.questions import QuestionSet
from inspectkit.review import Store
from inspectkit.review.bundles.backup import backup, restore
from inspectkit.review.bundles.keys import Keys
from inspectkit.review.carrying import carry_over
from inspectkit.review.log.audit import audit
from inspectkit.review.migrating import route
from inspectkit.review.moderation import rulings
from inspectkit.sampling.sample import Sample
from tests.at_once import at_once
from tests.marking import SEEN, basis
from tests.reliability.proxy import Proxy
from tests.reliability.servers import LOGINS, address, server

psutil = pytest.importorskip("psutil")
psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
WITHIN = 5.0  # seconds in which a person must be told


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with server() as made:
        yield made


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sample, Any]:
    return basis(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="module")
def team(running: Any, ground: tuple[Sample, Any]) -> Any:
    """The server with two inspections in it, and a login for each role in the first."""
    owner = Store(address(running, schema="south_west"), device="office")
    owner.start(*ground)
    with owner.database.engine.begin() as connection:
        for login in (*LOGINS, "stranger"):
            connection.exec_driver_sql(f"CREATE ROLE {login} LOGIN")
    for login, role in LOGINS.items():
        owner.database.give(login, role)  # type: ignore[attr-defined]
    other = Store(address(running, schema="wessex"), device="office")
    other.start(*ground)
    other.database.give("stranger", "inspector")  # type: ignore[attr-defined]
    cases = list(ground[0].drawn["id"])
    given = [(cases[0], "ab"), (cases[1], "cd"), (cases[2], "ab"), (cases[2], "cd")]
    for place, (case, login) in enumerate(given):
        part = {"part": "second" if place == 3 else "first"}
        owner.record("allocate", part, by="lead", subject=case, marker=login)
    owner.close()
    other.close()
    return running


def as_login(running: Any, login: str, space: str = "south_west") -> Store:
    return Store(address(running, login, schema=space), device=f"{login}-laptop")


@pytest.fixture(scope="module")
def cases(ground: tuple[Sample, Any]) -> list[str]:
    return list(ground[0].drawn["id"])


# --- one code path --------------------------------------------------------------------------------


def test_the_same_marks_are_the_same_reviews_on_both(
    running: Any, ground: tuple[Sample, Any], tmp_path: Path
) -> None:
    digests = []
    for place in (tmp_path / "i.db", address(running, schema="both")):
        store = Store(place, device="office")
        store.start(*ground)
        one, two, three, four, *_ = store.sample().drawn["id"]
        store.answer(one, "first", "nm", evidence=SEEN, marker="AB", key="k")
        assert store.answer(one, "first", "nm", evidence=SEEN, marker="AB", key="k").already
        with pytest.raises(InspectionError, match="key was used for another answer"):
            store.answer(one, "first", "na", marker="AB", key="k")
        with pytest.raises(InspectionError, match="somebody saved another answer meanwhile"):
            store.answer(one, "first", "na", marker="AB")
        store.answer(one, "second", "no", marker="AB")
        store.submit(one, marker="AB")
        with pytest.raises(InspectionError, match="being marked by AB"):
            store.answer(one, "first", "na", marker="CD", expected=1)
        store.answer(two, "first", "na", marker="CD")
        store.cannot_examine(three, reason="live", by="EF")
        store.not_available(four, reason="missing", by="EF")
        digests.append((store.reviews().digest, store.sample().digest))
        store.close()
        found = audit(place)
        assert found.holds, found.findings
    assert digests[0] == digests[1]


def test_a_store_on_a_server_keeps_to_its_sample(running: Any, ground: tuple[Sample, Any]) -> None:
    place = address(running, schema="keeps")
    for _ in range(2):
        store = Store(place)
        store.start(*ground)
        store.close()
    assert len(audit(place).chains) == 1


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("postgresql+psycopg://u:hunter2@127.0.0.1:1/db", "cannot be reached"),
        ("postgresql+psycopg://u:hunter2@127.0.0.1:x/db", "no address of a database"),
        ("mysql://u:hunter2@127.0.0.1/db", "mysql is not supported"),
        ("postgresql+psycopg://u:hunter2@127.0.0.1/db?schema=a-b", "no name for a schema"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(place: str, message: str) -> None:
    with pytest.raises(InspectionError, match=message) as told:
        Store(place)
    assert "hunter2" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_backup_of_a_server_comes_back_on_a_server_and_on_a_laptop(
    running: Any, ground: tuple[Sample, Any], tmp_path: Path
) -> None:
    keys, path = Keys.of("le", tmp_path / "home"), tmp_path / "monday.backup"
    store = Store(address(running, schema="kept"), device="office")
    store.start(*ground)
    case = str(store.sample().drawn["id"].iloc[0])
    store.answer(case, "first", "nm", evidence=SEEN, marker="AB")
    backup(store, path, keys=keys, to=[keys.card])
    before, head = store.reviews().digest, store.log()[-2]["hash"]
    with pytest.raises(InspectionError, match="there is a store already"):
        restore(path, address(running, schema="kept"), keys=keys)
    for place in (address(running, schema="kept_again"), tmp_path / "inspection.db"):
        restore(path, place, keys=keys, head=head)
        again = Store(place, device="office")
        assert again.reviews().digest == before
        again.answer(case, "second", "no", marker="AB")
        again.close()
        assert audit(place).holds, audit(place).findings
    store.close()


# --- roles ----------------------------------------------------------------------------------------

ROW = """INSERT INTO events (replica, sequence, tick, actor, at, kind, subject, item, question,
    section, marker, version, key, previous, commitment, hash, salt, body) VALUES
    (:replica, :sequence, 90, :actor, {at}, :kind, :subject, '', 'first', '', :marker, 1,
    :key, '', '', :key, '', '{{}}')"""
REFUSED = "permission denied|must be owner|non-DEFAULT value into column"
NOW = "to_char(clock_timestamp() {} , 'YYYY-MM-DD\"T\"HH24:MI:SSOF')"
LAWFUL = {"actor": "ab", "replica": "ab@x", "kind": "answer", "marker": "ab", "case": 0, "at": ""}
UNLAWFUL_ROWS = {
    "as another": {"actor": "cd", "replica": "cd@x"},
    "with another as author only": {"actor": "cd"},
    "into another's chain": {"replica": "cd@x"},
    "as another marker": {"marker": "cd"},
    "for another's case": {"case": 1},
    "back-dated": {"at": "- interval '1 day'"},
    "dated ahead": {"at": "+ interval '1 day'"},
    "an adjudication": {"kind": "adjudicate"},
    "a release": {"kind": "release"},
    "an allocation": {"kind": "allocate"},
    "a sign-off": {"kind": "sign_off"},
    "a substitution": {"kind": "cannot_examine"},
    "a kind nobody knows": {"kind": "whatever"},
}
UNLAWFUL = [
    "UPDATE events SET body = '{}'",
    "UPDATE events SET actor = 'cd' WHERE actor = 'ab'",
    "DELETE FROM events",
    "TRUNCATE events",
    "DROP TABLE events",
    "ALTER TABLE events DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP POLICY writing ON events",
    "CREATE POLICY mine ON events USING (true)",
    "INSERT INTO events (position) VALUES (1)",
    "INSERT INTO events (arrived) VALUES ('bundle')",
    "UPDATE about SET version = 1",
    "SET ROLE south_west_lead",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION cd",
    "GRANT south_west_lead TO ab",
    "SELECT * FROM wessex.events",
    "SELECT * FROM wessex.begun",
    "INSERT INTO wessex.events (kind) VALUES ('answer')",
    "CREATE TABLE south_west.mine (x int)",
    "CREATE FUNCTION south_west.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COPY events TO PROGRAM 'cat'",
    "SET session_replication_role = replica",
]


def insert(store: Store, cases: list[str], **other: Any) -> None:
    told = {**LAWFUL, **other}
    at = NOW.format(told.pop("at"))
    told |= {"subject": cases[told.pop("case")], "sequence": random.randrange(9, 10**6)}
    told["key"] = f"{random.random()}"
    with store.database.engine.begin() as connection:
        connection.execute(text(ROW.format(at=at)), told)


@pytest.mark.parametrize("statement", UNLAWFUL)
def test_the_server_itself_refuses(statement: str, team: Any) -> None:
    store = as_login(team, "ab")
    with pytest.raises(DBAPIError, match=REFUSED):
        with store.database.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    store.close()


@pytest.mark.parametrize("how", UNLAWFUL_ROWS)
def test_the_server_refuses_an_event(how: str, team: Any, cases: list[str]) -> None:
    store = as_login(team, "ab")
    with pytest.raises(DBAPIError, match="row-level security"):
        insert(store, cases, **UNLAWFUL_ROWS[how])
    store.close()


def test_the_lawful_event_beside_them_is_taken(team: Any, cases: list[str]) -> None:
    store = as_login(team, "ab")
    connection = store.database.engine.connect()
    at = NOW.format("")
    told = {**LAWFUL, "subject": cases[0], "sequence": 9, "key": "lawful"}
    connection.execute(text(ROW.format(at=at)), told)
    connection.rollback()
    connection.close()
    store.close()


def test_the_owner_too_can_only_append(team: Any) -> None:
    owner = Store(address(team, schema="south_west"))
    for statement in ("UPDATE events SET body = ''", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(DBAPIError, match="never changed or removed"):
            with owner.database.engine.begin() as connection:
                connection.exec_driver_sql(statement)
    owner.close()


def test_an_inspector_reads_own_marks_alone_until_release(team: Any, cases: list[str]) -> None:
    ab, cd, mo, rw, ob = (as_login(team, name) for name in ("ab", "cd", "mo", "rw", "ob"))
    both = cases[2]
    ab.answer(both, "first", "na", marker="ab")
    cd.answer(both, "first", "fm", marker="cd")
    cd.record("note", {"text": "Ask the unit"}, by="cd", subject=both, question="first",
              marker="cd")  # fmt: skip
    assert {each.actor for each in ab.events("answer", "note")} == {"ab"}
    assert ab.case(both, "ab").answers["first"].answer == "na"
    assert {each.actor for each in mo.events("answer", "note")} == {"ab", "cd"}
    assert {each.actor for each in rw.events("answer")} == {"ab", "cd"}
    assert rw.events("note") == () and ob.events("answer") == ()
    with pytest.raises(InspectionError, match="refuses this to your login"):
        ab.record("release", {"reason": "done"}, by="ab", subject=both)
    with pytest.raises(InspectionError, match=r"refuses this to your login|is given to cd"):
        ab.answer(cases[1], "first", "na", marker="ab")
    with pytest.raises(InspectionError, match="refuses this to your login"):
        rw.answer(cases[4], "first", "na", marker="rw")
    mo.record("release", {"reason": "Both have submitted"}, by="mo", subject=both)
    assert {each.actor for each in ab.events("answer", "note")} == {"ab", "cd"}
    assert {each.actor for each in ob.events("answer")} == {"ab", "cd"}
    for store in (ab, cd, mo, rw, ob):
        store.close()


def test_who_may_not_read_everything_can_neither_audit_nor_back_up(
    team: Any, tmp_path: Path
) -> None:
    found = audit(address(team, "ab", schema="south_west"))
    assert [each.what for each in found.findings] == [
        "your login may not read every event. Ask a moderator or the lead to do it"
    ]
    store, keys = as_login(team, "ab"), Keys.of("ab", tmp_path)
    with pytest.raises(InspectionError, match="may not read every event"):
        backup(store, tmp_path / "x.backup", keys=keys, to=[keys.card])
    store.close()
    assert audit(address(team, "mo", schema="south_west")).holds


def test_a_report_writer_s_checkpoint_vouches_for_what_they_read(team: Any) -> None:
    writer, lead = as_login(team, "rw"), as_login(team, "le")
    told = writer.checkpoint(by="rw")
    assert audit(address(team, schema="south_west"), head=told.head).holds
    assert lead.checkpoint(by="le").head != ""
    writer.close()
    lead.close()


def test_another_area_is_not_there_for_a_login_without_a_role_in_it(team: Any) -> None:
    with pytest.raises(InspectionError, match="refuses this|may not see|no store"):
        Store(address(team, "ab", schema="wessex"))


def test_findings_and_challenges_are_recorded_by_those_who_may(team: Any, cases: list[str]) -> None:
    ab, mo, rw = (as_login(team, name) for name in ("ab", "mo", "rw"))
    finding = Finding(id="late", kind="issue", number=1, text="Late.", paragraph="1.1",
                      addressees=("A body",))  # fmt: skip
    record(rw, [finding], by="rw")
    assert [each.id for each in followed(ab).register.findings] == ["late"]
    with pytest.raises(InspectionError, match="refuses this to your login"):
        record(ab, [finding], by="ab")
    ab.answer(cases[5], "first", "na", marker="ab")
    ab.submit(cases[5], marker="ab")
    told = {"sort": "accuracy", "text": "It applied.", "subject": cases[5], "question": "first",
            "received": date(2026, 12, 1)}  # fmt: skip
    number = receive(rw, [told], by="rw")[0].number
    with pytest.raises(InspectionError, match="refuses this to your login"):
        decide(rw, number, "rejected", reason="No", by="rw")
    decide(mo, number, "accepted", reason="Seen in the file", by="mo", answers={"first": "fm"})
    assert mo.marked()[cases[5]].state.answers["first"].answer == "fm"
    for store in (ab, mo, rw):
        store.close()


def test_rights_do_not_hang_on_what_the_program_had_loaded_that_made_the_store(
    team: Any, ground: tuple[Sample, Any]
) -> None:
    place = address(team, schema="sparse")
    made = "import sys; from inspectkit.review import Store; Store(sys.argv[1]).close()"
    subprocess.run([sys.executable, "-c", made, place], check=True)
    owner = Store(place, device="office")
    owner.start(*ground)
    for login in ("ab", "rw"):
        owner.database.give(login, LOGINS[login])  # type: ignore[attr-defined]
    inspector, writer = (as_login(team, login, "sparse") for login in ("ab", "rw"))
    finding = Finding(id="late", kind="issue", number=1, text="Late.", paragraph="1.1",
                      addressees=("A body",))  # fmt: skip
    record(writer, [finding], by="rw")
    assert [each.id for each in followed(inspector).register.findings] == ["late"]
    with pytest.raises(InspectionError, match="refuses this to your login"):
        record(inspector, [finding], by="ab")
    for store in (owner, inspector, writer):
        store.close()


def test_two_rulings_made_at_once_on_a_server_never_get_the_same_number(
    team: Any, ground: tuple[Sample, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = address(team, schema="at_once")
    one, other = Store(place, device="office"), Store(place, device="elsewhere")
    one.start(*ground)
    assert at_once(one, other, monkeypatch) == {"first", "second"}
    assert [each.number for each in rulings(one)] == [1, 2]
    one.close()
    other.close()


def test_the_chains_of_all_logins_hold(team: Any, cases: list[str]) -> None:
    le = as_login(team, "le")
    le.open_case(cases[0], by="le", reason="dip check")
    le.close()
    found = audit(address(team, schema="south_west"))
    assert found.holds, found.findings
    assert {"le@le-laptop", "postgres@office"} <= set(found.chains)


# --- a server that fails --------------------------------------------------------------------------


@pytest.fixture
def proxied(running: Any, ground: tuple[Sample, Any]) -> Iterator[tuple[Proxy, Store, Store]]:
    """A proxy, a store behind it, and the same store without it."""
    space = f"cut_{random.randrange(10**9)}"
    straight = Store(address(running, schema=space), device="office")
    straight.start(*ground)
    with Proxy(Path(running.pgdata) / ".s.PGSQL.5432") as proxy:
        place = f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/postgres?schema={space}"
        store = Store(place, device="laptop")
        yield proxy, store, straight
        store.close()
    straight.close()


def test_a_line_cut_at_any_byte_loses_and_doubles_nothing(
    proxied: tuple[Proxy, Store, Store], full: bool, cases: list[str]
) -> None:
    proxy, store, straight = proxied
    source = random.Random(240)
    saved, retried, version = 0, 0, 0
    for number in range(240 if full else 24):
        proxy.cut_after(source.randrange(1, 4000), replies=bool(number % 2))
        began = time.monotonic()
        for _ in range(4):
            try:
                key = f"cut-{number}"
                store.answer(cases[0], "first", "fm", marker="AB", expected=version, key=key)
                saved += 1
                break
            except InspectionError as error:
                assert "not saved yet" in str(error), error
                assert time.monotonic() - began < WITHIN
                retried += 1
                proxy.heal()
                began = time.monotonic()
        proxy.heal()
        version += 1
        assert straight.case(cases[0]).answers["first"].version == version
    told = f"{proxy.cuts} lines cut, {retried} retries seen by a person, {saved} saved"
    print(told)
    assert len(straight.events("answer")) == saved == version
    assert proxy.cuts > 0


def test_dropped_packets_are_told_in_time_and_the_same_key_saves_once(
    proxied: tuple[Proxy, Store, Store], cases: list[str]
) -> None:
    proxy, store, straight = proxied
    store.answer(cases[0], "first", "fm", marker="AB")
    for number, silence in enumerate(("requests", "replies"), 1):
        proxy.drop(silence)
        began = time.monotonic()
        with pytest.raises(InspectionError, match="not saved yet"):
            store.answer(cases[number], "first", "na", marker="AB", key=silence)
        assert time.monotonic() - began < WITHIN
        proxy.heal()
        store.answer(cases[number], "first", "na", marker="AB", key=silence)
    assert len(straight.events("answer")) == 3


def test_a_reader_is_told_in_time_as_well(
    proxied: tuple[Proxy, Store, Store], cases: list[str]
) -> None:
    proxy, store, _ = proxied
    proxy.drop("replies")
    began = time.monotonic()
    with pytest.raises(InspectionError, match="cannot be reached"):
        store.case(cases[0])
    assert time.monotonic() - began < WITHIN


def killed(running: Any) -> list[Any]:
    """Kill the server as a power cut does, with its other processes; they are gone afterwards.

    By themselves these end a moment later, and one could still save what is said meanwhile.
    """
    head = psutil.Process(running.get_pid())
    processes: list[Any] = [head, *head.children(recursive=True)]
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGKILL)
    psutil.wait_procs(processes[1:], timeout=10)
    return processes


def revive(running: Any, processes: list[Any]) -> None:
    """Start it again once they are all gone."""
    psutil.wait_procs(processes, timeout=10)
    (Path(running.pgdata) / "postmaster.pid").unlink(missing_ok=True)
    running.ensure_postgres_running()


def test_a_killed_server_is_told_at_once_and_afterwards_saving_goes_on(
    ground: tuple[Sample, Any], cases: list[str]
) -> None:
    with server() as own:
        store = Store(address(own), device="office")
        store.start(*ground)
        store.answer(cases[0], "first", "fm", marker="AB", key="before")
        processes = killed(own)
        began = time.monotonic()
        with pytest.raises(InspectionError, match="not saved yet: the server cannot be reached"):
            store.answer(cases[1], "first", "na", marker="AB", key="meanwhile")
        assert time.monotonic() - began < WITHIN
        revive(own, processes)
        assert not store.answer(cases[1], "first", "na", marker="AB", key="meanwhile").already
        assert store.answer(cases[0], "first", "fm", marker="AB", key="before").already
        store.close()


def test_a_lock_held_by_another_program_is_told(
    proxied: tuple[Proxy, Store, Store], cases: list[str]
) -> None:
    _, store, straight = proxied
    engine = create_engine(straight.database.engine.url)
    with engine.begin() as connection:
        space = straight.database.space  # type: ignore[attr-defined]
        connection.execute(text(f"LOCK TABLE {space}.events IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        with pytest.raises(InspectionError, match="not saved yet: another program is writing"):
            store.answer(cases[0], "first", "fm", marker="AB")
        assert time.monotonic() - began < WITHIN
    engine.dispose()


# --- judgements and another version ---------------------------------------------------------------


def test_judgements_and_a_later_version_hold_to_the_roles(
    team: Any, ground: tuple[Sample, Any]
) -> None:
    sample, case = ground[0], str(ground[0].drawn["id"].iloc[0])
    first = QuestionSet.load("area-assurance@1")
    owner = Store(address(team, schema="area"), device="office")
    owner.start(sample, first)
    for login in ("ab", "cd", "le"):
        owner.database.give(login, LOGINS[login])  # type: ignore[attr-defined]
    lead, inspector = (as_login(team, login, "area") for login in ("le", "ab"))
    area = lead.look_at("area", "South West", by="le")
    told = [("interview", "Head of unit"), ("survey", "Staff")]
    named = [inspector.gather(kind, who, date(2026, 11, 2), by="ab") for kind, who in told]
    why = "Staff in every unit could say what comes first."
    inspector.judge(area, "leadership", "good", by="ab", rests_on=named, evidence=why)
    inspector.answer(case, "review_code", "fm", marker="ab")
    with pytest.raises(InspectionError, match="the server refuses this to your login"):
        carry_over(inspector, route(first, "area-assurance@2"), by="ab", reason="of my own")
    carry_over(lead, route(first, "area-assurance@2"), by="le", reason="parts from judgements")
    assert inspector.case(case, "ab").answers["review_code"].answer == "fm"
    fresh = as_login(team, "cd", "area")
    assert fresh.question_set().ref == "area-assurance@2"
    row = fresh.judgements().set_index("question").loc["leadership"]
    assert (row["answer"], row["rests_on"], row["by"]) == ("good", tuple(named), "ab")
    for each in (owner, lead, inspector, fresh):
        each.close()
