"""Keys that sign what leaves the server: Ed25519, in a file that only its owner reads.

The file holds the 32 bytes of the private key as 64 hexadecimal digits; the public key is what
others are told, 64 digits as well.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

SEED_BYTES = 32


class BadKey(Exception):
    """A key file that cannot be used; the message says why."""

    code = "bad_key"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its public one in hexadecimal digits."""

    key: Any
    public_key: str


def make_key(path: Path) -> Signer:
    """Write a new key, readable by its owner only; an existing file is never overwritten.

    Raises:
        BadKey: there is a file already.
    """
    if path.exists():
        raise BadKey(f"{path} exists already; a key is never overwritten")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(SEED_BYTES) + "\n", encoding="ascii")
    return read_key(path)


def read_key(path: Path) -> Signer:
    """The key of a file.

    Raises:
        BadKey: there is none, others may read it, or it is no key.
    """
    if not path.is_file():
        raise BadKey(f"there is no key {path}; make one: cat-engine keys make {path}")
    if path.stat().st_mode & 0o007:
        raise BadKey(f"{path} is open to every user of this machine: chmod o= {path}")
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise BadKey(f"{path} is no key of {SEED_BYTES * 2} hexadecimal digits")
    key = ECC.construct(curve="Ed25519", seed=seed)
    return Signer(key, key.public_key().export_key(format="raw").hex())


def is_signed(public_key: str, content: bytes, signature: bytes) -> bool:
    """Whether the holder of this public key signed these bytes."""
    try:
        key = eddsa.import_public_key(bytes.fromhex(public_key))
        eddsa.new(key, "rfc8032").verify(content, signature)
    except ValueError:
        return False
    return True
