"""The editor of rating rules: bands on a ruler, boundaries in words, worked examples."""

from inspectkit.widgets.rules.bench import RuleBench
from inspectkit.widgets.rules.draft import RuleDraft
from inspectkit.widgets.rules.editor import RuleEditor

__all__ = ["RuleBench", "RuleDraft", "RuleEditor"]
