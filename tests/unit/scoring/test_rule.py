import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from scoring.response import Choice
from scoring.rule import (
    KeyRule,
    MalformedRule,
    MappingRule,
    OptionPoints,
    Rule,
    TextRule,
    rule_from_json,
    rule_to_json,
)
from tests.unit.scoring.strategies import rules

KEY = KeyRule(Choice("b"), right=Fraction(5))
MAPPING = MappingRule({"a x": Fraction(1, 2)}, upper_bound=Fraction(1))
TEXT = TextRule((("Soekarno", Fraction(1)),))


@given(rules)
def test_whatever_is_written_reads_back_the_same(rule: Rule) -> None:
    stored = json.dumps(rule_to_json(rule))

    assert rule == rule_from_json(json.loads(stored))


def test_points_are_stored_as_exact_text() -> None:
    written = rule_to_json(OptionPoints({"b": Fraction(1, 3), "a": Fraction(5)}))

    assert written == {"kind": "options", "points": {"a": "5", "b": "1/3"}, "blank": "0"}
    assert list(written["points"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (KEY, {"right": 5}),
        (KEY, {"right": 5.0}),
        (KEY, {"right": True}),
        (KEY, {"right": "5.0"}),
        (KEY, {"right": "nan"}),
        (KEY, {"right": "1e1000000"}),
        (KEY, {"right": "1" * 201}),
        (KEY, {"right": None}),
        (KEY, {"kind": "unknown"}),
        (KEY, {"kind": ["key"]}),
        (KEY, {"kind": "options"}),
        (KEY, {"key": "b"}),
        (KEY, {"key": {"choice": 1}}),
        (KEY, {"key": {"choices": ["b", "a"]}}),
        (KEY, {"weight": "1"}),
        (MAPPING, {"entries": {"a x": 0.5}}),
        (MAPPING, {"entries": [["a x", "1/2"]]}),
        (MAPPING, {"upper_bound": 1}),
        (TEXT, {"case_sensitive": "false"}),
        (TEXT, {"case_sensitive": 1}),
        (TEXT, {"accepted": [["Soekarno", 1]]}),
        (TEXT, {"accepted": [[1945, "1"]]}),
        (TEXT, {"accepted": ["Soekarno"]}),
    ],
    ids=str,
)
def test_any_other_form_is_refused_with_a_stable_code(rule: Rule, change: dict[str, Any]) -> None:
    written = rule_to_json(rule)
    assert rule == rule_from_json(written)

    with pytest.raises(MalformedRule) as refusal:
        rule_from_json(written | change)

    assert refusal.value.code == "malformed_rule"


@pytest.mark.parametrize("rule", [KEY, MAPPING, TEXT], ids=["key", "mapping", "text"])
def test_every_field_is_needed(rule: Rule) -> None:
    written = rule_to_json(rule)

    for name in written:
        without = {key: value for key, value in written.items() if key != name}
        with pytest.raises(MalformedRule):
            rule_from_json(without)


@pytest.mark.parametrize("value", [None, [], "key", 1])
def test_what_is_no_object_is_no_rule(value: Any) -> None:
    with pytest.raises(MalformedRule):
        rule_from_json(value)
