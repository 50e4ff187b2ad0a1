"""The JSON Schema of a question set's file, for editors that check while one types."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from inspectkit.questions.model.content import Content
from inspectkit.questions.model.help import helps

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Helped(GenerateJsonSchema):
    """Describes each key by the text that stands under its field."""

    def model_schema(self, schema: Any) -> dict[str, Any]:
        made = super().model_schema(schema)
        for name, text in helps(schema["cls"]).items():
            made["properties"][name]["description"] = text
        return made


def schema() -> dict[str, Any]:
    """The schema as plain values, with the help that an editor shows.

    >>> schema()["properties"]["revision"]["minimum"]
    1
    """
    made = Content.model_json_schema(mode="validation", schema_generator=_Helped)
    return {"$schema": DIALECT, "title": "A question set of inspectkit", **_untitled(made)}


def _untitled(value: Any) -> Any:
    """Without the titles that only repeat a key."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if key != "title"}
        return {key: _untitled(each) for key, each in kept.items()}
    return [_untitled(each) for each in value] if isinstance(value, list) else value
