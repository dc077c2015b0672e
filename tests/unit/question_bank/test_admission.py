"""Admission: an item that is not whole in itself enters no bank, wherever it comes from."""

from dataclasses import replace
from fractions import Fraction

import pytest

from question_bank.importers.admission import faults
from question_bank.item import Image, Option, Stimulus
from scoring.response import Choice, Choices, Match, Nothing, Order
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, TextRule
from tests.factories import get_item

ITEM = get_item("twk", 1)
ONE = Fraction(1)
TARGETS = (Option("x", "1"), Option("y", "2"))
UNFIT = "the rule does not fit"


def test_whole_item_has_no_fault() -> None:
    assert [] == faults(ITEM)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": "a/b"}, "id 'a/b' is no identifier"),
        ({"id": ""}, "id '' is no identifier"),
        ({"id": "x" * 101}, "is no identifier"),
        ({"bank": "b b"}, "bank 'b b' is no identifier"),
        ({"version": 0}, "versions are counted from 1"),
        ({"kind": "riddle"}, "kind 'riddle' is not one of"),
        ({"difficulty": ""}, "difficulty '' is not one of"),
        ({"stem": " \n"}, "the item has no text"),
        ({"stem": "a\0"}, "control character U+0000"),
        ({"explanation": "\ud800"}, "control character U+D800"),
        ({"stem": "x" * 20_001}, "longer than 20000"),
        ({"stimulus": Stimulus("st", "a\x1b")}, "control character U+001B"),
        ({"image": Image("ab", "svg", " ")}, "a picture needs a text"),
        ({"options": ()}, "must not have these options"),
        ({"targets": TARGETS}, "must not have these options"),
        ({"options": (Option("a", "A"),)}, "2 to 26 options"),
        ({"options": (Option("a", "A"), Option("a b", "B"))}, "identifier of its own"),
        ({"options": (Option("a", "A"), Option("b", " A "))}, "two options look the same"),
        ({"options": (Option("a", "A"), Option("b", ""))}, "an option is empty"),
        ({"rule": KeyRule(Choice("z"))}, UNFIT),
        ({"rule": KeyRule(Nothing())}, UNFIT),
        ({"rule": KeyRule(Choices(frozenset("a")))}, UNFIT),
        ({"rule": OptionPoints({"a": ONE})}, UNFIT),
        ({"rule": NumberRule(ONE)}, UNFIT),
        ({"rule": TextRule((("a", ONE),))}, UNFIT),
        ({"rule": KeyRule(Choice("a"), right=Fraction(0))}, "every response earns the same"),
        ({"kind": "choices", "rule": KeyRule(Choices(frozenset()))}, UNFIT),
        ({"kind": "choices", "rule": MappingRule({"z": ONE})}, UNFIT),
        ({"kind": "order", "rule": KeyRule(Order(("a", "b")))}, UNFIT),
        ({"kind": "match", "targets": TARGETS, "rule": MappingRule({"a z": ONE})}, UNFIT),
        (
            {
                "kind": "match",
                "targets": TARGETS,
                "rule": KeyRule(Match(frozenset({("a", "x"), ("a", "y")}))),
            },
            UNFIT,
        ),
        ({"kind": "number", "options": (), "rule": NumberRule(ONE, -ONE)}, UNFIT),
        ({"kind": "text", "options": (), "rule": TextRule(())}, UNFIT),
    ],
)
def test_fault_is_named(changes: dict[str, object], fault: str) -> None:
    found = faults(replace(ITEM, **changes))  # type: ignore[arg-type]

    assert any(fault in one for one in found), found
