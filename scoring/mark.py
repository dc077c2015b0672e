"""The only place where points are born: mark(rule, response), exact and total."""

import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from scoring.response import (
    Choice,
    Choices,
    Match,
    Nothing,
    Number,
    Order,
    Response,
    Text,
    is_blank,
)
from scoring.rule import ZERO, KeyRule, MappingRule, NumberRule, OptionPoints, Rule, TextRule


def mark(rule: Rule, response: Response) -> Fraction:
    """The points that a response earns under a rule.

    Never raises: a response of another kind than the rule asks for earns what a wrong one earns,
    one that holds nothing earns what blank earns.
    """
    if is_blank(response):
        return rule.blank
    match rule:
        case KeyRule():
            return rule.right if response == rule.key else rule.wrong
        case OptionPoints():
            if not isinstance(response, Choice):
                return ZERO
            return rule.points.get(response.option, ZERO)
        case MappingRule():
            return _mapped(rule, response)
        case NumberRule():
            return rule.right if _is_near(rule, response) else rule.wrong
        case TextRule():
            return _worded(rule, response)


def highest(rule: Rule) -> Fraction:
    """The most points that any response can earn; of a mapping, any response it names."""
    match rule:
        case KeyRule() | NumberRule():
            return max(rule.right, rule.wrong, rule.blank)
        case OptionPoints():
            return max(ZERO, rule.blank, *rule.points.values())
        case MappingRule():
            gains = [points for points in rule.entries.values() if points > 0]
            best = sum(gains, ZERO) if gains else max([rule.default, *rule.entries.values()])
            return max(_bounded(rule, best), rule.blank)
        case TextRule():
            return max(rule.wrong, rule.blank, *(points for _, points in rule.accepted))


def lowest(rule: Rule) -> Fraction:
    """The fewest points that any response can earn; of a mapping, any response it names."""
    match rule:
        case KeyRule() | NumberRule():
            return min(rule.right, rule.wrong, rule.blank)
        case OptionPoints():
            return min(ZERO, rule.blank, *rule.points.values())
        case MappingRule():
            losses = [points for points in rule.entries.values() if points < 0]
            worst = sum(losses, ZERO) if losses else min([rule.default, *rule.entries.values()])
            return min(_bounded(rule, worst), rule.blank)
        case TextRule():
            return min(rule.wrong, rule.blank, *(points for _, points in rule.accepted))


def _mapped(rule: MappingRule, response: Response) -> Fraction:
    earned = (rule.entries.get(value, rule.default) for value in set(_values(response)))
    return _bounded(rule, sum(earned, ZERO))


def _values(response: Response) -> Iterable[str]:
    match response:
        case Choice(option):
            return (option,)
        case Choices(options) | Order(options):
            return options
        case Match(pairs):
            return (f"{option} {target}" for option, target in pairs)
        case Text(text):
            return (text,)
        case Number(value):
            return (str(value),)
        case Nothing():
            return ()


def _bounded(rule: MappingRule, total: Fraction) -> Fraction:
    if rule.lower_bound is not None:
        total = max(total, rule.lower_bound)
    if rule.upper_bound is not None:
        total = min(total, rule.upper_bound)
    return total


def _is_near(rule: NumberRule, response: Response) -> bool:
    return isinstance(response, Number) and abs(response.value - rule.target) <= rule.tolerance


def _worded(rule: TextRule, response: Response) -> Fraction:
    if not isinstance(response, Text):
        return rule.wrong
    given = _plain(response.text, case_sensitive=rule.case_sensitive)
    for accepted, points in rule.accepted:
        if _fits(_plain(accepted, case_sensitive=rule.case_sensitive), given):
            return points
    return rule.wrong


def _fits(accepted: str, given: str) -> bool:
    """Whether the text is what is accepted, where `*` stands for any run of characters.

    The earliest place for each piece leaves the most room for the next, so one pass is enough. A
    regular expression would try every division: four stars on 300 letters took eleven seconds.
    """
    first, *middle = accepted.split("*")
    if not middle:
        return given == accepted
    last = middle.pop()
    position, end = len(first), len(given) - len(last)
    if position > end or not (given.startswith(first) and given.endswith(last)):
        return False
    for piece in middle:
        found = given.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _plain(text: str, *, case_sensitive: bool) -> str:
    joined = " ".join(unicodedata.normalize("NFC", text).split())
    return joined if case_sensitive else joined.casefold()
