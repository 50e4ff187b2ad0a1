"""Two versions of reports on groups, two rounds and all Areas, and how each is checked alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from inspectkit.assessment.comparison import Sealed
from inspectkit.errors import InspectionError
from inspectkit.report import data
from inspectkit.report.changes import Rounds
from inspectkit.report.data import sealed_result
from inspectkit.report.edition import Edition
from inspectkit.report.grouping import Grouped
from inspectkit.report.joining import make_joined, prepared_joined
from inspectkit.report.leaks import refuse_leaks
from inspectkit.report.pages import set_pages
from inspectkit.report.seal import SEAL
from inspectkit.report.verifying import verify_report
from inspectkit.report.writing import joined
from tests import report_specimen

FACT = "charged_by"
OF_AREA = {"results.json", "rule.yaml", SEAL}
OF_MARKS = {"marks.csv", "question_set.json", "sample.json"}


@pytest.fixture(scope="module")
def insp(once, tmp_path_factory):
    place = tmp_path_factory.mktemp("grouped") / "area"
    return report_specimen.copy(once, report_specimen.grouped, place)


@pytest.fixture(scope="module")
def made(insp):
    """Version → folder of the thematic report."""
    asked = {"folder": str(insp.folder), "fact": FACT, "draft": False, "threshold": 5}
    joined("thematic", asked, insp.folder / "thematic", public=True)
    names = {"restricted": "thematic", "public": "thematic_public"}
    return {version: insp.folder / name for version, name in names.items()}


@pytest.fixture
def folders(made, tmp_path):
    return {version: Path(shutil.copytree(place, tmp_path / version))
            for version, place in made.items()}  # fmt: skip


def groups(folder: Path) -> dict:
    return json.loads((folder / "groups.json").read_text(encoding="utf-8"))


def refused(kind: str, value: Any, planted: str, place: Path) -> None:
    """A public report whose page holds what was planted is not written."""
    ran = report_specimen.executed(report_specimen.front(), planted)
    set_pages(ran, str(place / "pages"), kind, ["html"])
    ready = prepared_joined(kind, {"public": value}, ["public"], to=["html"])
    pages, into = {"public": str(place / "pages")}, {"public": str(place / "into")}
    with pytest.raises(InspectionError, match=rf"{kind}\.html: a case reference would be"):
        make_joined(kind, ready, pages, into, to=["html"])
    assert not (place / "into").exists()


# --- groups: what is published ----------------------------------------------------------------


def test_no_public_file_of_a_theme_holds_a_reference_a_ticket_a_key_or_a_note(insp, made):
    said = report_specimen.texts(made["public"])
    pages = {"thematic.html", "thematic.pdf"}
    assert set(said) == OF_AREA | pages | {"counts.csv", "groups.json"}
    secrets = {*report_specimen.restricted(insp), *insp.frame.cases["id"]}
    for name, text in said.items():
        bare = re.sub(r"\s", "", text)
        found = [each for each in secrets if each in text or re.sub(r"\s", "", each) in bare]
        assert (name, found) == (name, [])
    held = report_specimen.texts(made["restricted"])
    assert "SIMULATED MARKS" in held["thematic.html"]
    assert set(held) == OF_AREA | OF_MARKS | pages | {"groups.csv", "groups.json"}
    case = insp.sample.drawn["id"].iloc[0]
    assert {name for name, text in held.items() if case in text} == {
        "groups.csv", "marks.csv", "sample.json"}  # fmt: skip


def test_what_would_leak_is_refused_before_a_theme_is_written(insp, tmp_path):
    theme = Grouped(Edition(insp, public=True), FACT)
    case = insp.sample.drawn["id"].iloc[0]
    refused("thematic", theme, f"Case {case}", tmp_path)


def test_a_small_group_and_what_it_could_be_told_from_are_left_out(insp):
    theme = Grouped(Edition(insp, public=True), FACT)
    sizes = {(each.value, each.stratum): each.size for each in theme.groups}
    assert 0 < sizes["police", "CC"] < 5 <= sizes["cps", "CC"]
    told = {(each.value, each.stratum) for each in theme.shown}
    assert told == {("cps", "MC"), ("police", "MC"), ("cps", "RASSO")}
    everybody = Grouped(Edition(insp), FACT)
    assert everybody.shown == everybody.groups


def test_a_group_over_all_casework_is_shown_where_each_of_its_parts_is(insp):
    theme = Grouped(Edition(insp, public=True), "outcome")  # one outcome, so the groups are all
    whole, *parts = theme.groups
    shown = [each.id for each in theme.scores.figures if each.kind != "question"
             and "share" not in theme.gone(each.id, whole.domain)]  # fmt: skip
    assert shown
    for figure in shown:
        assert not any("share" in theme.gone(figure, each.domain) for each in parts)
        assert theme.estimates.row(figure, whole.domain).value == (
            insp.estimates.row(figure, "all").value
        )


def test_all_casework_does_not_tell_what_a_casework_type_leaves_out(insp):
    """Cases of all casework less those of the other types would be the number left out."""
    rows = {(row["figure"], row["domain"]): row
            for row in data.results(Edition(insp, public=True))["rows"]}  # fmt: skip
    left = {(figure, name) for (figure, domain), row in rows.items() for name in ("n", "na")
            if domain != "all" and name in row and row[name] is None}  # fmt: skip
    assert ("pre_charge", "n") in left
    assert {
        (figure, name) for figure, name in left if rows[figure, "all"][name] is not None
    } == set()


def test_a_fact_whose_values_nobody_published_has_no_public_version(insp):
    assert Grouped(Edition(insp), "unit").groups
    with pytest.raises(InspectionError, match=r"lists no values of 'unit', which might name"):
        Grouped(Edition(insp, public=True), "unit")


def told_apart(insp, folder: Path) -> list[tuple[str, str]]:
    """Figures of few cases that all cases less the groups shown would tell: figure, casework type.

    All cases as the Area's own public report tells of them; how few they are is taken from the
    marks, which an attacker has not.
    """
    own = data.results(Edition(insp, public=True))["rows"]
    stated, true, found = groups(folder), Grouped(Edition(insp), FACT).estimates, []
    for row in (row for row in own if row["kind"] != "question" and row["value"] is not None):
        parts = {each["domain"] for each in stated["groups"] if each["stratum"] == row["domain"]}
        shown = {each["domain"] for each in stated["rows"] if each["figure"] == row["figure"]
                 and each["domain"] in parts and each["value"] is not None}  # fmt: skip
        left = insp.estimates.row(row["figure"], row["domain"]).n
        left -= sum(true.row(row["figure"], each).n for each in shown)
        if shown and 0 < left < 5:
            found.append((row["figure"], row["domain"]))
    return found


def test_all_cases_less_the_groups_shown_tell_of_nobody(insp, made):
    """The attack between an Area's public report and the public report of a theme."""
    assert told_apart(insp, made["public"]) == []
    assert (
        json.loads((made["public"] / "results.json").read_text(encoding="utf-8"))["rows"]
        == (json.loads(data.as_json(data.results(Edition(insp, public=True))))["rows"])
    )


