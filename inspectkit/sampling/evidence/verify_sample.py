"""Draws a sample again, as docs/ticket.md says: python verify_sample.py frame.csv manifest.json."""

import csv
import hashlib
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

HEADS = ("id", "stratum", "size")
CASE = ("id", "stratum", "role", "order", "ticket", "probability", "weight")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _digest(thing: dict[str, Any]) -> str:
    rest = {name: value for name, value in thing.items() if name != "digest"}
    return _sha(json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def _same(what: str, stated: object, found: object) -> None:
    if stated != found:
        sys.exit(f"DIFFERENCE  {what}: the manifest states {stated}, recomputing gives {found}")
    print(f"ok  {what}")


def _check(rows: list[dict[str, str]], m: dict[str, Any]) -> None:
    design, listed = m["design"], iter(m["cases"])
    _same("manifest", m["digest"], _digest(m))
    lines = sorted("\x1f".join(x[k] for k in HEADS if k in x) + "\n" for x in rows)
    frame = [len(rows), len({x["id"] for x in rows}), _sha("".join(lines))]
    _same("frame", [m["frame"]["cases"], m["frame"]["cases"], m["frame"]["digest"]], frame)
    key = _sha("\n".join(["inspectkit/1", m["seed"], design["inspection"], design["round"]]))[:32]
    _same("design and key", [design["digest"], m["key"]], [_digest(design), key])
    if len(design) > 4 or any(set(x) != {"id", "n", "reserves"} for x in design["strata"]):
        sys.exit("NOT CHECKED: no plain stratified design; take verify.html or inspectkit verify")
    ids = {p["id"]: [x["id"] for x in rows if x["stratum"] == p["id"]] for p in design["strata"]}
    plan = [[p["id"], len(ids[p["id"]]), p["n"], p["reserves"]] for p in design["strata"]]
    stated = [[x["stratum"], x["N"], x["n"], x["reserves"]] for x in m["strata"]]
    _same("strata", [stated, len(rows)], [plan, sum(size for _, size, _, _ in plan)])
    _same("cases", len(m["cases"]), sum(n + r for _, _, n, r in plan))
    for stratum, size, n, r in plan:
        p = Fraction(n, size)
        chance, weight = f"{p.numerator}/{p.denominator}", f"{p.denominator}/{p.numerator}"
        drawn = sorted((_sha(f"{key}|{id}"), id) for id in ids[stratum])[: n + r]
        for place, (ticket, id) in enumerate(drawn, 1):
            role = "sample" if place <= n else "reserve"
            now = (id, stratum, role, place, ticket, chance, weight)
            _same(f"stratum {stratum}, place {place}", tuple(map(next(listed).get, CASE)), now)
    print("RIGHT; not checked: seal, commitment, what the list lacks, what was replaced later")


if __name__ == "__main__":
    listed = csv.DictReader(Path(sys.argv[1]).read_text(encoding="utf-8-sig").splitlines())
    _check(list(listed), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
