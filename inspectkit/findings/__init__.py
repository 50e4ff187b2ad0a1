"""Findings: what was found, what was answered, and how far it is done, claimed and verified."""

from inspectkit.findings.dates import Due, read_due
from inspectkit.findings.figures import Figure, Figures
from inspectkit.findings.follow_up import FollowUp
from inspectkit.findings.register import Basis, Finding, Register
from inspectkit.findings.responses import Action, Response, Status

__all__ = [
    "Action",
    "Basis",
    "Due",
    "Figure",
    "Figures",
    "Finding",
    "FollowUp",
    "Register",
    "Response",
    "Status",
    "read_due",
]
