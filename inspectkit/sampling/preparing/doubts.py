"""What looks wrong and may be right: ids nearly alike, lost zeros, garbled letters, thin strata."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from inspectkit.sampling.reading.lines import Doubt

# Letters and digits that people and scanners take for one another; Cyrillic and Greek ones that
# look like Latin.
FOREIGN = str.maketrans("асеорхукмтвніѕјαοερτνικ", "aceopxykmtbhisjaoeptvik")
ALIKE = str.maketrans("ils|zb", "115128")
ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
SEPARATORS = re.compile(r"[\s\-_/.\\:]+")
GARBLED = re.compile(
    "Ã[\u0080-\u00bf\u0152-\u0192\u2013-\u2122]|Â[\u0080-\u00bf]|â€|ï»¿|\ufffd|[ÐÑ][\u0080-\u00bf]"
)
SPOILT = tuple(  # looked for in all ids at once, each on its line
    (re.compile(rf"^(?:{pattern})$", re.M), meaning)
    for pattern, meaning in (
        (r"\d[.,]\d+E\+?\d+", "written as Excel shows long numbers, with digits lost"),
        (r"\d{1,2}-[A-Z][a-z]{2}(-\d\d)?|[A-Z][a-z]{2}-\d\d", "dates made by Excel"),
        (r"\d+\.0", "numbers with a point, so zeros before them may be lost"),
    )
)
MOST_PAIRS = 50
ENOUGH, MOST_SHARE = 20, 0.8


class _Shape(dict[int, str]):
    """For `str.translate`: 9 for every digit, A for every other letter, signs as they are."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = "9" if sign.isdecimal() else "A" if sign.isalnum() or sign == "_" else sign
        return self[code]


SHAPE = _Shape()


def doubtful_ids(ids: pd.Series) -> list[Doubt]:
    """Ids nearly alike, shorter than the rest by zeros, or spoilt; ids are indexed by line."""
    lines: dict[str, list[int]] = defaultdict(list)
    for line, id in zip(ids.index.tolist(), ids.tolist(), strict=True):
        lines[id].append(line)
    return [*_nearly_alike(lines), *_short(lines), *_spoilt(lines)]


def skeleton(id: str) -> str:
    """What is left of an id without case, leading zeros, kinds of separators and look-alikes.

    >>> skeleton("52AZ0006374/24") == skeleton("52az6374-24") == skeleton("52AZOOO6374/24")
    True
    """
    plain = id.casefold()
    if not id.isascii():
        plain = unicodedata.normalize("NFKC", id).casefold().translate(FOREIGN)
    return ZEROS.sub("", SEPARATORS.sub("-", plain.replace("o", "0"))).translate(ALIKE)


def _nearly_alike(lines: Mapping[str, list[int]]) -> Iterable[Doubt]:
    alike: dict[str, list[str]] = defaultdict(list)
    for id, bare in zip(lines, _one_by_one(skeleton, lines), strict=True):
        alike[bare].append(id)
    groups = [sorted(group) for group in alike.values() if len(group) > 1]
    for group in sorted(groups)[:MOST_PAIRS]:
        what = f"differ only in {_difference(group)}; kept as {len(group)} cases"
        yield " and ".join(map(repr, group)), what, _lines(group, lines)
    rest = [id for group in sorted(groups)[MOST_PAIRS:] for id in group]
    if rest:
        what = f"{len(groups) - MOST_PAIRS} more groups of ids that are nearly alike"
        yield "ids", what, _lines(rest, lines)


def _one_by_one(work: Callable[[str], str], ids: Iterable[str]) -> list[str]:
    """The work done on each id: on all at once, in one text, where they are plain letters."""
    text = "\0".join(ids)  # stands in no id, and `work` leaves it where it is
    return work(text).split("\0") if text.isascii() else [work(id) for id in ids]


def _difference(group: list[str]) -> str:
    ways: list[tuple[str, Callable[[str], str]]] = [
        ("leading zeros", lambda id: ZEROS.sub("", id)),
        ("letter case", str.casefold),
        ("separators", lambda id: SEPARATORS.sub("-", id)),
    ]
    for name, plain in ways:
        if len({plain(id) for id in group}) == 1:
            return name
    return "characters that look alike, case or zeros"


def _short(lines: Mapping[str, list[int]]) -> Iterable[Doubt]:
    """Ids of one pattern of which few have fewer digits than the others."""
    shapes: dict[str, list[str]] = defaultdict(list)
    for id, shape in zip(lines, _one_by_one(lambda id: id.translate(SHAPE), lines), strict=True):
        shapes[shape].append(id)
    patterns: dict[str, list[str]] = defaultdict(list)
    for shape, ids in shapes.items():
        patterns[re.sub(r"([A9])\1+", r"\1", shape)] += ids
    for pattern, ids in patterns.items():
        longest = max(map(len, ids))
        full = [id for id in ids if len(id) == longest]
        short = [id for id in ids if len(id) < longest]
        if not short:
            continue
        has_zeros = len(full) > 1 and any(ZEROS.search(id) for id in full)
        is_usual = len(ids) >= ENOUGH and len(full) >= MOST_SHARE * len(ids)
        if "9" in pattern and len(short) < len(full) and (has_zeros or is_usual):
            what = (
                f"{len(short)} ids such as {short[0]!r} are shorter than the other {len(full)} "
                f"such as {full[0]!r}: they may have lost leading zeros"
            )
            yield "ids", what, _lines(short, lines)


def _spoilt(lines: Mapping[str, list[int]]) -> Iterable[Doubt]:
    for pattern, meaning in SPOILT:
        found = [match[0] for match in pattern.finditer("\n".join(lines))]
        if found:
            yield "ids", f"{len(found)} such as {found[0]!r} may be {meaning}", _lines(found, lines)


def _lines(ids: Iterable[str], lines: Mapping[str, list[int]]) -> tuple[int, ...]:
    return tuple(line for id in ids for line in lines[id])


def garbled(cells: pd.DataFrame) -> list[Doubt]:
    """Columns with letters that were once read in the wrong encoding (Ã« for ë), and how many."""
    found: list[Doubt] = []
    for name in cells.columns:
        held = cells[name].tolist()
        if "".join(held).isascii():
            continue
        texts = {text for text in held if not text.isascii()}
        wrong = {text for text in texts if GARBLED.search(text)}
        if wrong:
            lines = tuple(map(int, cells.index[cells[name].isin(wrong)]))
            what = f"{len(lines)} cells look garbled by a wrong encoding before the export"
            found.append((str(name), what, lines))
    return found


def thin_strata(counts: Mapping[str, int], expected: Iterable[str]) -> list[Doubt]:
    """Strata without a case, or with one only, from which no interval can be worked out."""
    found: list[Doubt] = []
    for stratum in sorted({*expected, *counts}):
        count = int(counts.get(stratum, 0))
        if count < 2:
            what = "has one eligible case only" if count else "has no eligible case"
            found.append((f"stratum {stratum}", what, ()))
    return found
