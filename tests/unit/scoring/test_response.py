import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.response import (
    Choice,
    Choices,
    MalformedResponse,
    Match,
    Nothing,
    Number,
    Order,
    Response,
    Text,
    from_json,
    is_blank,
    to_json,
)
from tests.unit.scoring.strategies import responses

FORMS: list[tuple[Any, Response]] = [
    (None, Nothing()),
    ({"choice": "a"}, Choice("a")),
    ({"choices": ["a", "c"]}, Choices(frozenset("ca"))),
    ({"number": "7/2"}, Number(Fraction(7, 2))),
    ({"text": "Pancasila"}, Text("Pancasila")),
    ({"order": ["c", "a", "b"]}, Order(("c", "a", "b"))),
    ({"match": [["a", "x"], ["b", "y"]]}, Match(frozenset({("b", "y"), ("a", "x")}))),
]


@pytest.mark.parametrize(("value", "response"), FORMS)
def test_every_kind_has_one_json_form(value: Any, response: Response) -> None:
    assert response == from_json(value)
    assert value == to_json(response)


@given(responses)
def test_whatever_is_written_reads_back_the_same(response: Response) -> None:
    stored = json.dumps(to_json(response))

    assert response == from_json(json.loads(stored))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.14", Fraction(157, 50)),
        ("-2.50", Fraction(-5, 2)),
        ("+1e3", Fraction(1000)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        (" 14/4 ", Fraction(7, 2)),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_a_number_is_read_exactly_from_its_text(text: str, value: Fraction) -> None:
    assert Number(value) == from_json({"number": text})


@given(st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{0,30})?(e-?[0-9]{1,2})?", fullmatch=True))
def test_every_number_that_is_taken_can_be_read_back_from_the_journal(text: str) -> None:
    """A response whose stored form is refused would stop the marking of its own sitting."""
    try:
        response = from_json({"number": text})
    except MalformedResponse:
        return

    assert response == from_json(to_json(response))


def test_a_number_with_more_digits_than_can_be_stored_is_refused() -> None:
    kept = "0." + "123456789012345678901231"  # 50 characters as a fraction

    assert isinstance(from_json({"number": kept}), Number)
    with pytest.raises(MalformedResponse):
        from_json({"number": kept + "3"})


@pytest.mark.parametrize(
    "value",
    [
        True, 0, 1.5, "a", [], {}, ["choice", "a"],
        {"choice": "a", "text": "b"}, {"choice": "a", "points": 5},
        {"unknown": "a"}, {"Choice": "a"},
        {"choice": ""}, {"choice": None}, {"choice": 1}, {"choice": ["a"]},
        {"choices": "ab"}, {"choices": ["a", "a"]}, {"choices": ["a", 1]}, {"choices": {"a": 1}},
        {"number": 3}, {"number": 3.14}, {"number": True}, {"number": ""}, {"number": "1/0"},
        {"number": "nan"}, {"number": "inf"}, {"number": "1_000"}, {"number": "0x10"},
        {"number": "1,5"}, {"number": "1e31"}, {"number": "1e-31"}, {"number": "1e999999999"},
        {"number": "\u0663"}, {"number": "1.5/2"}, {"number": "--1"},
        {"text": None}, {"text": "a\0b"}, {"text": "\ud800"}, {"text": ["a"]},
        {"order": ["a", "a"]}, {"order": None},
        {"match": [["a"]]}, {"match": [["a", "x", "y"]]}, {"match": ["ax"]},
        {"match": [["a", ""]]}, {"match": [["a", "x"], ["a", "x"]]}, {"match": {"a": "x"}},
    ],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_refused_with_a_stable_code(value: Any) -> None:
    with pytest.raises(MalformedResponse) as refusal:
        from_json(value)

    assert refusal.value.code == "malformed_response"


def _options(count: int) -> list[str]:
    return [f"o{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("at_limit", "beyond"),
    [
        ({"text": "a" * 10_000}, {"text": "a" * 10_001}),
        ({"choices": _options(200)}, {"choices": _options(201)}),
        ({"order": _options(200)}, {"order": _options(201)}),
        (
            {"match": [[name, "x"] for name in _options(200)]},
            {"match": [[name, "x"] for name in _options(201)]},
        ),
        ({"number": "1" * 50}, {"number": "1" * 51}),
        ({"choice": "a" * 200}, {"choice": "a" * 201}),
        ({"number": "1e30"}, {"number": "1e31"}),
    ],
    ids=["text", "choices", "order", "match", "number", "name", "exponent"],
)
def test_size_is_limited_at_the_named_edge(at_limit: Any, beyond: Any) -> None:
    from_json(at_limit)

    with pytest.raises(MalformedResponse):
        from_json(beyond)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["choice", "choices", "number", "text", "order", "match"]),
                inner,
                max_size=2,
            )
        ),
        max_leaves=6,
    )
)
def test_a_reader_refuses_or_gives_a_response_and_nothing_else(value: Any) -> None:
    try:
        response = from_json(value)
    except MalformedResponse:
        return

    assert response == from_json(to_json(response))


def test_naughty_strings_are_text_or_refused(shared_data: Path) -> None:
    strings = json.loads((shared_data / "bad-input/blns/blns.json").read_text("utf-8"))
    assert len(strings) > 400

    for string in strings:
        for kind in ("text", "choice", "number"):
            try:
                response = from_json({kind: string})
            except MalformedResponse:
                continue
            assert response == from_json(json.loads(json.dumps(to_json(response))))


@pytest.mark.parametrize(
    ("holding_nothing", "holding_something"),
    [
        (Choices(frozenset()), Choices(frozenset("a"))),
        (Order(()), Order(("a",))),
        (Match(frozenset()), Match(frozenset({("a", "x")}))),
        (Text(" \n\u00a0"), Text(" 0 ")),
        (Nothing(), Number(Fraction(0))),
    ],
)
def test_a_response_that_holds_nothing_is_blank(
    holding_nothing: Response, holding_something: Response
) -> None:
    assert is_blank(holding_nothing)
    assert not is_blank(holding_something)
