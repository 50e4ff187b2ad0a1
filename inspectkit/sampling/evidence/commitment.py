"""The commitment: frame and design by their digests, fixed before there is a seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.sampling.design import Design
from inspectkit.sampling.evidence.agreement import Agreement
from inspectkit.sampling.evidence.files import check_digest, read_json, with_digest
from inspectkit.sampling.evidence.seeds import Announced
from inspectkit.sampling.frame import Frame
from inspectkit.version import VERSION

FORMAT = "inspectkit-commitment/1"
NAME = "commitment.json"
WHERE = f"sample/{NAME}"
RESTORE = "Restore the file that was handed over"


def commitment(
    frame: Frame,
    design: Design,
    *,
    at: str,
    seed: Announced,
    agreed: Agreement | None = None,
    replaces: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything that is fixed before the seed, as plain values with a digest.

    at: `moment(...)`. replaces: digest and reason, where an earlier commitment is given up.
    """
    counts = [{"stratum": str(name), "N": int(count)} for name, count in frame.strata().items()]
    content = {
        "format": FORMAT,
        "program": f"inspectkit {VERSION}",
        "inspection": design.inspection,
        "round": design.round,
        "title": design.title,
        "frame": {
            "name": frame.name,
            "cases": len(frame.cases),
            "digest": frame.digest,
            "facts_digest": frame.facts_digest,
        },
        "design": {**design.canonical(), "digest": design.digest},
        "strata": counts,
        "seed_source": seed.plain(),
        "agreement": agreed.plain() if agreed else None,
        "replaces": dict(replaces) if replaces else None,
        "at": at,
    }
    return with_digest(content)


def read_commitment(path: Path) -> dict[str, Any] | None:
    """The commitment that stands in the folder, or None. Errors: it was cut or edited."""
    if not path.exists():
        return None
    found = read_json(path, missing=("", ""), restore=RESTORE)
    if found.get("format") != FORMAT:
        raise InspectionError(WHERE, f"its format is not {FORMAT}", RESTORE)
    check_digest(WHERE, found, RESTORE)
    return found


def check_kept(found: Mapping[str, Any], frame: Frame, design: Design) -> None:
    """Refuse a draw from another frame or design than was committed to."""
    for what, committed, ours in (
        ("frame", found["frame"]["digest"], frame.digest),
        ("frame's facts", found["frame"]["facts_digest"], frame.facts_digest),
        ("design", found["design"]["digest"], design.digest),
    ):
        if committed != ours:
            said = f"the {what} committed to has digest {committed[:12]}, this one {ours[:12]}"
            remedy = "Restore what was committed to, or commit again and say why"
            raise InspectionError(WHERE, said, remedy)


def moment(text: str = "") -> str:
    """A point in time in ISO form: the one given, or the clock's in UTC.

    >>> moment("2026-11-23T10:30")
    '2026-11-23T10:30'
    """
    if not text:
        return datetime.now(UTC).isoformat(timespec="seconds")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        remedy = "Write it as 2026-11-23T10:30"
        raise InspectionError("at", f"{text!r} is no time", remedy) from None
    return text
