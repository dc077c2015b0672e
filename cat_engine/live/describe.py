"""The front end's types of the messages, written from the dataclasses.

    python -m cat_engine.live.describe

writes cat_engine/frontend/src/lib/messages.ts. A test fails when that file is not what this would
write, so that page and server cannot drift apart.
"""

import types
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from cat_engine.live.messages import INCOMING, ResponseJson, TargetsJson

TYPESCRIPT = Path(__file__).parent.parent / "frontend" / "src" / "lib" / "messages.ts"
HEAD = """\
/** Written by `python -m cat_engine.live.describe` from live/messages.py; do not edit. */
import type { Response } from '../items/types';

export type Targets = { participants: string[] } | { room: string } | { all: true };
"""
_PLAIN = {str: "string", int: "number", bool: "boolean"}


def typescript() -> str:
    """The whole file: one interface for each message type, one map for each namespace."""
    listed = {kind.__name__: kind for names in INCOMING.values() for kind in names.values()}
    pieces = [HEAD, *(_interface(kind) for kind in listed.values())]
    for namespace, names in INCOMING.items():
        title = namespace.strip("/").capitalize()
        lines = "".join(f"  {name}: {kind.__name__};\n" for name, kind in names.items())
        words = f"/** What may be said to {namespace}. */"
        pieces.append(f"{words}\nexport interface {title}Messages {{\n{lines}}}\n")
    return "\n".join(pieces)


def _interface(kind: type) -> str:
    lines = "".join(_fields(kind))
    words = (kind.__doc__ or "").strip().replace("`", "'")
    if not lines:
        return f"/** {words} */\nexport type {kind.__name__} = Record<string, never>;\n"
    return f"/** {words} */\nexport interface {kind.__name__} {{\n{lines}}}\n"


def _fields(kind: type) -> Iterator[str]:
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        mark = "" if field.default is MISSING else "?"
        yield f"  {field.name}{mark}: {_typescript_of(hints[field.name])};\n"


def _typescript_of(kind: Any) -> str:
    if get_origin(kind) in (Union, types.UnionType):
        return " | ".join(
            "null" if one is type(None) else _typescript_of(one) for one in get_args(kind)
        )
    if get_origin(kind) is Annotated:
        base, mark = get_args(kind)
        if mark is ResponseJson:
            return "Response"
        return "Targets" if mark is TargetsJson else _typescript_of(base)
    return _PLAIN[kind]


if __name__ == "__main__":
    TYPESCRIPT.write_text(typescript(), encoding="utf-8")
