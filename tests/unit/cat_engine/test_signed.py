"""Signed documents: what was signed is what is read, and nothing else passes."""

import json

import pytest
from Crypto.PublicKey import ECC

from cat_engine.readiness.signed import BadSignature, read, sign
from cat_engine.signing import Signer
from exam_sessions.events import JsonValue

SIGNER = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
KEY = Signer(ECC.construct(curve="Ed25519", seed=bytes(range(32))), SIGNER)
DOCUMENT: dict[str, JsonValue] = {
    "site": "SMKN 1 – Lab B",
    "is_fit": True,
    "stations": [{"seat": "1", "lost": 0}],
}


def test_what_was_signed_is_read_with_its_kind_and_key() -> None:
    found = read(sign("readiness", DOCUMENT, KEY), kind="readiness")

    assert DOCUMENT == found.document
    assert "readiness" == found.kind
    # The public key of this seed by RFC 8032, computed elsewhere.
    assert SIGNER == found.signer


def test_the_layout_of_the_file_does_not_matter_to_the_signature() -> None:
    file = json.loads(sign("readiness", DOCUMENT, KEY))
    shuffled = json.dumps(dict(reversed(file.items())), indent=4)

    assert DOCUMENT == read(shuffled).document


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"is_fit": true', '"is_fit": false'),
        ('"kind": "readiness"', '"kind": "day"'),
        ('"lost": 0', '"lost": 1'),
        ('"lost": 0', '"lost": 0.0'),
        ('"lost": 0', '"lost": 0, "lost": 0'),
        ("signed/v1", "signed/v2"),
        (SIGNER[:8], "00000000"),
        ('"document": {', '"document": 7, "x": {'),
    ],
)
def test_any_change_is_found(before: str, after: str) -> None:
    text = sign("readiness", DOCUMENT, KEY)
    assert before in text

    with pytest.raises(BadSignature):
        read(text.replace(before, after, 1))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "7", "null", '{"format": "cat-engine/signed/v1"}']
)
def test_what_is_no_signed_document_is_refused(text: str) -> None:
    with pytest.raises(BadSignature):
        read(text)


def test_another_kind_than_the_one_asked_for_is_refused() -> None:
    with pytest.raises(BadSignature, match="another kind: readiness"):
        read(sign("readiness", DOCUMENT, KEY), kind="day")
