"""The hash chain under an append-only record: each link covers the one before it.

Whoever knows the last hash can tell whether any entry was changed, removed, added or moved.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def canonical(value: Any) -> str:
    """JSON text in the one form that hashes are taken over: sorted keys, no white space."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def genesis(kind: str, name: str) -> str:
    """The hash that stands before the first entry of the chain of this kind and name."""
    root = hashlib.sha256(kind.encode()).hexdigest()
    return hashlib.sha256(f"{root}\n{name}".encode()).hexdigest()


def link(previous: str, place: Sequence[Any], body: str) -> str:
    """The hash of an entry, as hexadecimal text.

    Args:
        previous: the hash before it.
        place: the entry's columns, in the order in which the record's document lists them.
        body: the entry's further fields as canonical JSON, hashed as it is stored.
    """
    return hashlib.sha256(f"{previous}\n{canonical(list(place))}\n{body}".encode()).hexdigest()