def test_leaving_out_the_small_group_alone_would_tell_of_it(insp, made, folders):
    """The trial that the test above stands on: the large group of the Crown Court is shown too."""
    content, whole = groups(folders["public"]), groups(made["restricted"])
    domain = f"{FACT}, stratum=cps, CC"
    content["groups"] += [each for each in whole["groups"] if each["domain"] == domain]
    content["rows"] += [{**each, "left_out": []} for each in whole["rows"]
                        if each["domain"] == domain and each["kind"] != "question"]  # fmt: skip
    (folders["public"] / "groups.json").write_bytes(data.as_json(content))
    assert ("post_charge", "CC") in told_apart(insp, folders["public"])
    report_specimen.reseal(folders["public"])
    with pytest.raises(InspectionError, match=r"in CC: \d cases can be told apart"):
        verify_report(folders["public"])


# --- groups: checked from the folder alone ----------------------------------------------------


def test_a_stranger_estimates_the_groups_again_or_works_them_out(insp, made):
    said = "\n".join(verify_report(made["restricted"]))
    assert f"{len(insp.ratings.rows)} ratings given again" in said
    assert re.search(rf"[1-9]\d* figures of groups by {FACT} estimated again", said)
    said = "\n".join(verify_report(made["public"]))
    assert re.search(rf"[1-9]\d* figures of groups by {FACT} follow from their points", said)


def a_group(folder: Path) -> None:
    path = folder / "groups.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(",police\n", ",cps\n", 1), encoding="utf-8-sig", newline="")


def a_value(folder: Path) -> None:
    content = groups(folder)
    next(row for row in content["rows"] if row["value"] not in (None, "1/1"))["value"] = "1/1"
    (folder / "groups.json").write_bytes(data.as_json(content))


def a_point(folder: Path) -> None:
    content = groups(folder)
    next(row for row in content["rows"] if row["value"])["points"] += 1
    (folder / "groups.json").write_bytes(data.as_json(content))


