"""JSON as the sockets speak it: no NaN and no duplicate keys.

Python's decoder takes both and keeps the last of two keys, so a message could mean one thing to a
check and another to whoever reads its bytes (RFC 8259 section 4, RFC 7493).
"""

import json
from typing import Any


class NotStrict(ValueError):
    """Text that is JSON to some readers and not to others."""


def dumps(value: object, **_options: Any) -> str:
    """Write JSON without spaces; NaN and infinities are an error."""
    return _ENCODER.encode(value)


def loads(text: str | bytes, **_options: Any) -> Any:
    """Read JSON strictly.

    Raises:
        NotStrict: for NaN, infinities and duplicate keys.
        ValueError: the text is not JSON, or nested deeper than any message.
    """
    try:
        # A bad byte is a ValueError too; the decoder itself reads text only.
        return _DECODER.decode(text if isinstance(text, str) else text.decode())
    except RecursionError as error:
        raise NotStrict("nested too deep") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("a key stands twice")
    return found


def _refuse(name: str) -> Any:
    raise NotStrict(f"{name} is not JSON")


# Made once: the functions of `json` make a new one for every call with options.
_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)
