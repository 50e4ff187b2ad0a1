"""One draw, three files: sealed for the body, opened to it when marking closes, public for anyone.

A reference can be guessed, so whoever holds seed or tickets can tell which live case is drawn, and
whoever holds the reserves can prepare them. docs/ticket.md, section 6, states what each file holds.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.sampling.evidence.files import with_digest
from inspectkit.sampling.sample import Sample

SEALED, PUBLIC = "inspectkit-sealed/1", "inspectkit-public/1"
SALT = re.compile(r"[0-9a-f]{32}")
COUNTS = ("stratum", "label", "N", "n", "reserves")


def with_evidence(
    sample: Sample,
    *,
    commitment: Mapping[str, Any] | None,
    uncommitted: str = "",
    seed_how: Mapping[str, Any] | None = None,
    salt: str | None = None,
) -> Sample:
    """The sample with the story of its seed in its head, where the manifest takes it from.

    commitment: the one the draw keeps to, else `uncommitted` says why there is none. salt: 32
    hexadecimal digits, random unless a demonstration must give the same bytes twice.
    """
    if commitment is None and not uncommitted.strip():
        what = "there is no commitment to frame and design"
        remedy = "Run inspectkit commit first, or say why not with --uncommitted REASON"
        raise InspectionError("draw", what, remedy)
    grain = secrets.token_hex(16) if salt is None else salt
    if not SALT.fullmatch(grain):
        raise InspectionError("salt", "it is not 32 hexadecimal digits", "Leave it to the program")
    kept = {name: commitment[name] for name in ("digest", "at")} if commitment else None
    story = {
        "seed_how": dict(seed_how or {"source": "stated"}),
        "seed_seal": {"salt": grain, "sha256": seal(grain, str(sample.head["seed"]))},
        "commitment": kept,
        "uncommitted": "" if commitment else uncommitted.strip(),
        "agreement": commitment["agreement"] if commitment else None,
    }
    return replace(sample, head={**sample.head, **story})


def seal(salt: str, seed: str) -> str:
    """The commitment to a seed, from which it cannot be guessed without the salt.

    >>> seal("0" * 32, "4 1 6")[:12]
    '0726338676e3'
    """
    return sha256(f"{salt}\n{seed}")


def sealed(sample: Sample) -> dict[str, Any]:
    """For the inspected body at the draw: the cases to provide, and what binds the rest."""
    head = sample.head
    places = {row["stratum"]: place for place, row in enumerate(head["strata"])}
    drawn = sample.cases.loc[sample.cases["role"] == "sample", ["id", "stratum"]]
    pairs = [(str(id), str(stratum)) for id, stratum in drawn.itertuples(index=False)]
    cases = sorted(pairs, key=lambda pair: (places[pair[1]], pair[0]))
    return with_digest(
        {
            "format": SEALED,
            **_common(sample),
            "frame": _frame(head, "cases", "digest", "facts_digest"),
            "design": head["design"],
            "agreement": head["agreement"],
            "cases": [{"id": id, "stratum": stratum} for id, stratum in cases],
        }
    )


def public(sample: Sample) -> dict[str, Any]:
    """For anyone: digests and counts, no id, no ticket, no order."""
    head = sample.head
    return with_digest(
        {
            "format": PUBLIC,
            **_common(sample),
            "frame": _frame(head, "cases", "digest"),
            "design": {name: head["design"][name] for name in ("inspection", "round", "digest")},
            "agreement": _without_names(head["agreement"]),
            "manifest": sample.digest,
            "sealed": sealed(sample)["digest"],
        }
    )


def _common(sample: Sample) -> dict[str, Any]:
    head = sample.head
    return {
        "program": head["program"],
        "strata": [{name: row[name] for name in COUNTS} for row in head["strata"]],
        "commitment": head["commitment"],
        "uncommitted": head["uncommitted"],
        "seed_source": head["seed_how"]["source"],
        "seed_sha256": head["seed_seal"]["sha256"],
    }


def _frame(head: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: head["frame"][name] for name in names}


def _without_names(agreed: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {name: value for name, value in agreed.items() if name != "by"} if agreed else None
