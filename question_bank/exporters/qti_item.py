"""An item as an assessmentItem: declarations, body, processing; in QTI 2.2 or 3.0."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from question_bank.exporters.export import CannotWrite
from question_bank.exporters.qti_body import attributes, body_of, stimulus_body
from question_bank.exporters.qti_names import QTI_30, document
from question_bank.exporters.qti_rules import SCORE, is_standard, program_of
from question_bank.item import ONLY, Item, Stimulus
from question_bank.rich_text import Element, Node
from scoring.rule import ProcessingRule

MATCH_CORRECT = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"
MATCH_CORRECT_3 = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"

_OURS = frozenset({"trim", "toAscii", "parseCommaDecimal", "record", "lookupTable"})


def item_document(
    item: Item, version: str, src: Callable[[str], str], stimulus_path: str = ""
) -> str:
    """The document of an item.

    Args:
        item: to be written.
        version: "2.2" or "3.0".
        src: where the document finds a picture or recording, by its name.
        stimulus_path: where it finds its stimulus, if it has one.

    Raises:
        CannotWrite: QTI has no words for something in it.
    """
    program = program_of(item)
    children: list[Node] = [_response(name, one) for name, one in program["responses"].items()]
    children += [_outcome(name, one) for name, one in program["outcomes"].items()]
    if program.get("templates"):
        raise CannotWrite("its program has template variables, whose values were drawn already")
    if item.stimulus is not None:
        identifier = attributes(identifier=item.stimulus.id, href=stimulus_path)
        children.append(Element("assessmentStimulusRef", identifier))
    children.append(body_of(item, src))
    if program["process"]:
        is_plain = not isinstance(item.rule, ProcessingRule)
        template = is_standard(program["process"], ONLY) if is_plain else ""
        children.append(_processing(program["process"], template, version))
    given = attributes(identifier=item.id, title=item.topic, adaptive=False, timeDependent=False)
    return document(Element("assessmentItem", given, tuple(children)), version)


def stimulus_document(stimulus: Stimulus, version: str, src: Callable[[str], str]) -> str:
    """The document of a stimulus."""
    body = stimulus_body(stimulus, src)
    given = attributes(identifier=stimulus.id, title=stimulus.id)
    return document(Element("assessmentStimulus", given, (body,)), version)


def _processing(process: Sequence[Any], template: str, version: str) -> Element:
    if template:
        address = MATCH_CORRECT_3 if version == QTI_30 else MATCH_CORRECT
        return Element("responseProcessing", attributes(template=address))
    return Element("responseProcessing", (), tuple(_statement(node) for node in process))


def _response(name: str, declared: Mapping[str, Any]) -> Element:
    children: list[Node] = []
    if "correct" in declared:
        children.append(Element("correctResponse", (), _values(declared["correct"])))
    for key, tag, entry in (("mapping", "mapping", _entry), ("areas", "areaMapping", _area)):
        if key in declared:
            children.append(_mapping(tag, declared[key], entry))
    return Element("responseDeclaration", _declared(name, declared), tuple(children))


def _outcome(name: str, declared: Mapping[str, Any]) -> Element:
    if "table" in declared:
        raise CannotWrite("its program looks values up in a table")
    most = attributes(normalMaximum=declared.get("most")) if name == SCORE else ()
    judged = attributes(externalScored="human") if declared.get("judged") else ()
    default: tuple[Node, ...] = ()
    if "default" in declared:
        default = (Element("defaultValue", (), _values(declared["default"])),)
    return Element("outcomeDeclaration", _declared(name, declared) + most + judged, default)


def _declared(name: str, declared: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return attributes(
        identifier=name, cardinality=declared["cardinality"], baseType=declared["type"]
    )


def _values(texts: Sequence[str]) -> tuple[Node, ...]:
    return tuple(Element("value", (), (text,)) for text in texts)


def _mapping(
    tag: str, mapping: Mapping[str, Any], entry: Callable[[Sequence[Any]], Element]
) -> Element:
    given = attributes(
        defaultValue=mapping["default"],
        lowerBound=mapping["lower_bound"],
        upperBound=mapping["upper_bound"],
    )
    return Element(tag, given, tuple(entry(one) for one in mapping["entries"]))


def _entry(entry: Sequence[Any]) -> Element:
    key, points, is_case_sensitive = entry
    sensitive = None if is_case_sensitive else False
    given = attributes(mapKey=key, mappedValue=points, caseSensitive=sensitive)
    return Element("mapEntry", given)


def _area(entry: Sequence[Any]) -> Element:
    shape, coords, points = entry
    placed = attributes(shape=shape, coords=",".join(map(str, coords)), mappedValue=points)
    return Element("areaMapEntry", placed)


def _statement(node: Sequence[Any]) -> Element:
    name, given, inner = node
    match name:
        case "condition":
            branches = [_branch(one, place) for place, one in enumerate(inner)]
            return Element("responseCondition", (), tuple(branches))
        case "block":
            return Element("responseProcessingFragment", (), tuple(map(_statement, inner)))
        case "exit":
            return Element("exitResponse")
        case "setOutcomeValue":
            return Element(name, attributes(**given), tuple(map(_expression, inner)))
        case _:
            raise CannotWrite(f"its program sets something else than an outcome ({name})")


def _branch(node: Sequence[Any], place: int) -> Element:
    name, _, inner = node
    if name == "else":
        return Element("responseElse", (), tuple(map(_statement, inner)))
    tag = "responseElseIf" if place else "responseIf"
    return Element(tag, (), (_expression(inner[0]), *map(_statement, inner[1:])))


def _expression(node: Sequence[Any]) -> Element:
    name, given, inner = node
    if name in _OURS:
        raise CannotWrite(f"its program uses {name}, which is another player's own")
    if name == "baseValue":
        return Element(name, attributes(baseType=given["type"]), (str(given["value"]),))
    written = {key: _written(value) for key, value in given.items()}
    return Element(name, attributes(**written), tuple(map(_expression, inner)))


def _written(value: Any) -> object:
    """An attribute as QTI writes it: lists with spaces, variables by their names."""
    match value:
        case list():
            return " ".join(str(_written(one)) for one in value)
        case {"variable": name}:
            return name
        case _:
            return value
