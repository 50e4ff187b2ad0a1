"""A sealed file: signed by its sender, readable by those named in it, changed by nobody."""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from inspectkit.digest import canonical_json
from inspectkit.errors import InspectionError
from inspectkit.review.bundles.keys import Card, Keys

MAGIC = b"inspectkit sealed 1\n"
SIGNATURE = 64
LARGEST = 1 << 30  # bytes of content: a small file must not unpack to fill the memory
CHANGED = ("it was changed or cut on its way", "Ask the sender for it again")


@dataclass(frozen=True)
class Opened:
    """What a sealed file held, who sent it, and whether it was plain."""

    content: bytes
    sender: Card
    plain: bool


def seal(
    content: bytes, what: str, *, keys: Keys, to: Sequence[Card], plain_because: str = ""
) -> bytes:
    """The content compressed, encrypted for each recipient, signed by the sender.

    plain_because: why it is not encrypted; then nobody need be named. Errors: neither.
    """
    if not to and not plain_because.strip():
        remedy = "Name a recipient's card with --to, or say why it may be plain"
        raise InspectionError(what, "it is sealed to nobody", remedy)
    secret, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    purpose = f"inspectkit {what}".encode()
    header = {
        "what": what,
        "from": keys.card.model_dump(),
        "to": [[card.fingerprint, card.sealed(secret, purpose).hex()] for card in to],
        "names": [card.name for card in to],
        "nonce": nonce.hex(),
        "plain": plain_because,
    }
    head = canonical_json(header).encode()
    body = zlib.compress(content, 6)
    if not plain_because:
        body = ChaCha20Poly1305(secret).encrypt(nonce, body, head)
    whole = MAGIC + len(head).to_bytes(4, "big") + head + body
    return whole + keys.signature(whole)


def sender(raw: bytes, where: str) -> Card:
    """Who says that they sent it; nothing is believed yet. Errors: no sealed file."""
    return Card.model_validate(_parts(raw, where)[0]["from"])


def unseal(raw: bytes, what: str, where: str, *, keys: Keys, trusted: Sequence[Card]) -> Opened:
    """The content of a sealed file.

    Errors: no sealed file or another kind of it; a sender who is not trusted; a byte changed; not
    sealed to this device.
    """
    header, body, head = _parts(raw, where)
    claimed = Card.model_validate(header["from"])
    known = [card for card in trusted if card.fingerprint == claimed.fingerprint]
    if not known:
        told = f"{claimed.name} on {claimed.device} (card {claimed.fingerprint})"
        remedy = "Compare the card's digits by telephone, then enrol it"
        raise InspectionError(where, f"its sender is not known here: {told}", remedy)
    if not known[0].verify(raw[-SIGNATURE:], raw[:-SIGNATURE]):
        raise InspectionError(where, *CHANGED)
    if header["what"] != what:
        raise InspectionError(where, f"it is a {header['what']}, not a {what}", "Give another file")
    packed = body if header["plain"] else _decrypted(header, body, head, keys, where)
    reader = zlib.decompressobj()
    content = reader.decompress(packed, LARGEST)
    if not reader.eof:
        raise InspectionError(where, "its content is cut or too large", CHANGED[1])
    return Opened(content, known[0], bool(header["plain"]))


def _parts(raw: bytes, where: str) -> tuple[dict[str, Any], bytes, bytes]:
    """Header, body and the header's bytes."""
    start = len(MAGIC) + 4
    if not raw.startswith(MAGIC) or len(raw) < start + SIGNATURE:
        what = "this is no sealed file of inspectkit, or only its beginning"
        raise InspectionError(where, what, CHANGED[1])
    size = int.from_bytes(raw[len(MAGIC) : start], "big")
    head = raw[start : start + size]
    try:
        header = dict(json.loads(head))
        Card.model_validate(header["from"])
    except (ValueError, KeyError, TypeError):
        raise InspectionError(where, *CHANGED) from None
    return header, raw[start + size : -SIGNATURE], head


def _decrypted(header: dict[str, Any], body: bytes, head: bytes, keys: Keys, where: str) -> bytes:
    mine = [sealed for name, sealed in header["to"] if name == keys.card.fingerprint]
    if not mine:
        names = ", ".join(header["names"]) or "nobody"
        remedy = "Ask the sender to name your card"
        raise InspectionError(where, f"it is sealed to {names}, not to this device", remedy)
    try:
        secret = keys.opened(bytes.fromhex(mine[0]), f"inspectkit {header['what']}".encode())
        return ChaCha20Poly1305(secret).decrypt(bytes.fromhex(header["nonce"]), body, head)
    except (InvalidTag, ValueError):
        raise InspectionError(where, *CHANGED) from None
