"""Whether a rule can mark what an item asks: its names are the item's, its form the asked one."""

from collections.abc import Iterator

from question_bank.answers import FORMS, asks_for_one, fits
from question_bank.item import Interaction, Item, interactions_of
from scoring.processing.program import load
from scoring.response import Nothing, Response, is_blank
from scoring.rule import (
    AreaRule,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    ProcessingRule,
    Rule,
    SumRule,
    TextRule,
)

_MAPPED = frozenset({"choices", "match", "associate", "gap_match", "hot_text", "hotspot"})


def rule_fits(item: Item) -> bool:
    """Whether the rule fits the item's kind and options."""
    if isinstance(item.rule, ProcessingRule):
        return _is_answered(item, item.rule)
    if item.kind != "composite":
        return not isinstance(item.rule, SumRule) and _fits(interactions_of(item)[0], item.rule)
    if not isinstance(item.rule, SumRule):
        return False
    asked = {one.name: one for one in item.interactions}
    parts = item.rule.parts
    return parts.keys() <= asked.keys() and all(
        _fits(asked[name], rule) for name, rule in parts.items()
    )


def _is_answered(item: Item, rule: ProcessingRule) -> bool:
    """Whether a program's variables are what the item asks for."""
    responses = load(rule.program)["responses"]
    if item.kind != "composite":
        return len(responses) == 1
    return all(one.name in responses for one in item.interactions)


def _fits(one: Interaction, rule: Rule) -> bool:
    match rule:
        case KeyRule(key):
            return one.kind not in ("number", "text", "slider") and _is_key(one, key)
        case OptionPoints(points):
            is_single = one.kind in ("choice", "inline_choice") or asks_for_one(one)
            return is_single and points.keys() == {option.id for option in one.options}
        case MappingRule(entries):
            return one.kind in _MAPPED and len(entries) > 0 and entries.keys() <= set(_values(one))
        case NumberRule(tolerance=tolerance):
            return one.kind in ("number", "slider") and tolerance >= 0
        case TextRule(accepted):
            return one.kind == "text" and len(accepted) > 0
        case AreaRule(areas):
            return one.kind == "points" and len(areas) > 0
        case JudgedRule(highest):
            return one.kind in ("essay", "text") and highest > 0
        case ProcessingRule(program):
            return len(load(program)["responses"]) == 1
        case _:
            return False


def _is_key(one: Interaction, key: Response) -> bool:
    """Whether a page could give the key, and it holds something."""
    if isinstance(key, Nothing) or is_blank(key) or not isinstance(key, FORMS[one.kind]):
        return False
    alone = Item(
        bank="", id="", version=1, section="", topic="", difficulty="", stem="",
        kind=one.kind, options=one.options, targets=one.targets, settings=one.settings,
        rule=KeyRule(key),
    )  # fmt: skip
    if one.kind == "order":
        listed = sorted(option.id for option in one.options)
        return sorted(getattr(key, "options", ())) == listed
    return fits(alone, key)


def _values(one: Interaction) -> Iterator[str]:
    """What a mapping can name: options, or pairs as "option target"."""
    options = [option.id for option in one.options]
    if one.kind == "associate":
        yield from (f"{a} {b}" for a in options for b in options if a <= b)
    elif one.targets:
        yield from (f"{option} {target.id}" for option in options for target in one.targets)
    else:
        yield from options
