"""Text and numbers as a reader sees them: harmful characters made visible, shares rounded."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

REPLACED = "\N{REPLACEMENT CHARACTER}"
# Marks that reorder what follows them: a reader could not tell what the text says.
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEPT = frozenset("\n\t")


def clean(text: str) -> str:
    r"""The text with every character that breaks a page replaced by U+FFFD, so none vanishes.

    Control characters, lone surrogates, private-use characters (PDF/A refuses them) and marks
    that turn the writing direction are replaced; everything else stays as it is.

    >>> clean("52SW\x00001\u202e")
    '52SW�001�'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(REPLACED if _harmful(letter) else letter for letter in text)


def one_line(text: str, limit: int = 0) -> str:
    """Cleaned text on one line; longer than a limit above 0, it ends in an ellipsis.

    >>> one_line("Magistrates'\\n court", 12)
    'Magistrates…'
    """
    line = " ".join(clean(text).split())
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip(" '") + "…"


def percent(share: Fraction | float | None) -> float | None:
    """A share as percent points with one decimal, halves up, rounded in exact arithmetic.

    >>> percent(Fraction(33, 36)), percent(Fraction(1, 800)), percent(None)
    (91.7, 0.1, None)
    """
    if share is None or share != share:  # a missing value in a table column is NaN
        return None
    tenths = (Fraction(share) * 2000 + 1) // 2
    return int(tenths) / 10


def spoken(share: Fraction | float | None) -> str:
    """A share as it stands in a sentence.

    >>> spoken(Fraction(2, 3)), spoken(None)
    ('66.7%', 'no figure')
    """
    points = percent(share)
    return "no figure" if points is None else f"{points:.1f}%"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """Words as a list in a sentence.

    >>> listed(["grip", "disclosure", "charging"])
    'grip, disclosure and charging'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "case"), counted(1200, "case"), counted(0, "reply", "replies")
    ('1 case', '1,200 cases', '0 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _harmful(letter: str) -> bool:
    point = ord(letter)
    nonexistent = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    strange = unicodedata.category(letter) in ("Cc", "Cs", "Co") and letter not in KEPT
    return nonexistent or strange or letter in BIDI
