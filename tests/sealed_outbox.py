"""A file of answers as the page seals it, written once more from its description."""

import base64
import json
import secrets
from typing import Any

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.DH import import_x25519_private_key, import_x25519_public_key, key_agreement
from Crypto.Protocol.KDF import HKDF

from exam_sessions.outbox_file import FORMAT
from tests.cast import EXAM_SESSION


def seal_outbox(key: str, no: str, content: Any) -> str:
    """What the page writes: docs/algorithms/outbox-file.md, once more and by hand."""
    own = import_x25519_private_key(secrets.token_bytes(32))
    public = own.public_key().export_key(format="raw")
    shared = key_agreement(
        eph_priv=own,
        static_pub=import_x25519_public_key(bytes.fromhex(key)),
        kdf=lambda value: HKDF(
            value, 32, public + bytes.fromhex(key), SHA256, context=FORMAT.encode()
        ),
    )
    cipher = AES.new(shared, AES.MODE_GCM, nonce=secrets.token_bytes(12))
    cipher.update(f"{FORMAT}\n{EXAM_SESSION}\n{no}\n1\n{key}".encode())
    text, tag = cipher.encrypt_and_digest(json.dumps(content).encode())
    return json.dumps(
        {
            "format": FORMAT,
            "exam_session": EXAM_SESSION,
            "participant_no": no,
            "epoch": 1,
            "key": key,
            "ephemeral": public.hex(),
            "nonce": cipher.nonce.hex(),
            "sealed": base64.b64encode(text + tag).decode(),
        }
    )
