"""The records that a question set's file is made of, and the JSON Schema for editors."""

from inspectkit.questions.model.base import Id, Named, Options, Record, Retired, Text
from inspectkit.questions.model.content import (
    BUILT_IN,
    CASE,
    CaseworkType,
    Content,
    Fact,
    Items,
    NaReason,
    OptionList,
    Section,
    Subject,
)
from inspectkit.questions.model.evidence import (
    CaseScores,
    Causes,
    EvidenceKind,
    EvidenceRule,
    Must,
    RestsOn,
)
from inspectkit.questions.model.question import Companion, Question
from inspectkit.questions.model.scale import Answer, Scale
from inspectkit.questions.model.schema import schema

__all__ = [
    "BUILT_IN",
    "CASE",
    "Answer",
    "CaseScores",
    "CaseworkType",
    "Causes",
    "Companion",
    "Content",
    "EvidenceKind",
    "EvidenceRule",
    "Fact",
    "Id",
    "Items",
    "Must",
    "NaReason",
    "Named",
    "OptionList",
    "Options",
    "Question",
    "Record",
    "RestsOn",
    "Retired",
    "Scale",
    "Section",
    "Subject",
    "Text",
    "schema",
]
