"""A draft that comes back as Word: comments and changed words as challenges, by its own marks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from inspectkit.errors import InspectionError
from inspectkit.exhibits import Column, Table
from inspectkit.exhibits.returned_word import EXTENDED, W14
from inspectkit.exhibits.word import Front, Line, Run, write_word
from inspectkit.findings.accuracy.drafts import Draft
from inspectkit.findings.accuracy.word import mark, read_word_challenges, rest

DAY = date(2026, 12, 1)
FRONT = Front("A draft", date(2026, 11, 23), "OFFICIAL", "DRAFT")
TEXTS = {
    "1.1": "Letters took 12 days. Most were clear.",
    "1.2": "Grip was good:",
    "1.3": "The third paragraph has few words.",
    "Recommendation 1": "Managers check ten files a month.",
}
ITEMS = ("in Crown Court cases;", "in others.")
TABLE = Table(id="t", title="Cases", columns=(Column("Stratum"), Column("n", "number")),
              rows=(("Crown Court", 40), ("RASSO", 20)))  # fmt: skip
Challenges = list[dict[str, object]]


def draft_of(number: int = 1, **other: str) -> Draft:
    """A draft with three paragraphs, the second with a list, and a recommendation."""
    blocks = [[place, text] for place, text in (TEXTS | other).items()]
    blocks[1][1] = " • ".join([blocks[1][1], *ITEMS])
    return Draft(number=number, figures={"grip@CC": ["Grip", "80.0%"]}, blocks=blocks)


def docx_of(held: Draft) -> bytes:
    """The draft as Word, put together as `report.draft` does."""
    lines: list[Line | Table] = [Line("title", (Run("A draft"),))]
    for n, (place, text) in enumerate(held.blocks):
        head, *items = text.split(" • ")
        kind = "chapter" if n == 0 else "heading"
        lines += [Line(kind, (Run("Found" if n == 0 else f"Part {n}"),))]
        lines += [Line("paragraph", (Run(f"{place}  ", bold=True), Run(head)), mark(held, n))]
        lines += [Line("item", (Run(item),), mark(held, n, k)) for k, item in enumerate(items, 1)]
    return write_word(FRONT, [*lines, TABLE])


@pytest.fixture
def held() -> Draft:
    made = draft_of()
    return made.model_copy(update={"rest": rest(docx_of(made))})


@pytest.fixture
def path(held: Draft, tmp_path: Path) -> Path:
    made = tmp_path / "draft.docx"
    made.write_bytes(docx_of(held))
    return made


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """Edit the file as a person would in Word."""
    book = docx.Document(str(path))
    edit(book)
    book.save(str(path))
    return path


def taken(path: Path, held: Draft) -> Challenges:
    return read_word_challenges(path, {held.number: held}, received=DAY, sender="The body")


def told(found: Challenges) -> list[tuple[object, object, object]]:
    return [(each["place"], each["sort"], each["text"]) for each in found]


def line(book: Any, words: str) -> Any:
    return next(each for each in book.paragraphs if words in each.text)


def comment(book: Any, words: str, text: str, part: str = "") -> Any:
    """A comment on the run of a paragraph that holds the part, or on all of the paragraph."""
    runs = [each for each in line(book, words).runs if part in each.text]
    return book.add_comment(runs, text=text, author="Jo Bloggs", initials="JB")


def put_in(text: str) -> Any:
    """A run inside a tracked insertion."""
    made = OxmlElement("w:ins")
    made.append(parse_xml(f"<w:r {nsdecls('w')}><w:t xml:space='preserve'>{text}</w:t></w:r>"))
    return made


def struck(run: Any) -> Any:
    """A run inside a tracked deletion, put where it was."""
    gone = OxmlElement("w:del")
    run._r.addprevious(gone)
    gone.append(run._r)
    for text in run._r.findall(qn("w:t")):
        text.tag = qn("w:delText")
    return gone


def replies(book: Any, parents: dict[int, int], resolved: frozenset[int] = frozenset()) -> None:
    """The part in which Word says which comment answers which, and which is resolved."""
    rows = []
    for n, each in enumerate(book.comments):
        each.paragraphs[-1]._p.set(f"{W14}paraId", f"0000000{n}")
        above = f' w15:paraIdParent="0000000{parents[n]}"' if n in parents else ""
        rows.append(f'<w15:commentEx w15:paraId="0000000{n}"{above} '
                    f'w15:done="{int(n in resolved)}"/>')  # fmt: skip
    space = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    blob = f"<w15:commentsEx {space}>{''.join(rows)}</w15:commentsEx>".encode()
    name = PackURI("/word/commentsExtended.xml")
    part = Part(name, "application/vnd.ms-word.commentsExtended+xml", blob, book.part.package)
    book.part.relate_to(part, EXTENDED)


# --- comments ------------------------------------------------------------------------------------


def test_untouched_it_challenges_nothing(path: Path, held: Draft) -> None:
    assert taken(path, held) == []
    assert taken(edited(path, lambda book: None), held) == []


def test_a_comment_is_about_the_paragraph_it_stands_on_and_quotes_its_words(
    path: Path, held: Draft
) -> None:
    def edit(book: Any) -> None:
        comment(book, "Letters took", "It was 10 days.")
        comment(book, "The third", "Typing error: a comma", "few")
        comment(book, "in others", "OMISSION - the youth court")
        comment(book, "Managers", "typing errors abound")
        run = line(book, "The third").add_run(" Sic.")
        book.add_comment(run, text="Accuracy:\tno", author="Jo Bloggs")
        run._r.getparent().remove(run._r)

    found = taken(edited(path, edit), held)
    assert told(found) == [
        ("1.1", "accuracy", "It was 10 days."),
        ("1.3", "typing_error", "a comma"),
        ("1.2", "omission", "On “in others.”: the youth court"),
        ("Recommendation 1", "accuracy", "typing errors abound"),
        ("1.3", "accuracy", "no"),
    ]
    assert {(each["draft"], each["sender"], each["received"]) for each in found} == {
        (1, "The body", DAY)
    }
    assert "Bloggs" not in str(found)


def test_a_comment_on_some_words_quotes_them(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        text = line(book, "Letters took").runs[1]
        text.text = "Letters took "
        days = line(book, "Letters took").add_run("12 days")
        line(book, "Letters took").add_run(". Most were clear.")
        book.add_comment(days, text="10", author="Jo Bloggs")

    assert told(taken(edited(path, edit), held)) == [("1.1", "accuracy", "On “12 days”: 10")]


def test_a_comment_over_several_paragraphs_is_one_challenge_of_all(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        runs = [line(book, "Letters took").runs[0], line(book, "The third").runs[-1]]
        book.add_comment(runs, text="Too harsh", author="Jo Bloggs")

    ((place, _, text),) = told(taken(edited(path, edit), held))
    assert place == "1.1, 1.2 and 1.3" and str(text).endswith("Too harsh")


def test_the_end_of_a_comment_in_the_next_paragraph_is_no_comment_on_that(
    path: Path, held: Draft
) -> None:
    """Word puts it there when a paragraph was chosen with its end."""

    def edit(book: Any) -> None:
        comment(book, "Letters took", "It was 10.")
        body = book.element.body
        end = next(body.iter(qn("w:commentRangeEnd")))
        reference = next(body.iter(qn("w:commentReference"))).getparent()
        following = line(book, "Part 1")._p
        following.insert(1, end)
        following.insert(2, reference)

    assert told(taken(edited(path, edit), held)) == [("1.1", "accuracy", "It was 10.")]


def test_what_stands_on_no_numbered_paragraph_is_kept_with_its_place(
    path: Path, held: Draft
) -> None:
    def edit(book: Any) -> None:
        comment(book, "Part 2", "Unclear")
        cell = book.tables[0].rows[1].cells[1].paragraphs[0]
        book.add_comment(cell.runs, text="It was 41", author="Jo Bloggs")
        comment(book, "Table 1", "Which year?")
        book.comments.add_comment("Anchored nowhere", "Jo Bloggs")

    assert told(taken(edited(path, edit), held)) == [
        ("no numbered paragraph: heading “Part 2”", "accuracy", "Unclear"),
        ("no numbered paragraph: Table 1: Cases", "accuracy", "On “40”: It was 41"),
        ("no numbered paragraph: “Table 1: Cases”", "accuracy", "Which year?"),
        ("no numbered paragraph: the comment stands at no words of the text", "accuracy",
         "Anchored nowhere"),
    ]  # fmt: skip


def test_replies_are_joined_to_their_comment_and_resolved_ones_are_kept(
    path: Path, held: Draft
) -> None:
    def edit(book: Any) -> None:
        comment(book, "Letters took", "Accuracy: 10 days")
        comment(book, "The third", "Omission: youths")
        comment(book, "Letters took", "See document 12")
        comment(book, "Letters took", "Agreed")
        replies(book, {2: 0, 3: 2}, resolved=frozenset({1}))

    assert told(taken(edited(path, edit), held)) == [
        ("1.1", "accuracy", "10 days\nReply: See document 12\nReply: Agreed"),
        ("1.3", "omission", "youths (marked as resolved)"),
    ]


def test_replies_in_a_circle_lose_no_comment(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        comment(book, "Letters took", "one")
        comment(book, "The third", "other")
        replies(book, {0: 1, 1: 0})

    assert {"one", "other"} <= {str(text) for _, _, text in told(taken(edited(path, edit), held))}


# --- changed words -------------------------------------------------------------------------------


def test_tracked_changes_propose_the_new_words_of_their_paragraph(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        run = line(book, "The third").runs[-1]
        struck(run).addnext(put_in("The third is short, "))
        line(book, "in others")._p.append(put_in(" And beyond."))

    found = taken(edited(path, edit), held)
    assert [(each["place"], each["proposed"]) for each in found] == [
        ("1.2", "Grip was good: • in Crown Court cases; • in others. And beyond."),
        ("1.3", "The third is short,"),
    ]
    assert found[0]["text"] == "“And beyond.” is put in."
    assert all(each["sort"] == "accuracy" for each in found)


def test_words_changed_without_tracking_are_found_all_the_same(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        run = line(book, "Letters took").runs[-1]
        run.text = run.text.replace("12", "10")

    (found,) = taken(edited(path, edit), held)
    assert found["text"] == "“12” becomes “10”. No change was tracked."
    assert found["proposed"] == "Letters took 10 days. Most were clear."


def test_a_change_put_in_and_taken_out_again_changes_nothing(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        added = put_in("never mind")
        line(book, "The third")._p.append(added)
        gone = OxmlElement("w:del")
        gone.append(added[0])
        added.append(gone)

    assert taken(edited(path, edit), held) == []


def test_a_paragraph_struck_out_split_or_cut_away_is_told_each_in_its_way(
    path: Path, held: Draft
) -> None:
    def edit(book: Any) -> None:
        for run in line(book, "The third").runs:
            struck(run)
        first = line(book, "Letters took")
        second = parse_xml(f"<w:p {nsdecls('w')}/>")
        first._p.addnext(second)
        later = first.add_run("Most were clear.")
        first.runs[1].text = "Letters took 12 days. "
        second.append(later._r)
        second.append(first._p.findall(qn("w:bookmarkEnd"))[-1])
        gone = line(book, "Managers")._p
        gone.getparent().remove(gone)

    found = taken(edited(path, edit), held)
    assert told(found) == [
        ("1.1", "accuracy",
         "The paragraph is split, its words are the same. No change was tracked."),
        ("1.3", "accuracy", "The paragraph is struck out."),
        ("Recommendation 1", "accuracy",
         "Not in the Word file that came back: Recommendation 1. No change was tracked."),
    ]  # fmt: skip
    assert found[0]["proposed"] == "Letters took 12 days.\nMost were clear."


def test_a_paragraph_moved_or_joined_to_another_is_told_though_its_words_are_the_same(
    path: Path, held: Draft
) -> None:
    content = path.read_bytes()

    def move(book: Any) -> None:
        line(book, "The third")._p.addnext(line(book, "Letters took")._p)

    def join(book: Any) -> None:
        first, second = line(book, "Letters took")._p, line(book, "Grip was good")._p
        for each in [each for each in second if each.tag != qn("w:pPr")]:
            first.append(each)
        second.getparent().remove(second)

    moved = ("1.1", "accuracy", "The paragraph is moved: it stands after 1.3.")
    assert told(taken(edited(path, move), held)) == [moved]
    path.write_bytes(content)
    joined = ("1.2", "accuracy", "The paragraph is joined to 1.1.")
    assert told(taken(edited(path, join), held)) == [joined]


def test_new_paragraphs_are_omissions_after_the_one_before(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        after = line(book, "The third")._p
        for text in ("Another new one.", "A new one."):
            added = parse_xml(f"<w:p {nsdecls('w')}/>")
            added.append(put_in(text))
            after.addnext(added)
        line(book, "Part 3").insert_paragraph_before("An untracked one.")

    (found,) = taken(edited(path, edit), held)
    assert (found["place"], found["sort"]) == ("after 1.3", "omission")
    assert found["proposed"] == "A new one.\nAnother new one.\nAn untracked one."
    assert str(found["text"]).endswith("Put in: “An untracked one.”. No change was tracked.")


def test_changes_of_a_heading_and_of_a_table_are_kept_with_their_place(
    path: Path, held: Draft
) -> None:
    def edit(book: Any) -> None:
        run = line(book, "Part 2").runs[0]
        struck(run).addnext(put_in("Another head"))
        tracked, plain = (book.tables[0].rows[n].cells[1].paragraphs[0] for n in (1, 2))
        struck(tracked.runs[0]).addnext(put_in("41"))
        plain.runs[0].text = "21"

    found = taken(edited(path, edit), held)
    assert told(found) == [
        ("no numbered paragraph: heading “Part 2”", "accuracy",
         "“Part 2” becomes “Another head”."),
        ("no numbered paragraph: Table 1: Cases", "accuracy",
         "“40” becomes “41”.\nPut in: “21”. No change was tracked."),
    ]  # fmt: skip


def test_pictures_and_footnotes_that_were_put_in_are_told(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        blob = (f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:t>See 12."
                "</w:t></w:r></w:p></w:footnote></w:footnotes>").encode()  # fmt: skip
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, blob, book.part.package)
        book.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        run = line(book, "The third").add_run()
        run._r.append(parse_xml(f"<w:footnoteReference {nsdecls('w')} w:id='2'/>"))
        line(book, "Letters took").add_run()._r.append(OxmlElement("w:drawing"))

    found = taken(edited(path, edit), held)
    assert [each["proposed"] for each in found] == [
        "Letters took 12 days. Most were clear.[picture]",
        "The third paragraph has few words. [note: See 12.]",
    ]


def test_a_draft_edited_in_libreoffice_comes_back_whole(held: Draft) -> None:
    """The draft of `docx_of`, edited and saved by LibreOffice 7.4.7.2 on 2026-11-26."""
    path = Path(__file__).parent / "data" / "draft_back_from_libreoffice.docx"
    assert told(taken(path, held)) == [
        ("1.1", "accuracy", "The paragraph is split, its words are the same."),
        ("1.2", "accuracy", "“good:” becomes “fair:”. No change was tracked."),
        ("1.3", "accuracy", "“few” becomes “some”."),
        ("Recommendation 1", "accuracy", "The paragraph is struck out."),
        ("after 1.3", "omission", "“A new paragraph on victims.” is put in."),
        ("1.1", "accuracy", "On “12 days”: it was 10 days"),
        ("1.2", "omission", "On “in others”: the youth court (marked as resolved)"),
        ("no numbered paragraph: heading “Part 2”", "accuracy", "This heading is unclear"),
        ("no numbered paragraph: Table 1: Cases", "accuracy", "On “40”: It was 41"),
    ]


# --- files that are anybody's --------------------------------------------------------------------


def test_a_file_that_is_no_draft_of_this_inspection_is_refused(path: Path, held: Draft) -> None:
    with pytest.raises(InspectionError, match="that of another inspection"):
        taken(path, draft_of(**{"1.1": "Another."}))
    with pytest.raises(InspectionError, match="no draft 1 was made here"):
        taken(path, draft_of(2))
    path.write_bytes(write_word(FRONT, [Line("paragraph", (Run("x"),), "ik_1_0")]))
    with pytest.raises(InspectionError, match="no paragraph of it has the mark of a draft"):
        taken(path, held)
    other = draft_of(2)
    lines = [Line("paragraph", (Run("x"),), mark(each, 0)) for each in (held, other)]
    path.write_bytes(write_word(FRONT, lines))
    with pytest.raises(InspectionError, match="made of two drafts"):
        taken(path, held)
    with pytest.raises(InspectionError, match="there is no such file"):
        taken(path.with_name("x.docx"), held)


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    path.write_bytes(held.getvalue())


def test_bombs_entities_and_damage_are_refused(path: Path, held: Draft) -> None:
    content = path.read_bytes()
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><w:document'

    def declared(name: str, part: bytes) -> bytes:
        return part.replace(b"<w:document", entity, 1) if name == "word/document.xml" else part

    rewritten(path, declared)
    with pytest.raises(InspectionError, match="it declares entities"):
        taken(path, held)
    path.write_bytes(content)
    rewritten(path, lambda name, part: part + b" " * 60_000_000 * (name == "word/document.xml"))
    with pytest.raises(InspectionError, match="unpacks to too much"):
        taken(path, held)
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("word/document.xml").header_offset + 60
    spoilt = content[:at] + b"\xff" * 40 + content[at + 40 :]  # what is packed cannot be unpacked
    for damaged in (content[: len(content) // 2], spoilt):
        path.write_bytes(damaged)
        with pytest.raises(InspectionError, match="not a Word file"):
            taken(path, held)


def test_what_it_points_to_outside_is_not_needed(path: Path, held: Draft) -> None:
    def edit(book: Any) -> None:
        book.part.relate_to("http://192.0.2.1/x.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
        book.part.relate_to("http://192.0.2.1/x", EXTENDED, is_external=True)
        comment(book, "Letters took", "10")

    assert told(taken(edited(path, edit), held)) == [("1.1", "accuracy", "10")]


def test_hostile_words_and_marks_stay_words(path: Path, held: Draft) -> None:
    hostile = "=cmd|'/c calc'!A1 <b>\u202e[red]" + "x" * 100_000

    def edit(book: Any) -> None:
        comment(book, "Letters took", hostile)
        last = line(book, "Managers")
        begun = OxmlElement("w:bookmarkStart")
        begun.set(qn("w:id"), "77")
        begun.set(qn("w:name"), mark(held, 99_999))
        last._p.addnext(begun)

    ((place, _, text),) = told(taken(edited(path, edit), held))
    assert place == "1.1" and text == hostile


def test_too_many_comments_are_refused(
    path: Path, held: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspectkit.exhibits.returned_word.MOST_COMMENTS", 1)
    edited(path, lambda book: [comment(book, "Letters took", each) for each in "ab"])
    with pytest.raises(InspectionError, match="2 comments, 1 at most"):
        taken(path, held)
