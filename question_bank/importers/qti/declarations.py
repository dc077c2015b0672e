"""Declarations of responses, outcomes and templates, as the program's data."""

import re
from collections.abc import Iterable
from typing import Any

from question_bank.importers.qti.names import truth
from question_bank.importers.report import CannotTake
from question_bank.safe_xml import XmlElement
from scoring.processing.values import CARDINALITIES, TYPES

Declared = dict[str, Any]

_NUMBER_LIST = re.compile(r"\s*,\s*|\s+")
_METHODS = {"": "interpolation", "step": "interpolation", "linear": "linear"}
_FIX_TYPE = "give every variable a base type of QTI"


def responses_of(item: XmlElement) -> dict[str, Declared]:
    """The response declarations of an item, by identifier."""
    return {_id(one): _response(one) for one in item.elements("responseDeclaration")}


def outcomes_of(holder: XmlElement) -> dict[str, Declared]:
    """The outcome declarations of an item or a test, by identifier."""
    return {_id(one): _outcome(one) for one in holder.elements("outcomeDeclaration")}


def templates_of(item: XmlElement) -> dict[str, Declared]:
    """The template declarations of an item, by identifier."""
    return {
        _id(one): _declared(one)
        for one in item.elements("templateDeclaration", "contextDeclaration")
    }


def base_type(element: XmlElement, default: str = "") -> str:
    """The base type of an element; some tools write directed-pair for directedPair."""
    given = element.attributes.get("baseType", default).strip()
    return {"directed-pair": "directedPair", "int-or-identifier": "intOrIdentifier"}.get(
        given, given
    )


def coordinates(text: str) -> list[int]:
    """The whole numbers of `coords`; halves go up.

    Raises:
        CannotTake: something else, such as percentages of a size that may change.
    """
    found = []
    for one in _NUMBER_LIST.split(text.strip()):
        if one and not re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,6})?", one):
            raise CannotTake(f"coordinates {text[:60]!r} are no numbers", "give them in pixels")
        if one:
            found.append(int((float(one) + 0.5) // 1))
    return found


def table_of(element: XmlElement) -> Declared:
    """A match or interpolation table."""
    if element.name == "matchTable":
        entries = [
            [one.attributes.get("sourceValue", ""), one.attributes.get("targetValue", ""), True]
            for one in element.elements("matchTableEntry")
        ]
        kind = "match"
    else:
        entries = [
            [
                one.attributes.get("sourceValue", ""),
                one.attributes.get("targetValue", ""),
                truth(one, "includeBoundary", default=True),
            ]
            for one in element.elements("interpolationTableEntry")
        ]
        kind = _interpolation(element)
    return {"kind": kind, "entries": entries, "default": element.attributes.get("defaultValue")}


def _interpolation(element: XmlElement) -> str:
    """Steps, as QTI has it, or straight lines between the entries, where one dialect says so."""
    method = element.attributes.get("interpolationMethod", "").strip()
    if method not in _METHODS:
        raise CannotTake(f"interpolation {method[:40]!r} is not known", "leave the method out")
    return _METHODS[method]


def _id(element: XmlElement) -> str:
    identifier = element.attributes.get("identifier", "").strip()
    if not identifier or len(identifier) > 200:
        raise CannotTake("a declaration has no identifier", "name every variable")
    return identifier


def _declared(element: XmlElement) -> Declared:
    cardinality = element.attributes.get("cardinality", "single")
    # Only a record may leave its type out; what some tools leave out besides is text.
    type_name = base_type(element, "string")
    if cardinality not in CARDINALITIES or type_name not in TYPES:
        message = f"variable {_id(element)} is of type {cardinality[:20]} {type_name[:20]}"
        raise CannotTake(message, _FIX_TYPE)
    declared: Declared = {"type": type_name, "cardinality": cardinality}
    default = _values(element.elements("defaultValue"))
    if default is None and "defaultValue" in element.attributes:
        default = [element.attributes["defaultValue"]]
    if default and cardinality != "record":
        declared["default"] = default
    return declared


def _response(element: XmlElement) -> Declared:
    declared = _declared(element)
    correct = _values(element.elements("correctResponse"))
    if correct and declared["cardinality"] != "record":  # its fields have no texts of their own
        declared["correct"] = correct
    mapping, areas = element.first("mapping"), element.first("areaMapping")
    if mapping is not None:
        declared["mapping"] = _mapping(mapping)
    if areas is not None:
        declared["areas"] = _bounds(areas) | {
            "entries": [
                [
                    one.attributes.get("shape", "default"),
                    coordinates(one.attributes.get("coords", "")),
                    one.attributes.get("mappedValue", "0").strip(),
                ]
                for one in areas.elements("areaMapEntry")
            ]
        }
    return declared


def _mapping(mapping: XmlElement) -> Declared:
    # Of the mapping as a whole, attention to case is one player's dialect.
    is_case_sensitive = truth(mapping, "caseSensitive", default=True)
    return _bounds(mapping) | {
        "entries": [
            [
                one.attributes.get("mapKey", ""),
                one.attributes.get("mappedValue", "0").strip(),
                truth(one, "caseSensitive", default=is_case_sensitive),
            ]
            for one in mapping.elements("mapEntry")
        ]
    }


def _outcome(element: XmlElement) -> Declared:
    declared = _declared(element)
    mapping = element.first("mapping")  # only for mapOutcome, of one player's dialect
    if mapping is not None:
        declared["mapping"] = _mapping(mapping)
    for one in element.elements("matchTable", "interpolationTable"):
        declared["table"] = table_of(one)
    if element.attributes.get("normalMaximum"):
        declared["most"] = element.attributes["normalMaximum"].strip()
    if element.attributes.get("externalScored"):
        declared["judged"] = True
    return declared


def _bounds(mapping: XmlElement) -> Declared:
    return {
        "default": mapping.attributes.get("defaultValue", "0").strip(),
        "lower_bound": mapping.attributes.get("lowerBound"),
        "upper_bound": mapping.attributes.get("upperBound"),
    }


def _values(holders: Iterable[XmlElement]) -> list[str] | None:
    """The texts of the first holder's values; None where there is none."""
    for holder in holders:
        return [value_text(one) for one in holder.elements("value")]
    return None


def value_text(element: XmlElement) -> str:
    """The text of a value, without the white space of a file that is laid out over lines."""
    text = element.text()
    return text.strip() if "\n" in text else text
