"""What every record of a question set shares: ids, texts, translations, lists of options.

Ids are for the machine and never change; labels and texts are for people. `translations` holds the
label or the text of its record in the other languages: `translations: {cy: Llys y Goron}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
Expression = Annotated[str, StringConstraints(min_length=1)]
Positive = Annotated[StrictInt, Field(ge=1)]
Flag = StrictBool


class Record(BaseModel):
    """Frozen; keys it does not know are refused. The text under a field is its help (`help`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Retired(Record):
    """Asked no longer. The question stays in the file, so that its id is never used again."""

    since: Positive
    """The first revision without it."""
    reason: Text


class Translated(Record):
    """A record whose label or text may stand in other languages too."""

    translations: Mapping[Language, Text] = Field(default_factory=dict)
    """The label (or text) in the other languages: {cy: Llys y Goron}."""


class Named(Translated):
    """Something with an id and a public label."""

    id: Id
    label: Text


def _name_or_list(schema: dict[str, Any]) -> None:
    listed = {key: schema.pop(key) for key in ("items", "type", "minItems") if key in schema}
    schema["anyOf"] = [{"type": "string"}, listed]


# In a file also the name of one of the set's `lists`; the model holds the options themselves.
Options = Annotated[tuple[Named, ...], Field(json_schema_extra=_name_or_list)]
