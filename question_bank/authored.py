"""Items as authors send them: the canonical JSON of an item, with numbers as they were typed.

`read` gives the item and everything that is wrong with it, each with its place in the document
("options/1/text"), so that a page can say it at the field. What no page sends is malformed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.authored_faults import Fault, faults_of
from question_bank.importers.admission import faults
from question_bank.item import Item, item_from_json
from question_bank.rich_text import NOTATIONS
from scoring.area import BadArea, area
from scoring.response import MalformedResponse, parse_number
from scoring.rule import POINTS_LIMIT, MalformedRule, rule_from_json

TEXT_LIMIT = 100_000
LIST_LIMIT = 400

_HALVES = re.compile("[\ud800-\udfff]")
_DIGITS = re.compile(r"[0-9]{1,6}")
_COORDINATE = re.compile(r"-?[0-9]{1,6}")
_WORTH_NOTHING: dict[str, Any] = {
    "kind": "key", "key": None, "right": "0", "wrong": "0", "blank": "0",
}  # fmt: skip


class Malformed(ValueError):
    """No document of an item: no page of ours sends this."""

    code = "malformed"


@dataclass(frozen=True, slots=True)
class Authored:
    """What a document says.

    Args of the kind:
        item: with faults it may be shown but never stored; what could not be read is 0 in it.
        faults: empty when the item may enter the bank.
    """

    item: Item
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Notes:
    found: list[Fault] = field(default_factory=list)

    def add(self, place: str, code: str, **values: str) -> None:
        self.found.append(Fault(place, code, values))


Shape = Callable[[Any, str, _Notes], Any]


def read(document: object, *, bank: str, item_id: str, version: int) -> Authored:
    """The item that a document describes, as this version of this item.

    Raises:
        Malformed: not of the form that a page sends.
    """
    notes = _Notes()
    value = _ITEM(document, "", notes)
    value |= {"bank": bank, "id": item_id, "version": version}
    value["rule"] = _readable_rule(value["rule"], "rule", notes)
    item = item_from_json(value)
    found = [*notes.found, *faults_of(item)]
    if not found:
        found = [Fault("", "other", {"text": text}) for text in faults(item)]
    return Authored(item, tuple(found))


def _readable_rule(value: dict[str, Any], place: str, notes: _Notes) -> dict[str, Any]:
    """The rule, or one that stands for it where it cannot be read, which is noted."""
    if value["kind"] == "sum":
        parts = {
            name: _readable_rule(part, f"{place}/parts/{name}", notes)
            for name, part in value["parts"].items()
        }
        return {"kind": "sum", "parts": parts}
    try:
        rule_from_json(value)
    except MalformedRule as error:
        if value["kind"] == "key":
            notes.add(f"{place}/key", "no_key")
        else:
            notes.add(place, "no_rule", text=str(error))
        return dict(_WORTH_NOTHING)
    return value


def _text(value: Any, place: str, notes: _Notes) -> str:
    del notes
    if not isinstance(value, str) or len(value) > TEXT_LIMIT or _HALVES.search(value):
        raise Malformed(f"{place} is no text")
    return value


def _flag(value: Any, place: str, notes: _Notes) -> bool:
    del notes
    if not isinstance(value, bool):
        raise Malformed(f"{place} is no truth value")
    return value


def _whole(pattern: re.Pattern[str]) -> Shape:
    """A whole number, or what was typed for one; nothing is 0."""

    def read_whole(value: Any, place: str, notes: _Notes) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise Malformed(f"{place} is no whole number")
        typed = str(value).strip() or "0"
        if not pattern.fullmatch(typed):
            notes.add(place, "no_whole_number")
            return 0
        return int(typed)

    return read_whole


def _number(default: str | None) -> Shape:
    """The exact text of a typed number; where nothing was typed the default, without one a fault.

    A comma is a decimal comma.
    """

    def read_number(value: Any, place: str, notes: _Notes) -> str:
        typed = _text(value, place, notes).strip().replace(",", ".")
        if not typed:
            if default is None:
                notes.add(place, "needed")
            return default or "0"
        try:
            return str(parse_number(typed, limit=POINTS_LIMIT))
        except MalformedResponse:
            notes.add(place, "no_number")
            return "0"

    return read_number


def _bound(value: Any, place: str, notes: _Notes) -> str | None:
    """A typed number or none."""
    if value is None or not _text(value, place, notes).strip():
        return None
    found: str = _NUMBER(value, place, notes)
    return found


def _maybe(shape: Shape) -> Shape:
    return lambda value, place, notes: None if value is None else shape(value, place, notes)


def _rows(shape: Shape) -> Shape:
    def read_rows(value: Any, place: str, notes: _Notes) -> list[Any]:
        if not isinstance(value, list) or len(value) > LIST_LIMIT:
            raise Malformed(f"{place} is no list of at most {LIST_LIMIT}")
        return [shape(one, _under(place, str(i)), notes) for i, one in enumerate(value)]

    return read_rows


def _by_name(shape: Shape) -> Shape:
    def read_by_name(value: Any, place: str, notes: _Notes) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > LIST_LIMIT**2:
            raise Malformed(f"{place} is no table")
        return {name: shape(one, _under(place, name), notes) for name, one in value.items()}

    return read_by_name


def _table(needed: Mapping[str, Shape], more: Mapping[str, Shape] | None = None) -> Shape:
    """An object with exactly these fields; those of `more` may be left out."""
    known = {**needed, **(more or {})}

    def read_table(value: Any, place: str, notes: _Notes) -> dict[str, Any]:
        if not isinstance(value, dict) or not needed.keys() <= value.keys() <= known.keys():
            raise Malformed(f"{place or 'the document'} has not the fields {', '.join(known)}")
        return {name: known[name](one, _under(place, name), notes) for name, one in value.items()}

    return read_table


def _row(*shapes: Shape) -> Shape:
    """A list of exactly these."""

    def read_row(value: Any, place: str, notes: _Notes) -> list[Any]:
        if not isinstance(value, list) or len(value) != len(shapes):
            raise Malformed(f"{place} is no list of {len(shapes)}")
        parts = zip(shapes, value, strict=True)
        return [shape(one, _under(place, str(i)), notes) for i, (shape, one) in enumerate(parts)]

    return read_row


def _as_area(found: Sequence[Any], place: str, notes: _Notes) -> list[Any]:
    try:
        checked = area(found[0], found[1])
    except BadArea:
        notes.add(place, "no_area")
        return ["default", []]
    return [checked.shape, list(checked.coords)]


def _area(value: Any, place: str, notes: _Notes) -> list[Any]:
    return _as_area(_row(_text, _COORDINATES)(value, place, notes), place, notes)


def _hit(value: Any, place: str, notes: _Notes) -> list[Any]:
    """An area with its points."""
    shape, coordinates, points = _row(_text, _COORDINATES, _POINTS)(value, place, notes)
    return [*_as_area((shape, coordinates), place, notes), points]


def _notation(value: Any, place: str, notes: _Notes) -> str:
    if _text(value, place, notes) not in NOTATIONS:
        raise Malformed(f"{place} is no notation")
    return str(value)


def _settings(value: Any, place: str, notes: _Notes) -> dict[str, Any]:
    """What says something: counts that are not 0, bounds that were typed."""
    found = _table({}, _SETTINGS)(value, place, notes)
    return {name: one for name, one in found.items() if one not in (None, 0)}


def _rule(value: Any, place: str, notes: _Notes) -> dict[str, Any]:
    if isinstance(value, dict) and value.get("kind") == "sum":
        whole: dict[str, Any] = _SUM(value, place, notes)
        return whole
    return _part(value, place, notes)


def _part(value: Any, place: str, notes: _Notes) -> dict[str, Any]:
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _PARTS:
        raise Malformed(f"{place} is no rule")
    found: dict[str, Any] = _PARTS[kind](value, place, notes)
    return found


def _as_it_is(value: Any, place: str, notes: _Notes) -> Any:
    """Responses and programs: whoever reads the rule judges them."""
    del place, notes
    return value


def _under(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


_COUNT = _whole(_DIGITS)
_COORDINATES = _rows(_whole(_COORDINATE))
_POINTS = _number("0")
_NUMBER = _number(None)
_IMAGE = _table({"digest": _text, "extension": _text, "alt": _text})
_AUDIO = _table({"digest": _text, "extension": _text, "transcript": _text})
_SETTINGS: Mapping[str, Shape] = {
    **dict.fromkeys(("least", "most", "length", "width", "height"), _COUNT),
    **dict.fromkeys(("lower", "upper", "step"), _bound),
}
_OPTION = _table(
    {"id": _text, "text": _text, "image": _maybe(_IMAGE)},
    {"fixed": _flag, "area": _area, "most": _COUNT},
)
_STIMULUS = _table(
    {"id": _text, "text": _text, "image": _maybe(_IMAGE)},
    {"notation": _notation, "audio": _AUDIO},
)
_ASKED: Mapping[str, Shape] = {
    "kind": _text,
    "options": _rows(_OPTION),
    "targets": _rows(_OPTION),
    "shuffle": _flag,
    "image": _maybe(_IMAGE),
}
_INTERACTION = _table({"name": _text, "prompt": _text, "settings": _settings, **_ASKED})
_BOUNDS = {"lower_bound": _bound, "upper_bound": _bound}
_KEPT = {"kind": _text, "blank": _POINTS}
_EARNED = {**_KEPT, "right": _NUMBER, "wrong": _POINTS}
_PARTS: Mapping[str, Shape] = {
    "key": _table({**_EARNED, "key": _as_it_is}),
    "options": _table({**_KEPT, "points": _by_name(_POINTS)}),
    "mapping": _table({**_KEPT, **_BOUNDS, "entries": _by_name(_POINTS), "default": _POINTS}),
    "number": _table({**_EARNED, "target": _NUMBER, "tolerance": _POINTS}),
    "text": _table(
        {
            **_KEPT,
            "wrong": _POINTS,
            "accepted": _rows(_row(_text, _NUMBER)),
            "case_sensitive": _flag,
        }
    ),
    "areas": _table({**_KEPT, **_BOUNDS, "areas": _rows(_hit), "default": _POINTS}),
    "judged": _table({**_KEPT, "highest": _NUMBER, "criteria": _text}),
    "processing": _table(
        {"kind": _text, "program": _as_it_is, "highest": _NUMBER, "lowest": _NUMBER}
    ),
}
_SUM = _table({"kind": _text, "parts": _by_name(_part)})
_ITEM = _table(
    {
        **dict.fromkeys(("section", "topic", "difficulty", "stem", "explanation"), _text),
        **_ASKED,
        "rule": _rule,
        "stimulus": _maybe(_STIMULUS),
    },
    {
        "notation": _notation,
        "audio": _AUDIO,
        "settings": _settings,
        "interactions": _rows(_INTERACTION),
        # The address says these.
        "bank": _text,
        "id": _text,
        "version": _COUNT,
    },
)
