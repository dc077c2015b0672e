"""Responses to try an item with: blank, its key, all around its edges, and what is wrong."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, islice, permutations

from question_bank.item import Interaction, Item, interactions_of
from scoring.area import Area
from scoring.processing.program import load, nodes_of
from scoring.response import (
    Choice,
    Choices,
    MalformedResponse,
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
    parse_number,
    record,
)
from scoring.rule import (
    AreaRule,
    KeyRule,
    NumberRule,
    ProcessingRule,
    Rule,
    SumRule,
    TextRule,
)

TRIAL_LIMIT = 300
SMALL = Fraction(1, 1000)
_SELECTING = frozenset({"choices", "hot_text", "hotspot"})


def responses_to(item: Item) -> Iterator[Response]:
    """The trials of an item."""
    asked = interactions_of(item)
    if item.kind != "composite":
        yield from islice(_trials(asked[0], item.rule), TRIAL_LIMIT)
        return
    rules = {one.name: _part(item.rule, one.name) for one in asked}
    listed = {one.name: list(islice(_trials(one, rules[one.name]), TRIAL_LIMIT)) for one in asked}
    for name, trials in listed.items():
        for place, trial in enumerate(trials):
            yield record({name: trial})
            yield record({other: more[place % len(more)] for other, more in listed.items()})


def _part(rule: Rule, name: str) -> Rule:
    return rule.parts.get(name, rule) if isinstance(rule, SumRule) else rule


def _trials(one: Interaction, rule: Rule) -> Iterator[SingleResponse]:
    yield Nothing()
    if isinstance(rule, KeyRule) and not isinstance(rule.key, Record):
        yield rule.key
    options = [option.id for option in one.options]
    targets = [target.id for target in one.targets]
    match one.kind:
        case "choice" | "inline_choice":
            yield from map(Choice, options)
        case kind if kind in _SELECTING:
            yield from map(Choice, options)
            sizes = range(1, len(options) + 1)
            yield from (
                Choices(frozenset(some)) for size in sizes for some in combinations(options, size)
            )
        case "order":
            yield from map(Order, permutations(options))
        case "associate":
            pairs = list(combinations(sorted(options), 2))
            yield from (Pairs(frozenset(some)) for n in (1, 2) for some in combinations(pairs, n))
        case "match" | "gap_match":
            both = [(option, target) for option in options for target in targets]
            yield from (Match(frozenset(some)) for n in (1, 2, 3) for some in combinations(both, n))
        case "number" | "slider":
            yield from map(Number, _numbers(rule))
        case "points":
            yield from (Points(frozenset({point})) for point in _places(rule))
        case _:
            yield from map(Text, _texts(rule))


def _numbers(rule: Rule) -> Iterator[Fraction]:
    yield Fraction(-999)
    near = [(rule.target, rule.tolerance)] if isinstance(rule, NumberRule) else []
    near += [(number, Fraction(0)) for number in _literal_numbers(rule)]
    for target, tolerance in near:
        for edge in (target - tolerance, target, target + tolerance):
            yield from (edge - SMALL, edge, edge + SMALL)


def _literal_numbers(rule: Rule) -> Iterator[Fraction]:
    for text in _literals(rule):
        try:
            yield parse_number(text)
        except MalformedResponse:
            continue


def _texts(rule: Rule) -> Iterator[str]:
    yield "zzz"
    accepted = [text for text, _ in rule.accepted] if isinstance(rule, TextRule) else []
    for text in [*accepted, *_literals(rule)]:
        for filling in ("", "x yz"):
            filled = text.replace("*", filling)
            yield from (filled, filled.upper(), filled.lower(), filled + "q", "q" + filled)


def _literals(rule: Rule) -> list[str]:
    """Keys and values that a program compares with."""
    if not isinstance(rule, ProcessingRule):
        return []
    document = load(rule.program)
    found = [node[1]["value"] for node in nodes_of(document["process"]) if node[0] == "baseValue"]
    for declared in document["responses"].values():
        found += declared.get("correct", ())
        found += [key for key, _, _ in declared.get("mapping", {}).get("entries", ())]
    return [str(text) for text in dict.fromkeys(found)]


def _places(rule: Rule) -> Iterator[tuple[int, int]]:
    yield (0, 0)
    areas = [area for area, _ in rule.areas] if isinstance(rule, AreaRule) else []
    for area in areas:
        yield from _corners(area)


def _corners(area: Area) -> Iterator[tuple[int, int]]:
    for x, y in zip(area.coords[::2], area.coords[1::2], strict=False):
        yield from ((x, y), (x + 1, y + 1), (max(x - 1, 0), max(y - 1, 0)))
