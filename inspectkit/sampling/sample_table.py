"""What the [sample] table of `inspection.toml` may state, checked value by value."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from inspectkit.sampling.spec import Closed

LARGEST = 1_000_000
RANGE = f"not a whole number from 1 to {LARGEST:,}"
Selection = Literal["simple", "pareto", "sequential_poisson", "systematic", "clusters"]
Rule = Literal["proportional", "neyman", "power", "precision", "each"]


def _size(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= LARGEST:
        raise PydanticCustomError("size", RANGE)  # type: ignore[arg-type, unused-ignore]
    return value


def _number(value: Any) -> Fraction:
    """A decimal, a fraction or a percentage as written: 0.4 is 2/5, not its nearest float."""
    text = str(value).strip()
    try:
        number = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        number = Fraction(-1)
    if isinstance(value, bool) or number < 0:
        raise PydanticCustomError("number", "not a number from 0, such as 0.4, 2/5 or 40%")
    return number


def _second_stage(value: Any) -> str:
    text = str(value)
    is_share = text.endswith("%") and text[:-1].isdigit() and 1 <= int(text[:-1]) <= 100
    if isinstance(value, bool) or not (is_share or (text.isdigit() and 1 <= int(text) <= LARGEST)):
        raise PydanticCustomError("items", "neither a whole number from 1 nor 1% to 100%")
    return text


Size = Annotated[int, BeforeValidator(_size)]
Number = Annotated[Fraction, BeforeValidator(_number)]
SecondStage = Annotated[str, BeforeValidator(_second_stage)]


class QuotaTable(Closed):
    """One [[sample.strata.quota]] table: so many cases in which a fact has one of the values."""

    column: str = Field(min_length=1)
    value: str | tuple[str, ...]
    n: Size

    @property
    def values(self) -> tuple[str, ...]:
        return (self.value,) if isinstance(self.value, str) else self.value


class StratumTable(Closed):
    """One [[sample.strata]] table."""

    id: str = Field(min_length=1)
    label: str = ""
    n: Size | None = None
    take_all: bool | None = None
    selection: Selection | None = None
    deviation: Number | None = None
    accept: int | None = Field(default=None, ge=0, le=LARGEST)
    fewest: Size | None = None
    quota: tuple[QuotaTable, ...] = ()


class ClusterTable(Closed):
    """The [sample.clusters] table: n items of each cluster drawn; all of them where n is absent."""

    n: SecondStage | None = None


class SampleTable(Closed):
    """The [sample] table of `inspection.toml`."""

    reserves: str = Field(default="30%", pattern=r"^\d{1,3}%$")
    strata: tuple[StratumTable, ...] = ()
    total: Size | None = None
    allocation: Rule | None = None
    minimum: Size = 1
    power: Number = Fraction(1, 2)
    half_width: Number | None = None
    z: Number = Fraction("1.96")
    take_all: bool = False
    selection: Selection | None = None
    sort: tuple[str, ...] = ()
    clusters: ClusterTable | None = None
    by: tuple[str, ...] | None = None
    avoid: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    overlap: Number = Fraction(1, 2)
