"""Response, outcome and template processing: elements of QTI as nodes of a program."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from question_bank.importers.qti.declarations import (
    base_type,
    coordinates,
    table_of,
    value_text,
)
from question_bank.importers.qti.names import truth
from question_bank.importers.report import CannotTake
from question_bank.safe_xml import XmlElement
from scoring.processing.program import EXPRESSIONS
from scoring.processing.values import TYPES

Node = list[Any]

_CONDITIONS = frozenset({"responseCondition", "outcomeCondition", "templateCondition"})
_IFS = frozenset(
    {"responseIf", "responseElseIf", "outcomeIf", "outcomeElseIf", "templateIf", "templateElseIf"}
)
_ELSES = frozenset({"responseElse", "outcomeElse", "templateElse"})
_FRAGMENTS = frozenset({"responseProcessingFragment", "outcomeProcessingFragment"})
_EXITS = frozenset({"exitResponse", "exitTest", "exitTemplate"})
_ASSIGNMENTS = frozenset(
    {"setOutcomeValue", "setResponseValue", "setTemplateValue", "setCorrectResponse",
     "setDefaultValue", "lookupOutcomeValue"}
)  # fmt: skip
_STATISTICS = frozenset({"mean", "sampleVariance", "sampleSD", "popVariance", "popSD"})
_OTHER_NAMES = {"mod": "integerModulus", "outcomeMax": "outcomeMaximum"}
# Citolab's scoring engine and player document these; the prefix says whose tool wrote the item.
_CUSTOM = {"Trim": "trim", "ToAscii": "toAscii", "ParseCommaDecimal": "parseCommaDecimal"}
_CUSTOM_PREFIXES = frozenset({"depcp", "questify", "qade"})
_OURS = frozenset(_CUSTOM.values())
_KEEP_OUT = {
    "customOperator": "it runs a program of another system",
    "include": "it lies in another file",
}
_ADVICE = "write the scoring with QTI's own operators"
_PLACES = ("sectionIdentifier", "weightIdentifier", "variableIdentifier", "outcomeIdentifier")


def statements(elements: Iterable[XmlElement]) -> list[Node]:
    """The statements of a processing element.

    Raises:
        CannotTake: a custom operator, or an element that QTI does not know.
    """
    return [_statement(one) for one in elements]


def _statement(element: XmlElement) -> Node:
    name = element.name
    if name in _CONDITIONS:
        return ["condition", {}, [_branch(one) for one in element.elements()]]
    if name in _FRAGMENTS:
        return ["block", {}, statements(element.elements())]
    if name in _EXITS:
        return ["exit", {}, []]
    if name == "templateConstraint":
        return [name, {}, _operands(element)]
    if name in _ASSIGNMENTS:
        return [name, {"identifier": _identifier(element)}, _operands(element)]
    raise _refusal(element)


def _branch(element: XmlElement) -> Node:
    inner = element.elements()
    if element.name in _ELSES:
        return ["else", {}, statements(inner)]
    if element.name not in _IFS or not inner:
        raise _refusal(element)
    return ["if", {}, [expression(inner[0]), *statements(inner[1:])]]


def expression(element: XmlElement) -> Node:
    """An expression.

    Raises:
        CannotTake: a custom operator, or an element that QTI does not know.
    """
    name = _OTHER_NAMES.get(element.name, element.name)
    if name in _DIALECT:
        return _DIALECT[name](element)
    if name in _STATISTICS:
        return ["statsOperator", {"name": name}, _operands(element)]
    if name == "record":
        return _record(element)
    if name == "lookupTable":
        return _lookup(element)
    if name == "customOperator":
        return _custom(element)
    if name not in EXPRESSIONS - _OURS:
        raise _refusal(element)
    reader = _ATTRIBUTES.get(name)
    return [name, reader(element) if reader else {}, _operands(element)]


def _operands(element: XmlElement) -> list[Node]:
    if element.name == "baseValue":
        return []
    return [expression(one) for one in element.elements()]


def _not(name: str) -> Callable[[XmlElement], Node]:
    """What is true where another expression is false, as one player's dialect writes it."""

    def negated(element: XmlElement) -> Node:
        reader = _ATTRIBUTES.get(name)
        return ["not", {}, [[name, reader(element) if reader else {}, _operands(element)]]]

    return negated


def _at_most(element: XmlElement) -> Node:
    """Whether at most `max` are true (allN of that dialect), in the words of anyN."""
    return ["anyN", {"min": 0} | _integers("max")(element), _operands(element)]


def _is_true(element: XmlElement) -> Node:
    """Whether its only operand is true; NULL is false (preCondition of that dialect)."""
    operands = _operands(element)[:1]
    return ["and", {}, [["not", {}, [["isNull", {}, operands]]], *operands]]


def _map_outcome(element: XmlElement) -> Node:
    """The mapping of an outcome (mapOutcome of that dialect)."""
    return ["mapResponse", {"identifier": _identifier(element)}, []]


_DIALECT: Mapping[str, Callable[[XmlElement], Node]] = {
    "isNotNull": _not("isNull"),
    "notEqual": _not("equal"),
    "allN": _at_most,
    "preCondition": _is_true,
    "mapOutcome": _map_outcome,
}
"""Not of QTI: said in its own words, so that the interpreter need not know them."""


def _custom(element: XmlElement) -> Node:
    """One of the three custom operators whose meaning is published; no other is run."""
    prefix, _, name = element.attributes.get("definition", "").partition(":")
    if prefix not in _CUSTOM_PREFIXES or name not in _CUSTOM:
        raise _refusal(element)
    return [_CUSTOM[name], {}, _operands(element)]


