"""Signed documents: JSON that a person can read, under an Ed25519 signature that a program checks.

The signature is over a domain, the kind of document and the canonical JSON of everything else in
the file, so the same bytes cannot pass as another kind. Numbers are whole; what is not, is text.
A signature says that the holder of the key made the document; whether to trust this key is the
reader's question, who was told the key by another way.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from Crypto.Signature import eddsa

from cat_engine.signing import Signer, is_signed
from exam_sessions.events import JsonValue, canonical

FORMAT = "cat-engine/signed/v1"


class BadSignature(Exception):
    """A document that is not what its signature says; the message says what does not fit."""

    code = "bad_signature"


@dataclass(frozen=True, slots=True)
class Signed:
    """A document whose signature fits, and the key that vouches for it, in hexadecimal."""

    kind: str
    document: Mapping[str, Any]
    signer: str


def sign(kind: str, document: Mapping[str, JsonValue], signer: Signer) -> str:
    """The file of a document, signed.

    Args:
        kind: what it is, such as "readiness"; part of what is signed.
        document: of text, whole numbers, booleans, None, lists and mappings.
        signer: the key that vouches for it.
    """
    _check_whole(document)
    signed = _signed(kind, document, signer.public_key)
    signature = eddsa.new(signer.key, "rfc8032").sign(signed)
    file = {
        "format": FORMAT,
        "kind": kind,
        "document": document,
        "signer": signer.public_key,
        "signature": signature.hex(),
    }
    return json.dumps(file, ensure_ascii=False, indent=1) + "\n"


def read(text: str, *, kind: str | None = None) -> Signed:
    """Read a signed file and check its signature.

    Args:
        text: the file.
        kind: what it must be; None: anything that is signed.

    Raises:
        BadSignature: saying what does not fit.
    """
    try:
        file = json.loads(text, object_pairs_hook=_once, parse_float=_no_float)
        found, document = file["kind"], file["document"]
        if file["format"] != FORMAT or not isinstance(document, dict):
            raise BadSignature(f"this is no document of the format {FORMAT}")
        if kind not in (None, found):
            raise BadSignature(f"this is a document of another kind: {found}")
        signed = _signed(found, document, file["signer"])
        if not is_signed(file["signer"], signed, bytes.fromhex(file["signature"])):
            raise BadSignature("the signature does not fit the document")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadSignature("the signature does not fit the document") from error
    return Signed(found, document, file["signer"])


def _signed(kind: str, document: Mapping[str, JsonValue], signer: str) -> bytes:
    return f"{FORMAT}\n{canonical([kind, signer, document])}".encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_float(text: str) -> object:
    raise ValueError(f"{text} is no whole number")


def _check_whole(value: JsonValue) -> None:
    assert not isinstance(value, float), "what is not whole is text"
    if isinstance(value, Mapping):
        for one in value.values():
            _check_whole(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _check_whole(one)