def a_size(folder: Path) -> None:
    content = groups(folder)
    next(each for each in content["groups"] if not each["stratum"])["size"] += 1
    (folder / "groups.json").write_bytes(data.as_json(content))


def a_mark(folder: Path) -> None:
    path = folder / "marks.csv"
    text = path.read_text(encoding="utf-8-sig")
    changed = text.replace(",answered,fm,", ",answered,nm,", 1)
    path.write_text(changed, encoding="utf-8-sig", newline="")


@pytest.mark.parametrize(
    ("version", "alter", "told"),
    [
        ("restricted", a_group, r"groups\.json, .*: n is \d+, it should be"),
        ("restricted", a_value, r"groups\.json, .*: value is 1/1"),
        ("restricted", a_point, r"groups\.json, .*: points is"),
        ("restricted", a_size, r"groups\.json: cps has \d+ cases"),
        ("restricted", a_mark, r"the reviews of this folder give another digest"),
        ("public", a_value, r"groups\.json, .*: its share is 1/1"),
        ("public", a_point, r"groups\.json, .*: its share is"),
    ],
)
def test_one_altered_cell_of_a_theme_is_found_even_under_a_new_seal(folders, version, alter, told):
    alter(folders[version])
    with pytest.raises(InspectionError, match="its content is not what was sealed"):
        verify_report(folders[version])
    report_specimen.reseal(folders[version])
    with pytest.raises(InspectionError, match=told):
        verify_report(folders[version])


def test_a_theme_reported_twice_gives_the_same_bytes(insp, made, tmp_path):
    asked = {"folder": str(insp.folder), "fact": FACT, "draft": False, "threshold": 5}
    again = joined("thematic", asked, tmp_path / "thematic", to=["html"], public=True)
    assert {"thematic.html", "thematic_public/groups.json"} <= set(again)
    for name, path in again.items():
        inside = insp.folder / name if "/" in name else made["restricted"] / name
        if path.name != SEAL:  # that of the first knows of a PDF
            assert (name, path.read_bytes()) == (name, inside.read_bytes())


# --- two rounds -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def earlier(once, tmp_path_factory):
    place = tmp_path_factory.mktemp("earlier") / "area"
    return report_specimen.copy(once, report_specimen.inspection, place)


@pytest.fixture(scope="module")
def rounds(insp, earlier):
    """Version → folder of the follow-up report."""
    _follow_up(insp, earlier, insp.folder / "follow_up")
    names = {"restricted": "follow_up", "public": "follow_up_public"}
    return {version: insp.folder / name for version, name in names.items()}


def _follow_up(insp, earlier, into: Path) -> dict[str, Path]:
    asked = {"folder": str(insp.folder), "earlier": str(earlier.folder), "draft": False,
             "threshold": 5}  # fmt: skip
    return joined("follow_up", asked, into, to=["html"], public=True)


@pytest.fixture
def both(rounds, tmp_path):
    return {version: Path(shutil.copytree(place, tmp_path / version))
            for version, place in rounds.items()}  # fmt: skip


def changes(folder: Path) -> dict:
    return json.loads((folder / "changes.json").read_text(encoding="utf-8"))


def test_no_public_file_of_a_follow_up_tells_of_a_case_of_either_round(insp, earlier, rounds):
    files = [path for path in rounds["public"].rglob("*") if path.is_file()]
    names = {path.relative_to(rounds["public"]).as_posix() for path in files}
    sides = {f"{side}/{name}" for side in ("then", "now")
             for name in ("results.json", "counts.csv", "rule.yaml")}  # fmt: skip
    assert names == sides | {"follow_up.html", "changes.json", SEAL}
    for one in (insp, earlier):
        secrets = {*report_specimen.restricted(one), *one.frame.cases["id"]}
        for path in files:
            text = path.read_text(encoding="utf-8")
            assert (path.name, [each for each in secrets if each in text]) == (path.name, [])
    held = (rounds["restricted"] / "then" / "marks.csv").read_text(encoding="utf-8-sig")
    assert earlier.sample.drawn["id"].iloc[0] in held


def test_a_case_of_the_earlier_round_alone_is_refused_too(insp, earlier, tmp_path):
    only = sorted(set(insp.frame.cases["id"]) - set(earlier.frame.cases["id"]))[0]
    found = Rounds(Edition(insp, public=True), Edition(earlier, public=True))
    refused("follow_up", found, f"Case {only}", tmp_path)


