"""Items with places in their text as Moodle writes them: cloze, and words dragged into gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from question_bank.exporters.export import CannotWrite
from question_bank.exporters.moodle_answers import decimal, percent
from question_bank.item import Interaction, Item, Option, Settings
from question_bank.rich_text import RICH, Element, Node, elements_of, read_rich, write_rich
from scoring.mark import highest, mark
from scoring.response import Choice
from scoring.rule import (
    ZERO,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    Rule,
    SumRule,
    TextRule,
)

ALIKE = "Moodle marks every gap alone, all alike"
_ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\~#}="})


def cloze_of(item: Item) -> str:
    """The HTML of the whole question.

    Raises:
        CannotWrite: a place asks something that cloze does not know, or would be marked otherwise.
    """
    rule = item.rule
    if item.notation != RICH or not isinstance(rule, SumRule):
        raise CannotWrite("its interactions have no places in a rich text")
    nodes = read_rich(item.stem)
    placed = {one.get("name") for one in elements_of(nodes, "place")}
    if placed != {one.name for one in item.interactions} or placed != rule.parts.keys():
        raise CannotWrite("its interactions do not all stand in the text")
    places = {one.name: _place(one, rule.parts[one.name]) for one in item.interactions}
    return write_rich(filled(nodes, "place", places))


def gaps_of(item: Item) -> str:
    """The HTML of a gap match, with the number of the right word in each gap.

    Raises:
        CannotWrite: Moodle would mark it otherwise.
    """
    numbers = {gap: f"[[{number}]]" for gap, number in right_numbers(item).items()}
    if item.settings != Settings() or item.image:
        raise CannotWrite(ALIKE)
    return write_rich(filled(read_rich(item.stem), "gap", numbers))


def right_numbers(item: Item) -> dict[str, int]:
    """The number of the right option of every target, where Moodle marks them alike.

    Raises:
        CannotWrite: Moodle would mark it otherwise.
    """
    rule = item.rule
    if not isinstance(rule, MappingRule):
        raise CannotWrite(ALIKE)
    earning = [name.split(" ", 1) for name, points in rule.entries.items() if points != ZERO]
    right = {gap: option for option, gap in earning}
    share = {points for points in rule.entries.values() if points != ZERO}
    is_even = len(share) == 1 and len(earning) == len(right) == len(item.targets)
    if not is_even or rule.default != ZERO or rule.lower_bound or rule.upper_bound:
        raise CannotWrite(ALIKE)
    places = {option.id: place for place, option in enumerate(item.options, start=1)}
    return {target.id: places[right[target.id]] for target in item.targets}


def filled(nodes: Sequence[Node], tag: str, places: Mapping[str, str]) -> list[Node]:
    """The nodes with texts where the elements of a tag stood, by their names."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            found.append(node)
        elif node.tag == tag:
            found.append(places[node.get("name")])
        else:
            found.append(replace(node, children=tuple(filled(node.children, tag, places))))
    return found


def _place(one: Interaction, rule: Rule) -> str:
    if one.prompt or one.image or replace(one.settings, length=0) != Settings():
        raise CannotWrite("a place of a cloze has no prompt, picture or bounds")
    whole = highest(rule)
    if whole.denominator != 1 or whole < 1 or rule.blank != ZERO:
        raise CannotWrite("a place of a cloze earns whole points, and nothing for blank")
    kind, answers = _answers(one, rule, whole)
    weight = _percent_of_boxes if kind.startswith("MR") else _weight
    listed = "~".join(f"{weight(part)}{text.translate(_ESCAPES)}" for text, part in answers)
    return f"{{{whole}:{kind}:{listed}}}"


def _answers(one: Interaction, rule: Rule, whole: Fraction) -> tuple[str, list[tuple[str, str]]]:
    shuffled = "S" if one.shuffle else ""
    match rule:
        case KeyRule(Choice()) | OptionPoints() if one.kind in ("inline_choice", "choice"):
            kind = "MC" if one.kind == "inline_choice" else "MCV"
            parts = [mark(rule, Choice(option.id)) / whole for option in one.options]
            return kind + shuffled, _listed(one.options, parts)
        case MappingRule(entries, default, lower) if (default, lower) == (ZERO, ZERO):
            parts = [entries.get(option.id, ZERO) / whole for option in one.options]
            return f"MR{shuffled}", _listed(one.options, parts)
        case TextRule(accepted, sensitive, wrong) if wrong == ZERO:
            kind = "SAC" if sensitive else "SA"
            return kind, [(text, percent(points / whole)) for text, points in accepted]
        case NumberRule(target, tolerance, _, wrong) if wrong == ZERO:
            return "NM", [(f"{decimal(target)}:{decimal(tolerance)}", "100")]
        case _:
            raise CannotWrite(f"cloze has no such place ({one.kind})")


def _listed(options: Sequence[Option], parts: Sequence[Fraction]) -> list[tuple[str, str]]:
    if any(option.image for option in options):
        raise CannotWrite("the options of a cloze are words alone")
    words = [words_alone(option.text, RICH) for option in options]
    return [(text, percent(part)) for text, part in zip(words, parts, strict=True)]


def words_alone(text: str, notation: str) -> str:
    """The words of a text that is nothing else.

    Raises:
        CannotWrite: it is more.
    """
    if notation != RICH:
        return text
    nodes = read_rich(text)
    if any(isinstance(node, Element) for node in nodes):
        raise CannotWrite("Moodle takes words alone here")
    return "".join(node for node in nodes if isinstance(node, str))


def _weight(part: str) -> str:
    return {"100": "=", "0": ""}.get(part, f"%{part}%")


def _percent_of_boxes(part: str) -> str:
    """Always in percent: where none is, Moodle takes points off for every wrong box."""
    return "" if part == "0" else f"%{part}%"
