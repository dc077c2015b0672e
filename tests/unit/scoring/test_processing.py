"""QTI's processing language: what each operator gives, and that no program fails or goes on."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.mark import awaits_people, mark
from scoring.outcomes import outcomes
from scoring.processing import MalformedProgram, canonical, prepared
from scoring.processing.program import EXPRESSIONS
from scoring.processing.run import Scope, evaluate
from scoring.processing.values import plain
from scoring.response import Choice, Choices, Nothing, Number, Response, Text, record
from scoring.rule import ProcessingRule, rule_from_json, rule_to_json
from tests.unit.scoring.strategies import responses

NULL: list[Any] = ["null", {}, []]
YES, NO = True, False


def _value(value: object) -> list[Any]:
    """A base value of the type that the Python value has."""
    types = {bool: "boolean", int: "integer", Fraction: "float", str: "string"}
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, Fraction):
        text = str(float(value))
    return ["baseValue", {"type": types[type(value)], "value": text}, []]


def _get(operator: str, /, *operands: Any, **attributes: Any) -> Any:
    nodes = [one if isinstance(one, list) else _value(one) for one in operands]
    return plain(evaluate([operator, attributes, nodes], Scope({})))


def _rounded(number: str, mode: str, figures: int) -> Any:
    return _get("roundTo", Fraction(number), roundingMode=mode, figures=figures)


def _program(process: list[Any], **responses_: Any) -> dict[str, Any]:
    return {
        "responses": responses_,
        "outcomes": {"SCORE": {"type": "float", "cardinality": "single"}},
        "templates": {},
        "process": process,
        "score": "SCORE",
    }


HALF, TEN = Fraction(1, 2), Fraction(10)
PAIR = ["multiple", {}, [_value(1), _value(2)]]


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (_get("sum", 1, 2), 3),
        (_get("sum", 1, HALF), Fraction(3, 2)),
        (_get("sum", 1, NULL), None),
        (_get("divide", 6, 4), Fraction(3, 2)),
        (_get("divide", 6, 0), None),
        (_get("integerDivide", -7, 2), -4),
        (_get("integerModulus", -7, 2), 1),
        (_get("integerModulus", 7, 0), None),
        (_get("power", 2, 10), 1024),
        (_get("power", 0, -1), None),
        (_get("power", -8, HALF), None),
        (_get("round", Fraction(13, 2)), 7),
        (_get("round", Fraction(-13, 2)), -6),
        (_get("truncate", Fraction(-13, 2)), -6),
        (_get("gcd", 8, 12), 4),
        (_get("lcm", 4, 6), 12),
        (_get("mathOperator", -1, name="ln"), None),
        (_get("mathOperator", 0, name="ln"), float("-inf")),
        (_get("mathOperator", Fraction(3, 2), name="floor"), 1),
        (_rounded("3.14159", "decimalPlaces", 2), Fraction("3.14")),
        (_rounded("314.159", "significantFigures", 2), 310),
        (_rounded("0.00314", "significantFigures", 1), Fraction("0.003")),
        (_get("and", YES, NULL), None),
        (_get("and", NO, NULL), False),
        (_get("or", YES, NULL), True),
        (_get("not", NULL), None),
        (_get("anyN", YES, YES, NO, min=1, max=2), True),
        (_get("anyN", YES, NULL, NO, min=2, max=2), None),
        (_get("anyN", YES, YES, YES, min=1, max=2), False),
        (_get("isNull", ""), True),
        (_get("match", "a", "a"), True),
        (_get("match", "a", NULL), None),
        (_get("equal", TEN, Fraction("9.5"), toleranceMode="absolute", tolerance=["0.5"]), True),
        (
            _get(
                "equal", TEN, Fraction("9.5"), toleranceMode="absolute", tolerance=["0.5", "1"],
                includeLowerBound=False,
            ),
            False,
        ),
        (_get("equal", -TEN, Fraction(-9), toleranceMode="relative", tolerance=["10"]), True),
        (_get("equal", "100", 100), True),
        (_get("equal", "100cm", 100), None),
        (_get("gt", 2, 1), True),
        (_get("lte", 2, NULL), None),
        (_get("stringMatch", "Aa", "aA", caseSensitive=False), True),
        (_get("stringMatch", Fraction(1), "1"), True),
        (_get("stringMatch", 12, "1.2"), False),
        (_get("substring", "b", "abc"), True),
        (_get("patternMatch", "A1", pattern="[A-Z][0-9]"), True),
        (_get("multiple", 1, NULL, 2), [1, 2]),
        (_get("multiple", NULL), None),
        (_get("multiple", 1, "a"), None),
        (_get("index", ["ordered", {}, [_value("x"), _value("y")]], n=2), "y"),
        (_get("index", ["ordered", {}, [_value("x")]], n=2), None),
        (_get("containerSize", NULL), 0),
        (_get("member", 1, ["multiple", {}, [_value(1), _value(2)]]), True),
        (_get("member", ["multiple", {}, [_value(1), _value(2)]], 1), True),
        (_get("delete", 1, ["multiple", {}, [_value(1), _value(2), _value(1)]]), [2]),
        (_get("delete", ["ordered", {}, [_value(1), _value(2), _value(1)]], 1), [2]),
        (
            _get("contains", ["ordered", {}, [_value(1), _value(2), _value(3)]],
                 ["ordered", {}, [_value(1), _value(3)]]),
            False,
        ),
        (
            _get("contains", ["multiple", {}, [_value(1), _value(2), _value(3)]],
                 ["multiple", {}, [_value(3), _value(1)]]),
            True,
        ),
        (_get("statsOperator", PAIR, name="mean"), Fraction(3, 2)),
        (_get("statsOperator", ["multiple", {}, [_value(1)]], name="sampleSD"), None),
        (_get("repeat", 1, numberRepeats=3), [1, 1, 1]),
        (_get("trim", "  a "), "a"),
        (_get("toAscii", "é"), "e"),
        (_get("parseCommaDecimal", "3,14"), Fraction("3.14")),
    ],
)  # fmt: skip
def test_operator_gives_what_qti_says(got: object, expected: object) -> None:
    assert expected == got


ONE = {"type": "identifier", "cardinality": "single", "correct": ["b"]}
KEYED = [
    [
        "condition",
        {},
        [
            [
                "if",
                {},
                [
                    ["match", {}, [["variable", {"identifier": "R"}, []],
                                   ["correct", {"identifier": "R"}, []]]],
                    ["setOutcomeValue", {"identifier": "SCORE"}, [_value(Fraction(2))]],
                ],
            ],
            ["else", {}, [["setOutcomeValue", {"identifier": "SCORE"}, [_value(Fraction(-1))]]]],
        ],
    ]
]  # fmt: skip


@pytest.mark.parametrize(
    ("response", "points"),
    [(Choice("b"), 2), (Choice("a"), -1), (Nothing(), -1), (record({"R": Choice("b")}), 2)],
)
def test_condition_decides_the_points(response: Response, points: int) -> None:
    rule = ProcessingRule(canonical(_program(KEYED, R=ONE)))

    assert points == mark(rule, response)
    assert {"SCORE": Fraction(points)} == outcomes(rule, response)
    assert rule == rule_from_json(json.loads(json.dumps(rule_to_json(rule))))


def test_exit_leaves_the_rest_undone() -> None:
    first = ["setOutcomeValue", {"identifier": "SCORE"}, [_value(1)]]
    last = ["setOutcomeValue", {"identifier": "SCORE"}, [_value(5)]]

    rule = ProcessingRule(canonical(_program([first, ["exit", {}, []], last])))

    assert 1 == mark(rule, Nothing())


def test_what_people_gave_stands_whatever_the_program_says() -> None:
    document = _program([["setOutcomeValue", {"identifier": "SCORE"}, [_value(0)]]])
    document["outcomes"]["SCORE"]["judged"] = True
    rule = ProcessingRule(canonical(document))

    assert awaits_people(rule)
    assert {"SCORE": Fraction(0)} == outcomes(rule, Text("saya"))
    assert {"SCORE": Fraction(7, 2)} == outcomes(rule, Text("saya"), {"SCORE": Fraction(7, 2)})


@pytest.mark.parametrize(
    ("mapping", "given", "points"),
    [
        ({"lower_bound": "2", "upper_bound": "15"}, {"a", "b", "x"}, 15),
        ({"lower_bound": "2", "upper_bound": None}, set(), 2),
        ({"lower_bound": None, "upper_bound": None}, {"x"}, 1),
    ],
)
def test_mapping_is_summed_and_bounded(
    mapping: dict[str, Any], given: set[str], points: int
) -> None:
    entries = [["a", "10", True], ["B", "5", False]]
    declared = {
        "type": "identifier",
        "cardinality": "multiple",
        "mapping": {"entries": entries, "default": "1"} | mapping,
    }
    mapped = ["mapResponse", {"identifier": "R"}, []]
    process = [["setOutcomeValue", {"identifier": "SCORE"}, [mapped]]]

    rule = ProcessingRule(canonical(_program(process, R=declared)))

    assert points == mark(rule, Choices(frozenset(given)))


def test_letters_where_a_number_was_asked_are_null() -> None:
    declared = {"type": "float", "cardinality": "single"}
    missing = ["isNull", {}, [["variable", {"identifier": "R"}, []]]]
    process = [["setOutcomeValue", {"identifier": "SCORE"},
                [["sum", {}, [["variable", {"identifier": "R"}, []], _value(1)]]]],
               ["condition", {}, [["if", {}, [missing,
                ["setOutcomeValue", {"identifier": "SCORE"}, [_value(-5)]]]]]]]  # fmt: skip

    rule = ProcessingRule(canonical(_program(process, R=declared)))

    assert Fraction(7, 2) == mark(rule, Number(Fraction(5, 2)))
    assert -5 == mark(rule, Text("dua"))


def test_template_draws_the_same_numbers_again_until_its_constraint_holds() -> None:
    declared = {"A": {"type": "integer", "cardinality": "single", "default": ["0"]}}
    drawn = ["randomInteger", {"min": 1, "max": 100}, []]
    variable = ["variable", {"identifier": "A"}, []]
    statements = [
        ["setTemplateValue", {"identifier": "A"}, [drawn]],
        ["templateConstraint", {}, [["gt", {}, [variable, _value(90)]]]],
    ]

    first, again = (prepared(declared, statements, "seed") for _ in range(2))

    assert first == again
    assert int(first[0]["A"]["default"][0]) > 90
    with pytest.raises(MalformedProgram):
        prepared(declared, [["templateConstraint", {}, [_value(NO)]]], "seed")


def _nested(depth: int) -> list[Any]:
    node = _value(YES)
    for _ in range(depth):
        node = ["not", {}, [node]]
    return [["setOutcomeValue", {"identifier": "SCORE"}, [node]]]


@pytest.mark.parametrize(
    "process",
    [
        [["system", {}, []]],
        [["customOperator", {}, []]],
        [["sum", {}, []]],
        [["condition", {}, [["if", {}, []]]]],
        [["condition", {}, [["if", {}, [["exit", {}, []]]]]]],
        [["setOutcomeValue", {}, [NULL]]],
        [["setOutcomeValue", {"identifier": "SCORE"}, [["mathOperator", {"name": "eval"}, []]]]],
        [["setOutcomeValue", {"identifier": "SCORE"}, [["patternMatch", {"pattern": "("}, []]]]],
        [["setOutcomeValue", {"identifier": "SCORE"}, [["inside", {"shape": "rect"}, []]]]],
        [["setOutcomeValue", {"identifier": "SCORE"}, ["x"]]],
        _nested(100),
        [["exit", {}, []]] * 30_000,
    ],
)
def test_program_that_cannot_be_run_is_refused(process: list[Any]) -> None:
    with pytest.raises(MalformedProgram):
        canonical(_program(process))


@pytest.mark.parametrize(
    "declared",
    [
        {"type": "string", "cardinality": "record", "correct": ["a"]},
        {"type": "float", "cardinality": "single", "default": [1]},
    ],
)
def test_declaration_that_could_not_be_read_is_no_program(declared: dict[str, Any]) -> None:
    with pytest.raises(MalformedProgram):
        canonical(_program([], R=declared))


def test_repeats_of_repeats_end() -> None:
    node = _value(1)
    for _ in range(8):
        node = ["repeat", {"numberRepeats": 1000}, [node]]
    rule = ProcessingRule(
        canonical(_program([["setOutcomeValue", {"identifier": "SCORE"}, [["sum", {}, [node]]]]]))
    )

    assert 0 == mark(rule, Nothing())


def test_powers_of_powers_stay_small() -> None:
    node = _value(Fraction(9))
    for _ in range(20):
        node = ["power", {}, [node, _value(Fraction(9))]]
    rule = ProcessingRule(
        canonical(_program([["setOutcomeValue", {"identifier": "SCORE"}, [node]]]))
    )

    assert 0 == mark(rule, Nothing())


values = st.sampled_from(
    [NULL, _value(YES), _value(3), _value(Fraction(-1, 4)), _value("a"), _value("7"),
     ["baseValue", {"type": "point", "value": "3 4"}, []],
     ["baseValue", {"type": "pair", "value": "a b"}, []],
     ["baseValue", {"type": "duration", "value": "PT1H"}, []],
     ["multiple", {}, [_value(1), _value(2)]],
     ["ordered", {}, [_value("a"), _value("b")]],
     ["variable", {"identifier": "R"}, []],
     ["variable", {"identifier": "none"}, []]]
)  # fmt: skip
attributes = st.sampled_from(
    [{}, {"n": 1, "min": 1, "max": 2}, {"numberRepeats": 3}, {"figures": 2}, {"name": "sin"},
     {"toleranceMode": "relative", "tolerance": ["5"]}, {"n": {"variable": "R"}}]
)  # fmt: skip


@given(
    st.sampled_from(sorted(EXPRESSIONS)),
    attributes,
    st.lists(values, max_size=4),
    responses,
)
def test_no_operator_ever_raises(
    name: str, given_attributes: dict[str, Any], operands: list[Any], response: Response
) -> None:
    needed: dict[str, Any] = {
        "identifier": "R", "type": "string", "value": "a", "shape": "circle", "coords": [1, 2, 3],
        "fields": ["a"], "table": {"kind": "match", "entries": [["1", "2", True]]}, "name": "mean",
        "pattern": "a*",
    }  # fmt: skip
    if name == "mathOperator":
        needed["name"] = "atan2"
    node = [name, needed | given_attributes, operands]
    process = [["setOutcomeValue", {"identifier": "SCORE"}, [node]]]

    rule = ProcessingRule(canonical(_program(process, R=ONE)))

    assert isinstance(mark(rule, response), Fraction)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("1.50", "ndp", 2),
        ("1.23e2", "ndp", 0),
        ("1.23e-2", "ndp", 4),
        ("1.23e-2", "nsf", 3),
        ("12", "integerValue", 12),
        ("1e-2", "integerValue", 0),
    ],
)
def test_typed_number_tells_how_it_was_written(text: str, field: str, value: int) -> None:
    """Decimal places are those of the number, not of its digits before an exponent."""
    given = ["fieldValue", {"fieldIdentifier": field}, [["variable", {"identifier": "R"}, []]]]
    program = _program(
        [["setOutcomeValue", {"identifier": "SCORE"}, [given]]],
        R={"type": "float", "cardinality": "record"},
    )

    assert value == mark(ProcessingRule(canonical(program)), Text(text))
