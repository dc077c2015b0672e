"""JSON as the sockets speak it: no NaN and no duplicate keys.

Python's decoder takes both and keeps the last of two keys, so a message could mean one thing to a
check and another to whoever reads its bytes (RFC 8259 section 4, RFC 7493).
"""

import json
from typing import Any

from question_bank.json_writer import make_writer
from question_bank.written import Written


class NotStrict(ValueError):
    """Text that is JSON to some readers and not to others."""


def dumps(value: object, **_options: Any) -> str:
    """Write JSON without spaces; NaN and infinities are an error. `Written` stays as it is."""
    try:
        return _write(value)
    except TypeError:  # it holds what only the slower way below knows
        return _dumps_written(value)


def _dumps_written(value: object) -> str:
    written: list[str] = []

    def keep(one: object) -> str:
        if not isinstance(one, Written):
            raise TypeError(f"{type(one).__name__} is not JSON")
        written.append(one.text)
        return _PLACE

    text = json.JSONEncoder(default=keep, **_OPTIONS).encode(value)
    around = text.split(f'"{_PLACE}"')
    if len(around) != len(written) + 1:  # somebody's text is the very word that stands for a place
        return json.JSONEncoder(default=_read_written, **_OPTIONS).encode(value)
    pieces = [around[0]]
    for one, behind in zip(written, around[1:], strict=True):
        pieces += one, behind
    return "".join(pieces)


def _read_written(one: object) -> Any:
    assert isinstance(one, Written), "everything else was refused above"
    return json.loads(one.text)


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
_OPTIONS: dict[str, Any] = {
    "allow_nan": False, "ensure_ascii": False, "separators": (",", ":"),
}  # fmt: skip
_write = make_writer()
_PLACE = "\ue000written\ue000"
"""Stands in the text for what is written already; characters that no keyboard has."""
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)
