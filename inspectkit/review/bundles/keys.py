"""A person's keys on a device, and the card by which others know them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from pydantic import Field

from inspectkit.digest import canonical_json, sha256
from inspectkit.errors import InspectionError
from inspectkit.review.log.devices import device, home
from inspectkit.review.log.kinds import Content, register
from inspectkit.validation import validated

KEYS = "keys.json"
RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
RAW_PRIVATE = (
    serialization.Encoding.Raw,
    serialization.PrivateFormat.Raw,
    serialization.NoEncryption(),
)
# RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305.
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
KEY = r"^[0-9a-f]{64}$"


class Card(Content):
    """What others need to trust a device: its name, its Ed25519 key, its X25519 key.

    relay: it may also bring the events of others, as the office's own server does.
    """

    name: str = Field(min_length=1, max_length=60)
    device: str = Field(min_length=1, max_length=60)
    sign: str = Field(pattern=KEY)
    seal: str = Field(pattern=KEY)
    relay: bool = False

    @property
    def fingerprint(self) -> str:
        """Sixteen digits to read out over the telephone; they do not depend on `relay`."""
        return sha256(canonical_json([self.name, self.device, self.sign, self.seal]))[:16]

    def verify(self, signature: bytes, content: bytes) -> bool:
        """Did this device sign the content?"""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.sign)).verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def sealed(self, secret: bytes, purpose: bytes) -> bytes:
        """The secret as only this device can open it."""
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(self.seal))
        return SUITE.encrypt(secret, public, info=purpose)

    def write(self, path: Path) -> None:
        """Write the card as a file to hand over."""
        text = json.dumps(self.model_dump(exclude={"relay"}), indent=1) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")

    @classmethod
    def read(cls, path: Path) -> Card:
        """Errors: no such file, no card."""
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            what = "no such file" if isinstance(error, FileNotFoundError) else "this is no card"
            remedy = "Ask for the file that inspectkit bundle card wrote"
            raise InspectionError(path.name, what, remedy) from None
        return validated(cls, content, path.name)


register("enrol", Card)


@dataclass(frozen=True)
class Keys:
    """The two private keys of a device and its card."""

    card: Card
    sign_key: Ed25519PrivateKey
    seal_key: X25519PrivateKey

    @classmethod
    def of(cls, name: str, place: Path | None = None) -> Keys:
        """The keys of this person on this device, made at the first call.

        They lie in `devices.home()`, readable by this person alone, and never in a store.
        Errors: nobody is named.
        """
        if not name.strip():
            raise InspectionError("keys", "nobody is named", "Give your initials")
        folder = place or home()
        held = _read(folder / KEYS)
        if name not in held:
            made = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
            held[name] = {
                "sign": made[0].private_bytes(*RAW_PRIVATE).hex(),
                "seal": made[1].private_bytes(*RAW_PRIVATE).hex(),
            }
            _write(folder / KEYS, held)
        sign = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(held[name]["sign"]))
        seal = X25519PrivateKey.from_private_bytes(bytes.fromhex(held[name]["seal"]))
        public = (sign.public_key().public_bytes(*RAW), seal.public_key().public_bytes(*RAW))
        card = Card(name=name, device=device(folder), sign=public[0].hex(), seal=public[1].hex())
        return cls(card, sign, seal)

    def signature(self, content: bytes) -> bytes:
        """This device's signature of the content."""
        return self.sign_key.sign(content)

    def opened(self, sealed: bytes, purpose: bytes) -> bytes:
        """The secret that was sealed to this device."""
        return SUITE.decrypt(sealed, self.seal_key, info=purpose)


def _read(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        what = "the file of keys is damaged"
        raise InspectionError(
            path.name, what, "Move it away; others must enrol the new ones"
        ) from None


def _write(path: Path, held: dict[str, dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.touch(mode=0o600)
    os.chmod(draft, 0o600)
    draft.write_text(json.dumps(held), encoding="utf-8")
    draft.replace(path)
