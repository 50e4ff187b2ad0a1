"""The two versions of a report, where they lie, and in which formats they come."""

from __future__ import annotations

FORMATS = ("html", "pdf", "xlsx", "parquet")
PLACES = {"restricted": "report", "public": "public"}  # version → folder in the inspection's
THRESHOLD = 5  # a count from 1 to under this could point to a person
