"""inspectkit: case file samples anyone can check, marked, scored and rated with certainty stated.

>>> import inspectkit as ik
>>> ik.ticket(ik.key("30 45 11 2", "south-west-2026", 1), "52AZ0006374/24")[:8]
'4b265983'
"""

from importlib import import_module
from typing import Any

from inspectkit.version import VERSION as __version__

# Name → the module it lives in; loaded on first use, so that --help imports no Jupyter.
_PUBLIC = {
    "InspectionError": "errors",
    "key": "sampling.tickets",
    "ticket": "sampling.tickets",
    "Frame": "sampling.frame",
    "Design": "sampling.design",
    "Sample": "sampling.sample",
    "plan": "planning.planner",
    "Plan": "planning.planner",
    "draw": "sampling.draw",
    "verify": "sampling.verify",
    "QuestionSet": "questions.question_set",
    "Store": "review.store",
    "score": "assessment.scoring",
    "agree": "assessment.agreement",
    "estimate": "assessment.estimation",
    "rate": "assessment.rating",
    "Rule": "assessment.rule",
    "judge": "assessment.rating",
    "compare": "assessment.comparison",
    "seal": "assessment.comparison",
    "national": "assessment.comparison",
    "Inspection": "inspection",
    "mark": "widgets.marking.form",
    "progress": "assessment.progress",
    "moderate": "widgets.moderating.screen",
    "QuestionSetEditor": "widgets.editor.editor",
    "RuleEditor": "widgets.rules.editor",
}

__all__ = [*_PUBLIC, "report", "__version__"]  # noqa: F822


def __getattr__(name: str) -> Any:
    # inspectkit.report is a folder and a verb at once: the module itself can be called.
    if name == "report":
        return import_module("inspectkit.report")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'inspectkit' has no attribute {name!r}")
    return getattr(import_module(f"inspectkit.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
