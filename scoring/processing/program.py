"""Programs of QTI's processing language as data: declarations and statements in canonical JSON.

    {"responses": {NAME: {"type", "cardinality", "correct"?, "default"?, "mapping"?, "areas"?}},
     "outcomes":  {NAME: {"type", "cardinality", "default"?, "table"?, "mapping"?, "judged"?}},
     "templates": {NAME: {"type", "cardinality", "default"?}},
     "process":   [node, …],
     "score":     NAME}

A node is [operator, {attribute: value}, [node, …]] with QTI's own names for the operators. A
branching statement is ["condition", {}, [["if", {}, [expression, statement, …]], …, ["else", {},
[statement, …]]]]. Values of declarations are lists of texts. A mapping is {"entries": [[key,
points, is_case_sensitive]], "default", "lower_bound", "upper_bound"}; `areas` the same with
entries [shape, [number], points]; a table is what `containers.looked_up` reads.

Everything is checked when a program is read, so that running it cannot fail.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from scoring.area import BadArea, area
from scoring.processing.arithmetic import is_function
from scoring.processing.patterns import BadPattern, fits
from scoring.processing.values import CARDINALITIES, TYPES, scalar

SIZE_LIMIT = 1_000_000
NODE_LIMIT = 20_000
DEPTH_LIMIT = 60
VARIABLE_LIMIT = 500

STATEMENTS = frozenset(
    {"condition", "block", "setOutcomeValue", "setResponseValue", "setTemplateValue",
     "setCorrectResponse", "setDefaultValue", "lookupOutcomeValue", "exit", "templateConstraint"}
)  # fmt: skip
EXPRESSIONS = frozenset(
    {"and", "anyN", "baseValue", "containerSize", "contains", "correct", "default", "delete",
     "divide", "durationGTE", "durationLT", "equal", "equalRounded", "fieldValue", "gcd", "gt",
     "gte", "index", "inside", "integerDivide", "integerModulus", "integerToFloat", "isNull",
     "isTypeOf", "lcm", "lookupTable", "lt", "lte", "mapResponse", "mapResponsePoint", "match",
     "mathConstant", "mathOperator", "max", "member", "min", "multiple", "not", "null",
     "numberCorrect", "numberIncorrect", "numberPresented", "numberResponded", "numberSelected",
     "or", "ordered", "outcomeMaximum", "outcomeMinimum", "patternMatch", "power", "product",
     "random", "randomFloat", "randomInteger", "record", "repeat", "round", "roundTo",
     "statsOperator", "stringMatch", "substring", "subtract", "sum", "testVariables", "truncate",
     "variable", "trim", "toAscii", "parseCommaDecimal"}
)  # fmt: skip
TEST_EXPRESSIONS = frozenset(
    {"numberCorrect", "numberIncorrect", "numberPresented", "numberResponded", "numberSelected",
     "outcomeMaximum", "outcomeMinimum", "testVariables"}
)  # fmt: skip
_BRANCHES = frozenset({"if", "else"})
_NAMED = frozenset(
    {"variable", "correct", "default", "mapResponse", "mapResponsePoint", "setOutcomeValue",
     "setResponseValue", "setTemplateValue", "setCorrectResponse", "setDefaultValue",
     "lookupOutcomeValue"}
)  # fmt: skip


class MalformedProgram(ValueError):
    """JSON that is no program."""

    code = "malformed_program"


def canonical(document: Any) -> str:
    """The one text of a program.

    Raises:
        MalformedProgram: not of the described form, too large, or with an unknown operator.
    """
    _check(document)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if len(text) > SIZE_LIMIT:
        raise MalformedProgram(f"a program has at most {SIZE_LIMIT} characters")
    return text


@lru_cache(maxsize=4_096)
def load(program: str) -> Mapping[str, Any]:
    """The document of a program that `canonical` wrote; read once, never changed."""
    document: Mapping[str, Any] = json.loads(program)
    return document


def check_statements(statements: Any) -> None:
    """Refuse statements that cannot be run.

    Raises:
        MalformedProgram: as `canonical` says.
    """
    if not isinstance(statements, list):
        raise MalformedProgram("statements are a list")
    _check_nodes(statements, STATEMENTS, 0, NODE_LIMIT)


def is_judged(program: str) -> bool:
    """Whether an outcome of the program comes from people."""
    return any(one.get("judged") for one in load(program)["outcomes"].values())


def nodes_of(listed: list[Any]) -> Iterator[Any]:
    """Every node of some statements, with what stands inside."""
    waiting = list(reversed(listed))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node[2])


def _check(document: Any) -> None:
    if not isinstance(document, dict) or document.keys() != {
        "responses", "outcomes", "templates", "process", "score",
    }:  # fmt: skip
        raise MalformedProgram("a program has responses, outcomes, templates, process and score")
    if not isinstance(document["score"], str):
        raise MalformedProgram("score names an outcome")
    count = 0
    for part in ("responses", "outcomes", "templates"):
        for name, declared in document[part].items():
            count += 1
            if count > VARIABLE_LIMIT:
                raise MalformedProgram(f"more than {VARIABLE_LIMIT} variables")
            _check_declaration(name, declared)
    check_statements(document["process"])


def _check_declaration(name: str, declared: Any) -> None:
    if declared["type"] not in TYPES or declared["cardinality"] not in CARDINALITIES:
        raise MalformedProgram(f"{name[:40]} is of no known type")
    for key in ("correct", "default"):
        texts = declared.get(key)
        if texts is not None and not all(isinstance(one, str) for one in texts):
            raise MalformedProgram(f"{key} of {name[:40]} is a list of texts")
        if texts and declared["cardinality"] == "record":
            raise MalformedProgram(f"{key} of {name[:40]}, a record, cannot be written")
    for points in _points(declared):
        if scalar("float", points) is None:
            raise MalformedProgram(f"{points[:40]!r} in a mapping of {name[:40]} is no number")
    for shape, coords, _ in declared.get("areas", {}).get("entries", ()):
        _check_area(shape, coords)


def _points(declared: Mapping[str, Any]) -> Iterator[str]:
    for mapping in (declared.get("mapping"), declared.get("areas")):
        if mapping:
            yield mapping["default"]
            bounds = (mapping["lower_bound"], mapping["upper_bound"])
            yield from (bound for bound in bounds if bound is not None)
    yield from (points for _, points, _ in declared.get("mapping", {}).get("entries", ()))
    yield from (points for _, _, points in declared.get("areas", {}).get("entries", ()))
    if "table" in declared:
        yield from _numbers_of(declared["table"])


def _numbers_of(table: Mapping[str, Any]) -> Iterator[str]:
    """What must be a number in a table: places on its scale, and the heights of a line."""
    if table["kind"] != "match":
        yield from (source for source, _, _ in table["entries"])
    if table["kind"] == "linear":
        yield from (target for _, target, _ in table["entries"])


def _check_nodes(listed: Any, known: frozenset[str], depth: int, left: int) -> int:
    """How many nodes may still come."""
    if depth > DEPTH_LIMIT:
        raise MalformedProgram(f"nested deeper than {DEPTH_LIMIT}")
    for node in listed:
        left -= 1
        if left < 0:
            raise MalformedProgram(f"more than {NODE_LIMIT} operators")
        if not isinstance(node, list) or len(node) != 3 or not isinstance(node[1], dict):
            raise MalformedProgram("an operator is [name, attributes, operands]")
        name, attributes, inner = node
        if name not in known:
            raise MalformedProgram(f"operator {str(name)[:40]!r} is not known here")
        _check_attributes(name, attributes)
        if name == "if":
            if not inner:
                raise MalformedProgram("a branch begins with what decides it")
            left = _check_nodes(inner[:1], EXPRESSIONS, depth + 1, left)
            inner = inner[1:]
        left = _check_nodes(inner, _inner(name), depth + 1, left)
    return left


def _inner(name: str) -> frozenset[str]:
    if name == "condition":
        return _BRANCHES
    return STATEMENTS if name in ("if", "else", "block") else EXPRESSIONS


def _check_attributes(name: str, attributes: Mapping[str, Any]) -> None:
    if name in _NAMED and not isinstance(attributes.get("identifier"), str):
        raise MalformedProgram(f"{name} names a variable")
    if name == "baseValue" and not (
        attributes.get("type") in TYPES and isinstance(attributes.get("value"), str)
    ):
        raise MalformedProgram("a base value has a type and a text")
    if name == "mathOperator" and not is_function(str(attributes.get("name"))):
        raise MalformedProgram(f"function {str(attributes.get('name'))[:40]!r} is not known")
    if name == "inside":
        _check_area(attributes.get("shape"), attributes.get("coords"))
    if name == "record" and not isinstance(attributes.get("fields"), list):
        raise MalformedProgram("a record names its fields")
    if name == "lookupTable":
        _check_lookup(attributes.get("table"))
    if name == "patternMatch":
        try:
            fits(str(attributes.get("pattern", "")), "")
        except BadPattern as error:
            raise MalformedProgram(f"pattern: {error}") from error


def _check_lookup(table: Any) -> None:
    if not isinstance(table, dict):
        raise MalformedProgram("a lookup has a table")
    for text in _numbers_of(table):
        if scalar("float", text) is None:
            raise MalformedProgram(f"{text[:40]!r} in a table is no number")


def _check_area(shape: Any, coords: Any) -> None:
    if not isinstance(coords, list) or not all(type(one) is int for one in coords):
        raise MalformedProgram("coordinates are whole numbers")
    try:
        area(shape, coords)
    except BadArea as error:
        raise MalformedProgram(str(error)) from error
