"""Commitment, seeds, the three manifests and the agreement workbook of a draw."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inspectkit.digest import digest, sha256
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.sampling.evidence.agreement import agreement
from inspectkit.sampling.evidence.seeds import announce, seed_from
from inspectkit.sampling.evidence.steps import Ceremony
from inspectkit.sampling.evidence.workbooks import Sheet, workbook
from tests.small import change, eligible, footprint, make, row

OURS, THEIRS = "a long number 4711", "another one 0815 xyz"
TWO_SIDES = Ceremony("two-sides", ours=OURS, theirs_digest=sha256(THEIRS))


@pytest.fixture
def inspection(tmp_path: Path) -> Inspection:
    return make(tmp_path / "inspection")


def again(inspection: Inspection) -> Inspection:
    return Inspection.open(inspection.folder)


def load(inspection: Inspection, name: str) -> dict[str, Any]:
    return dict(json.loads((inspection.folder / "sample" / name).read_text("utf-8")))


# --- commitment -------------------------------------------------------------------------------


def test_a_commitment_fixes_frame_and_design_and_the_manifest_names_it(
    inspection: Inspection,
) -> None:
    made = inspection.commit(ceremony=Ceremony("dice"), at="2026-11-23T10:00")
    assert made["frame"]["digest"] == inspection.frame.digest
    assert made["design"]["digest"] == inspection.design.digest
    assert (made["design"]["inspection"], made["design"]["round"]) == ("south-west-2026", "1")
    sample = again(inspection).draw("4 1 6")
    assert sample.head["commitment"] == {"digest": made["digest"], "at": "2026-11-23T10:00"}
    assert sample.head["uncommitted"] == "" and sample.head["seed_how"] == {"source": "dice"}
    passed = again(inspection).verify()
    assert "frame and design are those committed to at 2026-11-23T10:00" in passed


def test_a_draw_without_a_commitment_says_so_for_ever(inspection: Inspection) -> None:
    inspection.draw("1 2 3", uncommitted="the body waived it")
    opened = again(inspection)
    assert opened.sample.head["uncommitted"] == "the body waived it"
    assert opened.sample.head["commitment"] is None
    assert "drawn WITHOUT a commitment: the body waived it" in opened.verify()
    assert load(inspection, "public.json")["uncommitted"] == "the body waived it"


@pytest.mark.parametrize("changed", ["frame", "facts", "design", "round"])
def test_what_changed_after_the_commitment_stops_the_draw(
    inspection: Inspection, changed: str
) -> None:
    inspection.commit()
    if changed in ("frame", "facts"):
        path = inspection.folder / "caseload.csv"
        old, new = (
            ("52MC00000/26", "52MC00099/26") if changed == "frame" else ("Convicted", "Acquitted")
        )
        path.write_text(path.read_text("cp1252").replace(old, new, 1), "cp1252", newline="\n")
    else:
        place = (
            ("sample", "reserves", "50%") if changed == "design" else ("inspection", "round", "2")
        )
        change(inspection.folder, lambda each: each[place[0]].update({place[1]: place[2]}))
    before = footprint(inspection.folder)
    with pytest.raises(InspectionError, match=r"committed to has digest"):
        again(inspection).draw("4 1 6")
    assert footprint(inspection.folder) == before


def test_a_new_commitment_needs_a_reason_and_names_the_old_one(inspection: Inspection) -> None:
    first = inspection.commit(at="2026-11-23T10:00")
    with pytest.raises(InspectionError, match="a commitment of 2026-11-23T10:00 stands"):
        inspection.commit()
    second = inspection.commit(again="a case was missing")
    assert second["replaces"] == {"digest": first["digest"], "reason": "a case was missing"}


def test_an_edited_commitment_is_refused(inspection: Inspection) -> None:
    inspection.commit(at="2026-11-23T10:00")
    path = inspection.folder / "sample" / "commitment.json"
    path.write_text(path.read_text("utf-8").replace("T10:00", "T09:00"), "utf-8")
    with pytest.raises(InspectionError, match="it was edited"):
        inspection.draw("1 2 3")


def test_an_exchanged_commitment_is_found_after_the_draw(inspection: Inspection) -> None:
    inspection.commit(at="2026-11-23T10:00")
    again(inspection).draw("1 2 3")
    path = inspection.folder / "sample" / "commitment.json"
    content = {**load(inspection, "commitment.json"), "at": "2026-11-20T10:00"}
    del content["digest"]
    path.write_text(json.dumps({**content, "digest": digest(content)}), "utf-8")
    with pytest.raises(InspectionError, match="^commitment: "):
        again(inspection).verify()


def test_no_commitment_is_written_that_could_not_be_drawn_by(inspection: Inspection) -> None:
    change(inspection.folder, lambda each: each["sample"]["strata"][1].update({"n": 99}))
    with pytest.raises(InspectionError, match="99 cases"):
        again(inspection).commit()
    assert not (inspection.folder / "sample").exists()


# --- seeds ------------------------------------------------------------------------------------


def test_two_sides_open_what_they_committed_to(inspection: Inspection) -> None:
    made = inspection.commit(ceremony=TWO_SIDES)
    assert made["seed_source"] == {
        "source": "two-sides",
        "inspectorate": sha256(OURS),
        "body": sha256(THEIRS),
    }
    assert OURS not in (inspection.folder / "sample" / "commitment.json").read_text("utf-8")
    with pytest.raises(InspectionError, match="text of the body does not have the SHA-256"):
        inspection.draw(ceremony=Ceremony("two-sides", ours=OURS, theirs=THEIRS + "1"))
    sample = inspection.draw(ceremony=Ceremony(ours=OURS, theirs=THEIRS, note="opened by phone"))
    assert sample.head["seed"] == f"{OURS} + {THEIRS}"
    assert sample.head["seed_how"]["note"] == "opened by phone"


def test_a_beacon_is_named_beforehand(inspection: Inspection) -> None:
    with pytest.raises(InspectionError, match="can be picked unless its round is named"):
        inspection.commit(ceremony=Ceremony("beacon"))
    with pytest.raises(InspectionError, match="proves nothing unless it was announced"):
        inspection.draw("ab12", ceremony=Ceremony("beacon"), uncommitted="in a hurry")
    inspection.commit(ceremony=Ceremony("beacon", beacon="pulse of 1 December, 12:00"))
    sample = inspection.draw("ab12")
    assert sample.head["seed_how"]["beacon"] == "pulse of 1 December, 12:00"


def test_the_source_announced_is_the_source_drawn_by(inspection: Inspection) -> None:
    inspection.commit(ceremony=Ceremony("dice"))
    with pytest.raises(InspectionError, match="as dice, not stated"):
        inspection.draw("1 2 3", ceremony=Ceremony("stated"))
    with pytest.raises(InspectionError, match="no list of numbers thrown"):
        inspection.draw("lucky")


def test_a_short_secret_and_an_unknown_source_are_refused() -> None:
    with pytest.raises(InspectionError, match="fewer than 12 characters"):
        announce("two-sides", ours="4711", theirs_digest="0" * 64)
    with pytest.raises(InspectionError, match="no SHA-256 of 64"):
        announce("two-sides", ours=OURS, theirs_digest="0815")
    with pytest.raises(InspectionError, match="'coin' is not known"):
        announce("coin")
    with pytest.raises(InspectionError, match="Give --ours and --theirs"):
        seed_from(announce("two-sides", ours=OURS, theirs_digest="0" * 64).plain(), seed="1")


# --- agreement --------------------------------------------------------------------------------


def test_the_manifest_records_who_agreed_to_which_digest_and_when(inspection: Inspection) -> None:
    agreed = {"by": "A. Manager", "on": "2026-11-20", "digest": inspection.frame.digest[:8]}
    inspection.commit(at="2026-11-23T10:00", agreed=agreed)
    sample = again(inspection).draw("1 2 3")
    assert sample.head["agreement"] == {
        "frame_digest": inspection.frame.digest,
        "by": "A. Manager",
        "on": "2026-11-20",
    }
    assert "A. Manager" not in (inspection.folder / "sample" / "public.json").read_text("utf-8")


TODAY = date(2026, 11, 23)


def test_the_stated_days_must_have_passed() -> None:
    passed = agreement("ab" * 32, TODAY, sent_on="2026-11-13", days=10)
    assert passed and passed.plain() == {
        "frame_digest": "ab" * 32,
        "sent_on": "2026-11-13",
        "days": 10,
    }
    with pytest.raises(InspectionError, match="the 10 days since 2026-11-14 end on 2026-11-24"):
        agreement("ab" * 32, TODAY, sent_on="2026-11-14", days=10)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"by": "A"}, "who agreed, or when, is missing"),
        ({"on": "2026-11-20"}, "who agreed, or when, is missing"),
        ({"by": "A", "on": "20.11.2026"}, "'20.11.2026' is no date"),
        ({"by": "A", "on": "2026-11-24"}, "is after the commitment"),
        ({"by": "A", "on": "2026-11-20", "digest": "cdcdcdcd"}, "it begins cdcdcdcd"),
        ({"by": "A", "on": "2026-11-20", "digest": "ab"}, "it begins ab"),
        ({"by": "A", "sent_on": "2026-11-01", "days": 5}, "both an agreement and days"),
        ({"sent_on": "2026-11-01"}, "the number of days is missing"),
        ({"days": 5}, "the number of days is missing"),
    ],
)
def test_half_an_agreement_is_refused(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(InspectionError, match=message):
        agreement("ab" * 32, TODAY, **stated)


def test_the_agreement_workbook_adds_up_and_names_every_case_left_out(tmp_path: Path) -> None:
    lines = [
        *eligible({"MC": 30, "CC": 20, "RASSO": 10}),
        row("=52X1/26", finalised="03/02/2024"),
        row("52X2/26", area="Wessex"),
    ]
    inspection = make(tmp_path / "inspection", lines)
    first, second = inspection.agreement().read_bytes(), inspection.agreement().read_bytes()
    assert first == second
    book = openpyxl.load_workbook(io.BytesIO(first))
    excluded = [[cell.value for cell in line[:2]] for line in book["Excluded cases"].iter_rows(2)]
    assert excluded == [["52X2/26", "other_area"], ["=52X1/26", "out_of_period"]]
    cell = book["Excluded cases"]["A3"]
    assert cell.data_type == "s" and cell.value == "=52X1/26"
    for name in ("By casework type", "By month", "By unit"):
        rows = [[each.value for each in line] for line in book[name].iter_rows(2)]
        place = [each.value for each in book[name][1]].index("Eligible cases")
        assert rows[-1][0] == "All" and rows[-1][place] == 60
        assert sum(line[place] for line in rows[:-1]) == 60
        assert all(line[place + 1] is None for line in rows)
    front = [[each.value for each in line] for line in book["Agreement"].iter_rows()]
    assert any(inspection.frame.digest in line for line in front)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.example", "internal:Sheet2!A1", "0012"]
)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(text: str) -> None:
    made = workbook("t", [Sheet("a", ["id"], [[text]])])
    cell = openpyxl.load_workbook(io.BytesIO(made))["a"]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


# --- three manifests --------------------------------------------------------------------------


def test_the_sealed_file_names_the_cases_and_keeps_the_rest(inspection: Inspection) -> None:
    inspection.commit(ceremony=Ceremony("dice"))
    sample = again(inspection).draw("4 1 6 2 5")
    text = (inspection.folder / "sample" / "sealed.json").read_text("utf-8")
    cases = sample.table()
    assert all(id in text for id in cases.query("role == 'sample'")["id"])
    assert not any(id in text for id in cases.query("role == 'reserve'")["id"])
    for secret in ("4 1 6 2 5", sample.head["key"], sample.head["seed_seal"]["salt"], '"order"'):
        assert secret not in text
    assert not any(ticket in text for ticket in cases["ticket"])
    listed = [each["id"] for each in load(inspection, "sealed.json")["cases"]]
    drawn = list(cases.query("role == 'sample'")["id"])
    assert sorted(listed) == sorted(drawn) and listed != drawn


def test_the_public_file_holds_no_case(inspection: Inspection) -> None:
    sample = inspection.draw("4 1 6 2 5", uncommitted="trial")
    text = (inspection.folder / "sample" / "public.json").read_text("utf-8")
    assert not any(id in text for id in inspection.frame.cases["id"])
    assert not any(ticket[:16] in text for ticket in sample.table()["ticket"])
    for secret in ("4 1 6 2 5", sample.head["key"], sample.head["seed_seal"]["salt"]):
        assert secret not in text
    assert load(inspection, "public.json")["manifest"] == sample.digest


def test_the_seed_is_sealed_with_a_salt_that_nobody_can_guess(inspection: Inspection) -> None:
    sample = inspection.draw("4 1 6", uncommitted="trial")
    story = sample.head["seed_seal"]
    assert story["sha256"] == hashlib.sha256(f"{story['salt']}\n4 1 6".encode()).hexdigest()
    assert len(story["salt"]) == 32
    assert load(inspection, "sealed.json")["seed_sha256"] == story["sha256"]


def test_an_exchanged_sealed_file_is_found(inspection: Inspection) -> None:
    inspection.draw("4 1 6", uncommitted="trial")
    content = load(inspection, "sealed.json")
    content["cases"].pop()
    del content["digest"]
    path = inspection.folder / "sample" / "sealed.json"
    path.write_text(json.dumps({**content, "digest": digest(content)}), "utf-8")
    with pytest.raises(InspectionError, match=r"sample/sealed\.json"):
        again(inspection).verify()


@pytest.mark.parametrize("name", ["cases.csv", "frame.csv", "public.json", "sealed.json"])
def test_a_list_that_is_no_more_as_it_was_handed_over_is_found(
    inspection: Inspection, name: str
) -> None:
    inspection.draw("4 1 6", uncommitted="trial")
    assert "are as they were written" in " ".join(again(inspection).verify())
    path = inspection.folder / "sample" / name
    whole = path.read_bytes()
    if name != "sealed.json":  # a digest of its own tells of that one
        path.write_bytes(whole.replace(b"52", b"53", 1) if b"52" in whole else whole[:-2])
        with pytest.raises(InspectionError, match=rf"sample/{name}: it is not what this draw"):
            again(inspection).verify()
    path.unlink()
    with pytest.raises(InspectionError, match=rf"sample/{name}: it is missing"):
        again(inspection).verify()


def test_everything_for_the_body_stands_in_one_folder(inspection: Inspection) -> None:
    sample = inspection.draw("4 1 6", uncommitted="trial")
    names = sorted(path.name for path in (inspection.folder / "sample").iterdir())
    assert names == [
        "cases.csv",
        "cases.xlsx",
        "frame.csv",
        "manifest.json",
        "public.json",
        "sealed.json",
        "verify.html",
        "verify_sample.py",
    ]
    for name in names:
        content = (inspection.folder / "sample" / name).read_bytes()
        assert name.endswith(".xlsx") or (b"\r" not in content and content.decode("utf-8"))
    cases = openpyxl.load_workbook(inspection.folder / "sample" / "cases.xlsx")["Cases"]
    assert [cases["A2"].data_type, cases["C1"].value] == ["s", None]
    listed = (inspection.folder / "sample" / "cases.csv").read_text("utf-8-sig").splitlines()
    order = [f"{id},{stratum}" for id, stratum in sample.drawn[["id", "stratum"]].values.tolist()]
    assert sorted(listed[1:]) == sorted(order) and listed[1:] != order


def test_an_interrupted_draw_can_be_run_again(
    inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("inspectkit.inspection.write_evidence", stop)
        with pytest.raises(OSError, match="No space"):
            inspection.draw("4 1 6", uncommitted="trial")
    opened = again(inspection)
    sample = opened.draw("4 1 6", uncommitted="trial")
    assert opened.store.drawn().digest == sample.digest
    assert again(inspection).verify()
