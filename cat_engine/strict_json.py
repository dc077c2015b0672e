"""JSON as the sockets speak it: no NaN and no duplicate keys.

Python's decoder takes both and keeps the last of two keys, so a message could mean one thing to a
check and another to whoever reads its bytes (RFC 8259 section 4, RFC 7493).
"""

import json
from typing import Any


class NotStrict(ValueError):
    """Text that is JSON to some readers and not to others."""


def dumps(value: object, **options: Any) -> str:
    """Write JSON; NaN and infinities are an error."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, **options)


def loads(text: str | bytes, **_options: Any) -> Any:
    """Read JSON strictly.

    Raises:
        NotStrict: for NaN, infinities and duplicate keys.
        ValueError: the text is not JSON, or nested deeper than any message.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError as error:
        raise NotStrict("nested too deep") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("a key stands twice")
    return found


def _refuse(name: str) -> Any:
    raise NotStrict(f"{name} is not JSON")