def _record(element: XmlElement) -> Node:
    """A record of fields, as one player's dialect writes it."""
    fields = element.elements("fieldValue")
    values = [expression(one.elements()[0]) for one in fields if one.elements()]
    names = [one.attributes.get("fieldIdentifier", "") for one in fields if one.elements()]
    return ["record", {"fields": names}, values]


def _lookup(element: XmlElement) -> Node:
    """A table beside an expression, as one player's dialect writes it."""
    table = element.first("matchTable", "interpolationTable")
    if table is None:
        raise _refusal(element)
    operands = [expression(one) for one in element.elements() if one is not table]
    return ["lookupTable", {"table": table_of(table)}, operands[:1]]


def _refusal(element: XmlElement) -> CannotTake:
    why = _KEEP_OUT.get(element.name, "it is not part of QTI's processing language")
    return CannotTake(f"line {element.line}: <{element.name[:40]}> is not run: {why}", _ADVICE)


def _identifier(element: XmlElement) -> str:
    identifier = element.attributes.get("identifier", "").strip()
    if not identifier:
        raise CannotTake(f"line {element.line}: <{element.name}> names no variable", _ADVICE)
    return identifier


def _base_value(element: XmlElement) -> dict[str, Any]:
    type_name = base_type(element, "string")
    if type_name not in TYPES:
        raise CannotTake(f"line {element.line}: base type {type_name[:20]!r} is not known", _ADVICE)
    return {"type": type_name, "value": value_text(element)}


def _named(element: XmlElement) -> dict[str, Any]:
    attributes: dict[str, Any] = {"identifier": _identifier(element)}
    if "weightIdentifier" in element.attributes:
        attributes["weightIdentifier"] = element.attributes["weightIdentifier"]
    return attributes


def _integers(*names: str) -> Callable[[XmlElement], dict[str, Any]]:
    """Whole numbers, or the names of the variables that hold them."""
    return lambda element: {
        name: _integer(element.attributes[name]) for name in names if name in element.attributes
    }


def _integer(text: str) -> Any:
    plain = text.strip()
    if plain.lstrip("+-").isdigit() and plain.isascii() and len(plain) < 12:
        return int(plain)
    return {"variable": plain.strip("{}")}


def _float(text: str) -> Any:
    plain = text.strip()
    is_number = plain.lstrip("+-.")[:1].isdigit()
    return plain if is_number else {"variable": plain.strip("{}")}


def _equal(element: XmlElement) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "toleranceMode": element.attributes.get("toleranceMode", "exact"),
        "includeLowerBound": truth(element, "includeLowerBound", default=True),
        "includeUpperBound": truth(element, "includeUpperBound", default=True),
    }
    if "tolerance" in element.attributes:
        given = element.attributes["tolerance"].split()
        attributes["tolerance"] = [_float(one) for one in given[:2]]
    return attributes


def _rounding(element: XmlElement) -> dict[str, Any]:
    mode = element.attributes.get("roundingMode", "significantFigures")
    figures = element.attributes.get("figures", "3" if element.name == "equalRounded" else "0")
    return {"roundingMode": mode, "figures": _integer(figures)}


def _texts(element: XmlElement) -> dict[str, Any]:
    return {
        "caseSensitive": truth(element, "caseSensitive", default=True),
        "substring": truth(element, "substring"),
    }


def _inside(element: XmlElement) -> dict[str, Any]:
    coords = coordinates(element.attributes.get("coords", ""))
    return {"shape": element.attributes.get("shape", "default"), "coords": coords}


def _random_float(element: XmlElement) -> dict[str, Any]:
    given = {name: element.attributes.get(name, "0") for name in ("min", "max")}
    return {name: _float(value) for name, value in given.items()}


def _items(element: XmlElement) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        name: element.attributes[name] for name in _PLACES if element.attributes.get(name)
    }
    for name in ("includeCategory", "excludeCategory"):
        if element.attributes.get(name):
            attributes[name] = element.attributes[name].split()
    if element.attributes.get("baseType"):
        attributes["baseType"] = element.attributes["baseType"]
    return attributes


def _plain(*names: str) -> Callable[[XmlElement], dict[str, Any]]:
    return lambda element: {
        name: element.attributes[name] for name in names if name in element.attributes
    }


def _pattern(element: XmlElement) -> dict[str, Any]:
    attributes = _plain("pattern")(element)
    is_case_sensitive = truth(element, "caseSensitive", default=True)
    return attributes if is_case_sensitive else attributes | {"caseSensitive": False}


_ATTRIBUTES: Mapping[str, Callable[[XmlElement], dict[str, Any]]] = {
    "baseValue": _base_value,
    "variable": _named,
    "correct": _named,
    "default": _named,
    "mapResponse": _named,
    "mapResponsePoint": _named,
    "anyN": _integers("min", "max"),
    "index": _integers("n"),
    "repeat": _integers("numberRepeats"),
    "randomInteger": _integers("min", "max", "step"),
    "randomFloat": _random_float,
    "equal": _equal,
    "equalRounded": _rounding,
    "roundTo": _rounding,
    "stringMatch": _texts,
    "substring": _texts,
    "patternMatch": _pattern,
    "fieldValue": _plain("fieldIdentifier"),
    "mathOperator": _plain("name"),
    "mathConstant": _plain("name"),
    "statsOperator": _plain("name"),
    "inside": _inside,
    "testVariables": _items,
    "outcomeMaximum": _items,
    "outcomeMinimum": _items,
    "numberCorrect": _items,
    "numberIncorrect": _items,
    "numberPresented": _items,
    "numberResponded": _items,
    "numberSelected": _items,
}
