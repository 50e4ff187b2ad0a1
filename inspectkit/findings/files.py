"""findings.yaml: several findings written down in a file, read as they are recorded."""

from __future__ import annotations

from pathlib import Path

from inspectkit.findings.register import Finding
from inspectkit.questions.yaml import line_of, read_yaml
from inspectkit.review.log.kinds import Content
from inspectkit.validation import validated


class _File(Content):
    findings: tuple[Finding, ...]


def read_findings(path: Path) -> tuple[Finding, ...]:
    """The findings of a file whose one key is `findings`. Errors: every fault, with its line."""
    tree = read_yaml(path)
    return validated(_File, tree, path.name, line=lambda place: line_of(tree, place)).findings
