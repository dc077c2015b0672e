"""Our responses as values of response variables, and QTI's response values as our responses."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from scoring.processing.values import Maybe, Value, decimal, read, scalar, single
from scoring.response import (
    Choice,
    Choices,
    Match,
    Nothing,
    Number,
    Order,
    Pairs,
    Points,
    Record,
    Response,
    SingleResponse,
    Text,
    Texts,
    record,
)

Declarations = Mapping[str, Mapping[str, Any]]


def bind(responses: Declarations, response: Response) -> dict[str, Maybe]:
    """The value of every response variable.

    A response that is no record is that of the only variable. What is not of the variable's type,
    such as letters where a number was asked, is NULL.
    """
    given: Mapping[str, Response] = {}
    if isinstance(response, Record):
        given = dict(response.responses)
    elif len(responses) == 1:
        given = dict.fromkeys(responses, response)
    return {name: _value(one, given.get(name, Nothing())) for name, one in responses.items()}


def response_of(responses: Declarations, given: Mapping[str, object]) -> Response:
    """Response values as QTI results report them, as one of our responses.

    Args:
        responses: the declarations of a program.
        given: by name of the variable, a list of texts, or one text, number or truth value; None
            for no response.
    """
    found = {
        name: _response(declared, _texts(given.get(name))) for name, declared in responses.items()
    }
    if len(responses) == 1:
        return next(iter(found.values()))
    return record(found)


def _texts(given: object) -> list[str]:
    if given is None:
        return []
    if isinstance(given, bool):
        return ["true" if given else "false"]
    if isinstance(given, list | tuple):
        return [text for one in given for text in _texts(one)]
    return [decimal(given)] if isinstance(given, Fraction) else [str(given)]


def _response(declared: Mapping[str, Any], texts: list[str]) -> SingleResponse:
    type_name, cardinality = declared["type"], declared["cardinality"]
    if not texts:
        return Nothing()
    if type_name == "point":
        points = [scalar("point", text) for text in texts]
        return Points(frozenset(point for point in points if point is not None))
    if type_name in ("pair", "directedPair"):
        pairs = [scalar(type_name, text) for text in texts]
        there = frozenset(pair for pair in pairs if pair is not None)
        return Pairs(there) if type_name == "pair" else Match(there)
    if cardinality in ("single", "record"):
        return _single(type_name, texts[0] if len(texts) == 1 else "\n".join(texts))
    if type_name == "identifier":
        return Order(tuple(texts)) if cardinality == "ordered" else Choices(frozenset(texts))
    return Texts(tuple(texts))


def _single(type_name: str, text: str) -> SingleResponse:
    if type_name in ("identifier", "boolean", "intOrIdentifier"):
        return Choice(text) if text else Nothing()
    if type_name in ("integer", "float"):
        found = scalar("float", text)
        if isinstance(found, Fraction):
            return Number(found)
    return Text(text) if text else Nothing()


def _value(declared: Mapping[str, Any], response: Response) -> Maybe:
    type_name, cardinality = declared["type"], declared["cardinality"]
    if cardinality == "record":
        return _number_record(response)
    texts = list(_lexical(response))
    if cardinality == "multiple" and type_name != "string":
        texts.sort()
    return read(type_name, cardinality, texts)


def _lexical(response: Response) -> Iterable[str]:
    match response:
        case Choice(option):
            return (option,)
        case Choices(options) | Order(options):
            return options
        case Match(pairs) | Pairs(pairs):
            return (f"{one} {other}" for one, other in pairs)
        case Points(points):
            return (f"{x} {y}" for x, y in points)
        case Number(value):
            return (decimal(value),)
        case Text(text):
            return (text,)
        case Texts(texts):
            return texts
        case Nothing() | Record():
            return ()


def _number_record(response: Response) -> Maybe:
    """The record of a number that was typed: its text, its value, and how it was written."""
    text = next(iter(_lexical(response)), "")
    if not text:
        return None
    fields: dict[str, Maybe] = {"stringValue": single("string", text)}
    value = scalar("float", text)
    if isinstance(value, Fraction):
        plain, _, exponent = text.strip().lower().partition("e")
        whole, point, decimals = plain.lstrip("+-").partition(".")
        fields["floatValue"] = single("float", value)
        fields["leftDigits"] = single("integer", len(whole))
        fields["rightDigits"] = single("integer", len(decimals))
        # Decimal places of the number itself: 1.23e2 has none, 1.23e-2 has four.
        fields["ndp"] = single("integer", max(0, len(decimals) - int(exponent or "0")))
        figures = len((whole + decimals).lstrip("0"))
        if not point and value.denominator == 1:
            fields["integerValue"] = single("integer", int(value))
        fields["nsf"] = single("integer", figures)
        if exponent:
            fields["exponent"] = single("integer", int(exponent))
    return Value("string", "record", tuple(sorted(fields.items())))
