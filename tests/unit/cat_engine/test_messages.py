"""Messages: what the pages are told of them, and what the documentation says, is what is parsed."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from cat_engine.live import candidate, describe, proctor
from cat_engine.live.messages import INCOMING

DOCS = Path(describe.__file__).parents[2] / "docs" / "messages.md"


def test_the_types_of_the_front_end_are_written_from_the_dataclasses() -> None:
    written = describe.TYPESCRIPT.read_text("utf-8")

    assert describe.typescript() == written, "run: python -m cat_engine.live.describe"


@pytest.mark.parametrize("namespace", list(INCOMING))
def test_the_documentation_names_every_message_and_every_field(namespace: str) -> None:
    text = DOCS.read_text("utf-8")
    section = text.split(f"\n## {namespace}\n")[1].split("\n## ")[0]

    missing = [
        word
        for name, kind in INCOMING[namespace].items()
        for word in (name, *(field.name for field in fields(kind)))
        if f"`{word}`" not in section
    ]

    assert missing == []


@pytest.mark.parametrize(
    ("namespace", "module"), [("/candidate", candidate), ("/proctor", proctor)]
)
def test_the_table_of_messages_is_what_the_lines_listen_to(namespace: str, module: Any) -> None:
    source = Path(module.__file__).read_text("utf-8")

    heard = dict(re.findall(r"_wire\.on\(\"(\w+)\", (\w+)", source))

    assert {name: kind.__name__ for name, kind in INCOMING[namespace].items()} == heard
