"""Marking: one append-only store, and what its events say of every case."""

from inspectkit.review.basis import Mark
from inspectkit.review.entries import Saved
from inspectkit.review.reviews import Reviews
from inspectkit.review.state import Answer, CaseState
from inspectkit.review.store import Store

__all__ = ["Answer", "CaseState", "Mark", "Reviews", "Saved", "Store"]