def test_the_public_follow_up_compares_what_both_public_versions_show(insp, earlier, rounds):
    sides = [{(row["figure"], row["domain"]): row["value"]
              for row in data.results(Edition(each, public=True))["rows"]}
             for each in (earlier, insp)]  # fmt: skip
    rows = changes(rounds["public"])["rows"]
    assert 0 < len(rows) < len(changes(rounds["restricted"])["rows"])
    for row in rows:
        address = row["figure"], row["domain"]
        assert (row["then"], row["now"]) == tuple(side[address] for side in sides)


def test_both_rounds_are_rated_and_compared_again_from_the_folder(rounds):
    said = "\n".join(verify_report(rounds["restricted"]))
    assert "then: 216 ratings given again" in said and "now: 216 ratings given again" in said
    assert "216 figures of both rounds compared again" in said
    said = "\n".join(verify_report(rounds["public"]))
    assert re.search(r"[1-9]\d* differences follow from the figures of both rounds", said)


def a_difference(folder: Path) -> None:
    content = changes(folder)
    next(row for row in content["rows"] if row["difference"])["difference"] = "1/3"
    (folder / "changes.json").write_bytes(data.as_json(content))


def a_verdict(folder: Path) -> None:
    content = changes(folder)
    next(row for row in content["rows"] if row["verdict"])["verdict"] = "improved"
    (folder / "changes.json").write_bytes(data.as_json(content))


def an_earlier_mark(folder: Path) -> None:
    a_mark(folder / "then")


def an_earlier_share(folder: Path) -> None:
    path = folder / "then" / "results.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    next(row for row in content["rows"] if row["value"] not in (None, "1/1"))["value"] = "1/1"
    path.write_bytes(data.as_json(content))


def a_figure_left_out(folder: Path) -> None:
    content, whole = changes(folder), changes(folder.parent / "restricted")
    shown = {(row["figure"], row["domain"]) for row in content["rows"]}
    content["rows"].append(next(row for row in whole["rows"] if row["difference"]
                                and (row["figure"], row["domain"]) not in shown))  # fmt: skip
    (folder / "changes.json").write_bytes(data.as_json(content))


@pytest.mark.parametrize(
    ("version", "alter", "told"),
    [
        ("restricted", a_difference, r"changes\.json, .*: difference is 1/3, it should be"),
        ("restricted", a_verdict, r"changes\.json, .*: verdict is improved"),
        ("restricted", an_earlier_mark, r"then/results\.json: the reviews of this folder give"),
        ("public", a_difference, r"changes\.json, .*: difference is 1/3, it should be"),
        ("public", a_verdict, r"changes\.json, .*: verdict is improved"),
        ("public", an_earlier_share, r"results\.json, .*: its share is 1/1"),
        ("public", a_figure_left_out, r"changes\.json, .* is \d+/\d+, it should be None"),
    ],
)
def test_one_altered_cell_of_a_follow_up_is_found_even_under_a_new_seal(both, version, alter, told):
    alter(both[version])
    with pytest.raises(InspectionError, match="its content is not what was sealed"):
        verify_report(both[version])
    report_specimen.reseal(both[version])
    with pytest.raises(InspectionError, match=told):
        verify_report(both[version])


def test_a_follow_up_reported_twice_gives_the_same_bytes(insp, earlier, rounds, tmp_path):
    for name, path in _follow_up(insp, earlier, tmp_path / "follow_up").items():
        public = name.startswith("follow_up_public/")
        inside = insp.folder / name if public else rounds["restricted"] / name
        assert (name, path.read_bytes()) == (name, inside.read_bytes())


# --- all Areas --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nations(insp, tmp_path_factory):
    """Version → folder of the national report of three Areas with that version of one result."""
    place = tmp_path_factory.mktemp("national")
    found = {}
    for version in ("restricted", "public"):
        sealed = sealed_result(Edition(insp, public=version == "public", draft=True))
        files = [str(Sealed({**sealed.content, "area": area}).write(place / f"{version} {area}"))
                 for area in ("South West", "Wessex", "North East")]  # fmt: skip
        asked = {"files": files, "earlier": files[:1], "title": "All", "date": "2026-11-23",
                 "marking": ""}  # fmt: skip
        joined("national", asked, place / version)
        found[version] = place / version
    return found


@pytest.fixture
def national(nations, tmp_path):
    return {version: Path(shutil.copytree(place, tmp_path / version))
            for version, place in nations.items()}  # fmt: skip


def areas(folder: Path) -> dict:
    return json.loads((folder / "areas.json").read_text(encoding="utf-8"))


