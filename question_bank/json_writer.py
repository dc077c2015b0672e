"""Writing compact JSON often: `json.dumps` with options makes an encoder at every call."""

import json
from collections.abc import Callable
from json import encoder
from typing import Any


def make_writer(*, sort_keys: bool = False) -> Callable[[Any], str]:
    """What writes values without spaces and in their own letters; NaN and infinities are errors.

    Raises, when it is called:
        TypeError: the value holds something that is not JSON.
        ValueError: it holds NaN or an infinity.
        RecursionError: it holds itself.
    """
    made = json.JSONEncoder(
        allow_nan=False, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys
    )
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:  # a Python without its parts in C
        return made.encode
    # As `JSONEncoder` does it at every call. No table of the containers that are open: an error
    # would leave them in it, and the next value at the same place in memory would be refused.
    skip_keys = allow_nan = False
    write = make(
        None, made.default, encoder.encode_basestring, None, ":", ",",
        sort_keys, skip_keys, allow_nan,
    )  # fmt: skip
    return lambda value: "".join(write(value, 0))
