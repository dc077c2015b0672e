"""An item as the fields of a form, and the fields of a form as an item. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from question_bank.importers.admission import MOST_OPTIONS, faults
from question_bank.item import Image, Item, Option, Settings
from question_bank.rich_text import PLAIN
from scoring.response import Choice, Choices, MalformedResponse, Match, Number, Order, parse_number
from scoring.rule import (
    JudgedRule,
    KeyRule,
    NumberRule,
    OptionPoints,
    Rule,
    TextRule,
)

KINDS = ("choice", "choices", "number", "text", "order", "match", "slider", "essay")
"""Kinds that the form can write; the others come as files."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LEAST_ROWS = 5
WITH_ROWS = frozenset({"choice", "choices", "order", "match"})

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Which version of which item a form writes."""

    bank: str
    item_id: str
    version: int


class NoNumber(Exception):
    """A field that must hold a number holds none."""

    code = "no_number"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no number; write 5, 2.5 or 7/2")


def item_of(place: Place, values: Values) -> tuple[Item | None, list[str]]:
    """The item that the fields describe, or None, and everything that is wrong with it."""
    kind = values.get("kind", "")
    if kind not in KINDS:
        return None, [f"kind {kind!r} cannot be written with this form"]
    rows = list(_rows(values)) if kind in WITH_ROWS else []
    try:
        item = Item(
            bank=place.bank,
            id=place.item_id,
            version=place.version,
            section=values.get("section", "").strip(),
            topic=values.get("topic", "").strip(),
            difficulty=values.get("difficulty", ""),
            kind=kind,
            stem=values.get("stem", "").strip(),
            options=tuple(
                Option(LETTERS[i], values.get(f"option_{row}", "").strip(), _image(values, row))
                for i, row in enumerate(rows)
            ),
            targets=tuple(
                Option(f"t-{LETTERS[i]}", values.get(f"target_{row}", "").strip())
                for i, row in enumerate(rows)
                if kind == "match"
            ),
            rule=_rule(kind, values, rows),
            shuffle=values.get("shuffle", "") == "yes",
            image=_image(values, None),
            explanation=values.get("explanation", "").strip(),
            settings=_settings(values) if kind == "slider" else Settings(),
        )
    except NoNumber as error:
        return None, [str(error)]
    return item, faults(item)


def values_of(item: Item) -> dict[str, str]:
    """The fields that describe an item of a kind that the form can write."""
    values = {
        "kind": item.kind,
        "section": item.section,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "stem": item.stem,
        "explanation": item.explanation,
        "shuffle": "yes" if item.shuffle else "",
        "blank": str(item.rule.blank),
        **_image_values(item.image, ""),
    }
    for row, option in enumerate(item.options):
        values |= {f"option_{row}": option.text, **_image_values(option.image, f"_{row}")}
    return values | _rule_values(item)


def blank_values(kind: str) -> dict[str, str]:
    """The fields of an item that is not written yet."""
    points = {"right": "5", "wrong": "0", "blank": "0", "highest": "10", "tolerance": "0"}
    return {"kind": kind, "difficulty": "medium", "shuffle": "yes", **points}


def row_count(values: Values) -> int:
    """How many rows of options a page shows: all that are filled, and one more."""
    return min(MOST_OPTIONS, max(LEAST_ROWS, *(row + 2 for row in _rows(values)), LEAST_ROWS))


def _rows(values: Values) -> Iterator[int]:
    """The rows in which an option or a target is written."""
    for row in range(MOST_OPTIONS):
        names = (f"option_{row}", f"target_{row}", f"picture_{row}")
        if any(values.get(name, "").strip() for name in names):
            yield row


def _rule(kind: str, values: Values, rows: list[int]) -> Rule:
    blank = _number(values, "blank")
    if kind == "choice":
        return _weights([_number(values, f"points_{row}") for row in rows], blank)
    if kind == "essay":
        return JudgedRule(_number(values, "highest"), values.get("criteria", "").strip(), blank)
    right, wrong = _number(values, "right"), _number(values, "wrong")
    ids = LETTERS[: len(rows)]
    match kind:
        case "choices":
            chosen = {ids[i] for i, row in enumerate(rows) if values.get(f"key_{row}") == "yes"}
            return KeyRule(Choices(frozenset(chosen)), right, wrong, blank)
        case "order":
            return KeyRule(Order(tuple(ids)), right, wrong, blank)
        case "match":
            pairs = frozenset((one, f"t-{one}") for one in ids)
            return KeyRule(Match(pairs), right, wrong, blank)
        case "text":
            lines = [line.strip() for line in values.get("accepted", "").splitlines()]
            return TextRule(tuple((line, right) for line in lines if line), False, wrong, blank)  # noqa: FBT003
        case _:
            tolerance = _number(values, "tolerance")
            return NumberRule(_number(values, "key"), tolerance, right, wrong, blank)


def _weights(points: list[Fraction], blank: Fraction) -> Rule:
    """One key when a single option earns something, otherwise the points of each."""
    earning = [i for i, one in enumerate(points) if one]
    if len(earning) == 1 and points[earning[0]] > 0:
        return KeyRule(Choice(LETTERS[earning[0]]), points[earning[0]], Fraction(0), blank)
    return OptionPoints(dict(zip(LETTERS, points, strict=False)), blank)


def _settings(values: Values) -> Settings:
    return Settings(
        lower=_number(values, "lower"), upper=_number(values, "upper"), step=_number(values, "step")
    )


def _number(values: Values, name: str) -> Fraction:
    written = values.get(name, "").strip().replace(",", ".")
    if not written and (name.startswith("points_") or name in ("blank", "wrong", "tolerance")):
        return Fraction(0)
    try:
        return parse_number(written)
    except MalformedResponse as error:
        raise NoNumber(name) from error


def _image(values: Values, row: int | None) -> Image | None:
    suffix = "" if row is None else f"_{row}"
    digest, _, extension = values.get(f"picture{suffix}", "").partition(".")
    if not digest or values.get(f"no_picture{suffix}") == "yes":
        return None
    return Image(digest, extension, values.get(f"alt{suffix}", "").strip())


def _image_values(image: Image | None, suffix: str) -> dict[str, str]:
    return {} if image is None else {f"picture{suffix}": image.name, f"alt{suffix}": image.alt}


def _rule_values(item: Item) -> dict[str, str]:
    rule, ids = item.rule, [option.id for option in item.options]
    match rule:
        case KeyRule(key=Choice(key)):
            return {
                f"points_{row}": str(rule.right if one == key else rule.wrong)
                for row, one in enumerate(ids)
            }
        case OptionPoints(points):
            return {f"points_{row}": str(points[one]) for row, one in enumerate(ids)}
        case JudgedRule():
            return {"highest": str(rule.highest), "criteria": rule.criteria}
    values: dict[str, str] = {}
    if isinstance(rule, KeyRule | NumberRule):
        values = {"right": str(rule.right), "wrong": str(rule.wrong)}
    match rule:
        case KeyRule(key=Choices(keys)):
            return values | {f"key_{row}": "yes" for row, one in enumerate(ids) if one in keys}
        case KeyRule(key=Order(order)):
            texts = {option.id: option.text for option in item.options}
            return values | {f"option_{row}": texts[one] for row, one in enumerate(order)}
        case KeyRule(key=Match(pairs)):
            texts = {target.id: target.text for target in item.targets}
            of = dict(pairs)
            return values | {
                f"target_{row}": texts[of[one]] for row, one in enumerate(ids) if one in of
            }
        case NumberRule():
            bounds = {n: str(getattr(item.settings, n) or 0) for n in ("lower", "upper", "step")}
            return values | bounds | {"key": str(rule.target), "tolerance": str(rule.tolerance)}
        case TextRule(accepted):
            best = max(points for _, points in accepted)
            lines = "\n".join(text for text, _ in accepted)
            return {"accepted": lines, "right": str(best), "wrong": str(rule.wrong)}
        case KeyRule(key=Number(value)):
            return values | {"key": str(value)}
        case _:
            return values


def can_write(item: Item) -> bool:
    """Whether the form holds everything of an item, so that its next version loses nothing.

    The stimulus and a recording are not of the form; who writes the next version carries them on.
    """
    listed = (*item.options, *item.targets)
    plain_settings = Settings(
        lower=item.settings.lower, upper=item.settings.upper, step=item.settings.step
    )
    return (
        item.kind in KINDS
        and item.notation == PLAIN
        and item.settings == plain_settings
        and not any(one.area or one.fixed or one.most is not None for one in listed)
        and not any(target.image for target in item.targets)
        and _is_plain_rule(item)
    )


def _is_plain_rule(item: Item) -> bool:
    match item.rule:
        case TextRule(accepted, case_sensitive):
            return not case_sensitive and len({points for _, points in accepted}) == 1
        case KeyRule(key=Match(pairs)):
            # One row for each option, each with a target of its own.
            targets = {target for _, target in pairs}
            return len(item.options) == len(item.targets) == len(targets) == len(pairs)
        case KeyRule(key=Order()):
            return not any(option.image for option in item.options)
        case KeyRule() | OptionPoints() | NumberRule() | JudgedRule():
            return True
        case _:
            return False