def test_a_national_report_holds_no_case_no_ticket_and_no_note(insp, nations):
    secrets = {*report_specimen.restricted(insp), *insp.frame.cases["id"]}
    for folder in nations.values():
        said = report_specimen.texts(folder)
        assert set(said) == {"areas.json", "national.html", "national.pdf", SEAL}
        for name, text in said.items():
            assert (name, [each for each in secrets if each in text]) == (name, [])
        refuse_leaks(insp, {each: (folder / each).read_bytes() for each in said})
        leaking = {"areas.json": (folder / "areas.json").read_bytes() + b"52MC00001/26"}
        with pytest.raises(InspectionError, match=r"areas\.json: a case reference"):
            refuse_leaks(insp, leaking)


def test_a_public_result_says_no_more_than_the_areas_public_report(insp, nations):
    own = {(row["figure"], row["domain"]): row
           for row in data.results(Edition(insp, public=True))["rows"]}  # fmt: skip
    gone = 0
    for row in areas(nations["public"])["results"][0]["rows"]:
        there = own[row["figure"], row["domain"]]
        assert [row[name] for name in ("value", "n")] == [there[name] for name in ("value", "n")]
        gone += "share" in there["left_out"]
        if "share" in there["left_out"]:
            assert (row["low"], row["high"], row["size"], row["df"], row["band"]) == (
                None, None, "", None, "")  # fmt: skip
    assert gone and areas(nations["public"])["results"][0]["threshold"] == 5
    version = {name: json.loads((folder / SEAL).read_text(encoding="utf-8"))["version"]
               for name, folder in nations.items()}  # fmt: skip
    assert version == {"restricted": "restricted", "public": "public"}
    said = report_specimen.texts(nations["restricted"])["national.html"]
    assert "small numbers that an Area may not publish" in said


def test_a_stranger_works_the_national_figures_out_again(nations):
    for folder in nations.values():
        said = "\n".join(verify_report(folder))
        assert "4 sealed results are those that the seal names" in said
        assert "7 figures of 3 Areas worked out again" in said


def a_composite(folder: Path) -> None:
    content = areas(folder)
    content["figures"][0]["composite"][0]["value"] = "1/1"
    (folder / "areas.json").write_bytes(data.as_json(content))


def a_place(folder: Path) -> None:
    content = areas(folder)
    content["figures"][0]["league"][0]["rank_high"] += 1
    (folder / "areas.json").write_bytes(data.as_json(content))


def a_result(folder: Path) -> None:
    content = areas(folder)
    next(row for row in content["results"][0]["rows"] if row["value"])["value"] = "1/1"
    (folder / "areas.json").write_bytes(data.as_json(content))


def a_result_sealed_again(folder: Path) -> None:
    content = areas(folder)
    next(row for row in content["results"][0]["rows"] if row["value"])["value"] = "1/1"
    bare = {key: value for key, value in content["results"][0].items() if key != "digest"}
    content["results"][0] = Sealed(bare).stated()
    (folder / "areas.json").write_bytes(data.as_json(content))


def marks_beside_a_result(folder: Path) -> None:
    content = areas(folder)
    bare = {key: value for key, value in content["results"][0].items() if key != "digest"}
    content["results"][0] = Sealed({**bare, "marks": []}).stated()
    (folder / "areas.json").write_bytes(data.as_json(content))


@pytest.mark.parametrize("version", ["restricted", "public"])
@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (a_composite, r"areas\.json, pre_charge: its composite comes out otherwise"),
        (a_place, r"areas\.json, pre_charge: its league comes out otherwise"),
        (a_result, r"areas\.json: its content does not fit its digest"),
        (a_result_sealed_again, r"areas\.json: the result of North East is not the one that was"),
        (marks_beside_a_result, r"areas\.json: it holds 'marks', which is no part of a result"),
    ],
)
def test_one_altered_cell_of_all_areas_is_found_even_under_a_new_seal(
    national, version, alter, told
):
    alter(national[version])
    with pytest.raises(InspectionError, match="its content is not what was sealed"):
        verify_report(national[version])
    report_specimen.reseal(national[version])
    with pytest.raises(InspectionError, match=told):
        verify_report(national[version])


def test_a_national_report_is_not_public_for_calling_itself_so(national):
    path = national["restricted"] / SEAL
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_bytes(data.as_json({**content, "version": "public"}))
    report_specimen.reseal(national["restricted"])
    with pytest.raises(InspectionError, match="it calls itself public, and a result in it is not"):
        verify_report(national["restricted"])
