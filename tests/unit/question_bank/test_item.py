"""Items: one text for one content, whatever they are read from."""

import hashlib
import json
from dataclasses import replace
from fractions import Fraction

import pytest

from question_bank.item import Image, Item, Option, Stimulus, digest, dump, images_of, load
from scoring.response import Choice
from scoring.rule import KeyRule, MappingRule
from tests.factories import get_item

IMAGE = Image("ab" * 32, "svg", "Segitiga")


def _full_item() -> Item:
    return get_item(
        "twk",
        1,
        kind="match",
        options=(Option("a", "Ani", IMAGE), Option("b", "Budi")),
        targets=(Option("x", "Ⅹ"), Option("y", "", replace(IMAGE, digest="cd" * 32))),
        rule=MappingRule({"a x": Fraction(1, 3)}, upper_bound=Fraction(1)),
        image=replace(IMAGE, digest="ef" * 32),
        stimulus=Stimulus("st-1", "Bacaan", replace(IMAGE, digest="01" * 32)),
        explanation="sebab",
    )


def test_item_survives_its_json() -> None:
    assert _full_item() == load(dump(_full_item()))


def test_digest_is_of_sorted_json_without_spaces_in_utf8() -> None:
    item = get_item("twk", 1, stem="Ⅳ — é")

    canonical = json.dumps(
        json.loads(dump(item)), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )

    assert canonical == dump(item)
    assert hashlib.sha256(canonical.encode("utf-8")).hexdigest() == digest(item)


@pytest.mark.parametrize(
    "changes",
    [
        {"stem": "lain"},
        {"options": (Option("a", "lain"), Option("b", "Budi"))},
        {"rule": KeyRule(Choice("b"))},
        {"image": IMAGE},
        {"stimulus": Stimulus("st-1", "Bacaan lain")},
        {"shuffle": False},
        {"explanation": "lain"},
        {"version": 2},
    ],
)
def test_every_change_of_content_changes_the_digest(changes: dict[str, object]) -> None:
    item = _full_item()

    assert digest(item) != digest(replace(item, **changes))  # type: ignore[arg-type]


def test_every_picture_of_an_item_is_found() -> None:
    found = images_of(_full_item())

    assert {"ab", "cd", "ef", "01"} == {image.digest[:2] for image in found}
    assert f"{'ab' * 32}.svg" in {image.name for image in found}
