"""A candidate's answers in a file, from a workstation whose line does not come back.

The page seals the file for the exam session: X25519 between a key made for this one file and the
session's, HKDF-SHA-256, AES-256-GCM with the visible head as bound data. The content holds a token
that only a page which entered as this candidate in this epoch was given, so nobody else can make a
file in somebody's name. Format: docs/algorithms/outbox-file.md.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.DH import import_x25519_private_key, import_x25519_public_key, key_agreement
from Crypto.Protocol.KDF import HKDF

from exam_sessions.brought import Brought
from scoring.response import MalformedResponse, from_json

FORMAT = "cat-engine/outbox/1"
ANSWER_LIMIT = 1_000
NUMBER_LIMIT = 10**15
"""No page makes a greater one; sums of a few of them are numbers to every reader of the journal."""
SIZE_LIMIT_BYTES = 512 * 1024
KEY_BYTES = 32
TAG_BYTES = 16


class BadOutbox(Exception):
    """A file that is not taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OutboxFile:
    """What a file holds after it was opened and its binding checked."""

    exam_session: str
    participant_no: str
    epoch: int
    digest: str
    made_at: int | None
    """When it was made, in server time by the page's monotonic clock."""
    answers: tuple[Brought, ...]
    other_count: int
    """Messages that are no answers: what was viewed, flagged, called."""


def private_key(secret: bytes, exam_session: str) -> bytes:
    """The key that opens the files of an exam session; follows from the server's secret."""
    return _derive(secret, b"", f"cat-engine/outbox-key/v1\n{exam_session}".encode())


@lru_cache(maxsize=64)
def public_key(secret: bytes, exam_session: str) -> str:
    """What pages seal their files for, 64 hexadecimal digits."""
    key = import_x25519_private_key(private_key(secret, exam_session))
    return str(key.public_key().export_key(format="raw").hex())


def token_of(secret: bytes, exam_session: str, participant_no: str, epoch: int) -> str:
    """What shows that a page spoke for this sitting in this epoch."""
    text = f"cat-engine/outbox-token/v1\n{exam_session}\n{participant_no}\n{epoch}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def open_file(text: str, secret: bytes, exam_session: str) -> OutboxFile:
    """Open a file and check whom it belongs to.

    Raises:
        BadOutbox: no such file, of another exam session, changed, or not made by that candidate.
    """
    if len(text) > SIZE_LIMIT_BYTES:
        raise BadOutbox("outbox_unreadable")
    try:
        head = json.loads(text)
        participant_no, epoch = str(head["participant_no"]), _number(head["epoch"])
        if head["format"] != FORMAT:
            raise BadOutbox("outbox_unreadable")
        if head["exam_session"] != exam_session:
            raise BadOutbox("outbox_other_session")
        content = json.loads(_unseal(head, private_key(secret, exam_session)))
        if not hmac.compare_digest(
            str(content["token"]), token_of(secret, exam_session, participant_no, epoch)
        ):
            raise BadOutbox("outbox_not_theirs")
        answers, other_count = _answers(content)
        made_at = _number_or_none(content["made_at"])
    except (ValueError, KeyError, TypeError, RecursionError, MalformedResponse) as error:
        raise BadOutbox("outbox_unreadable") from error
    digest = hashlib.sha256(text.encode()).hexdigest()
    return OutboxFile(
        exam_session, participant_no, epoch, digest=digest, made_at=made_at, answers=answers,
        other_count=other_count,
    )  # fmt: skip


def _unseal(head: dict[str, Any], private: bytes) -> bytes:
    ephemeral = bytes.fromhex(head["ephemeral"])
    own = import_x25519_private_key(private)
    public = bytes(own.public_key().export_key(format="raw"))
    if head["key"] != public.hex():
        raise BadOutbox("outbox_other_key")
    key: bytes = key_agreement(
        static_priv=own,
        eph_pub=import_x25519_public_key(ephemeral),
        kdf=lambda shared: _derive(shared, ephemeral + public, FORMAT.encode()),
    )
    sealed = base64.b64decode(head["sealed"], validate=True)
    cipher = AES.new(key, AES.MODE_GCM, nonce=bytes.fromhex(head["nonce"]))
    cipher.update(_bound(head))
    try:
        return bytes(cipher.decrypt_and_verify(sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]))
    except ValueError as error:
        raise BadOutbox("outbox_changed") from error


def _bound(head: dict[str, Any]) -> bytes:
    names = ("format", "exam_session", "participant_no", "epoch", "key")
    return "\n".join(str(head[name]) for name in names).encode()


def _derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    key = HKDF(secret, KEY_BYTES, salt, SHA256, context=info)
    assert isinstance(key, bytes)
    return key


def _answers(content: dict[str, Any]) -> tuple[tuple[Brought, ...], int]:
    messages = content["messages"]
    if len(messages) > ANSWER_LIMIT:
        raise BadOutbox("outbox_unreadable")
    wall_at = _number(content["wall"])
    answers = tuple(
        Brought(
            client_seq=_number(one["seq"]),
            item_no=_number(one["body"]["item_no"]),
            response=from_json(one["body"]["response"]),
            ack_at=_number_or_none(one.get("ack_at")),
            since_ack_ms=max(0, _number(one.get("since_ack_ms", 0))),
            waited_ms=max(0, wall_at - _number(one["given_at"])),
        )
        for one in messages
        if one["name"] == "respond"
    )
    return answers, len(messages) - len(answers)


def _number_or_none(value: object) -> int | None:
    return None if value is None else _number(value)


def _number(value: object) -> int:
    """A whole number as a page writes it: neither infinite nor beyond what every reader can hold.

    Raises:
        ValueError: it is none.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -NUMBER_LIMIT <= value <= NUMBER_LIMIT:  # type: ignore[operator]
        raise ValueError("no whole number")
    return int(value)  # type: ignore[call-overload,no-any-return]
