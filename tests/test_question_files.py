"""Hostile and broken question set files: a clear error, soon, and nothing runs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.questions.lint.files import lint_file

GOOD = (Path(__file__).parent / "specimens" / "lint" / "never-asked.good.yaml").read_text("utf-8")
LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)


def refusal(tmp_path: Path, content: bytes) -> str:
    """What is said of a file, in under a second."""
    path = tmp_path / "question_set.yaml"
    path.write_bytes(content)
    before = time.process_time()
    with pytest.raises(InspectionError) as refused:
        QuestionSet.load(path)
    assert time.process_time() - before < 1
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LAUGHS.encode(), "line 1: anchors"),
        (b"a: &a [*a]", "line 1: anchors"),
        (b"x" * 10_000_000, "larger than 1,000,000 bytes"),
        (b"a: " + b"[" * 5000, "nested more than 20 deep"),
        (b"a: " + b"{b: " * 5000, "nested more than 20 deep"),
        ("".join(f"{'  ' * n}a:\n" for n in range(60)).encode(), "nested more than 20 deep"),
        (GOOD.replace("A specimen", "!!python/object/apply:os.system [ls]").encode(), "a tag"),
        (GOOD.replace("A specimen", "!!python/name:os.system").encode(), "a tag"),
        (GOOD.replace("A specimen", "!mine x").encode(), "a tag"),
        (GOOD.encode("utf-16"), "not UTF-8 text"),
        (bytes(range(256)), "not UTF-8 text"),
        (b"", "the file holds no keys"),
        (b"- a\n- b\n", "the file holds no keys"),
        (GOOD.replace("${first} = 'nm'", "(" * 1000 + ")" * 1000).encode(), "nested more than 50"),
        (GOOD.replace("\n", "\r\n", 3).replace("revision: 1", "revision:").encode(), "revision"),
    ],
)
def test_a_hostile_file_is_refused_soon_with_its_reason(
    tmp_path: Path, content: bytes, message: str
) -> None:
    assert message in refusal(tmp_path, content)


@pytest.mark.parametrize(
    "word", ["Yes", "No", "on", "off", "12:30", "0123", "1e3", "2024-01-01", "~", "null", "True"]
)
def test_what_yaml_takes_for_something_else_is_read_as_shown_or_refused(
    tmp_path: Path, word: str
) -> None:
    path = tmp_path / "question_set.yaml"
    path.write_text(GOOD.replace("label: Illness", f"label: {word}"), encoding="utf-8")
    (tmp_path / "first.md").write_text("Look.", encoding="utf-8")
    try:
        qs = QuestionSet.load(path)
    except InspectionError as error:
        assert "label" in str(error) and "line" in str(error)
    else:
        assert qs.question("second").choices[0].label == word


LINES = GOOD.splitlines(keepends=True)
pieces = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from(
        ["  ", "\t", ": ", "- ", "{", "}", "[", "]", "'", '"', "&a ", "*a", "!!x ", "|\n"]
    ),
    st.text(max_size=12),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(LINES)), st.integers(0, 4), st.lists(pieces, max_size=4))
def test_no_file_makes_the_reader_or_the_lint_crash_or_run_for_long(
    tmp_path: Path, at: int, dropped: int, added: list[str]
) -> None:
    text = "".join([*LINES[:at], *added, *LINES[at + dropped :]])
    path = tmp_path / "question_set.yaml"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    before = time.process_time()
    for each in lint_file(path):
        assert each.what and each.remedy
    assert time.process_time() - before < 1
