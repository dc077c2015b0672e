"""The only place where points are born: mark(rule, response), exact and total."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from scoring.response import Choice, Choices, Match, Nothing, Number, Order, Response, Text
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, Rule, TextRule


def mark(rule: Rule, response: Response) -> Fraction:
    """The points that a response earns under a rule.

    Never raises: a response of another kind than the rule asks for earns what a wrong one earns.
    """
    if isinstance(response, Nothing):
        return rule.blank
    match rule:
        case KeyRule():
            return rule.right if response == rule.key else rule.wrong
        case OptionPoints():
            given = response.option if isinstance(response, Choice) else None
            return rule.points.get(given, Fraction(0)) if given is not None else Fraction(0)
        case MappingRule():
            return _mapped(rule, response)
        case NumberRule():
            return rule.right if _is_near(rule, response) else rule.wrong
        case TextRule():
            return _worded(rule, response)


def highest(rule: Rule) -> Fraction:
    """The most points that any response can earn."""
    match rule:
        case KeyRule() | NumberRule():
            return max(rule.right, rule.wrong, rule.blank)
        case OptionPoints():
            return max(*rule.points.values(), rule.blank)
        case MappingRule():
            gains = [points for points in rule.entries.values() if points > 0]
            return max(_bounded(rule, sum(gains, Fraction(0))), rule.blank)
        case TextRule():
            return max(*(points for _, points in rule.accepted), rule.wrong, rule.blank)


def lowest(rule: Rule) -> Fraction:
    """The fewest points that any response can earn; without a lower bound, of a mapping, of what
    it names."""
    match rule:
        case KeyRule() | NumberRule():
            return min(rule.right, rule.wrong, rule.blank)
        case OptionPoints():
            return min(*rule.points.values(), rule.blank, Fraction(0))
        case MappingRule():
            losses = [points for points in rule.entries.values() if points < 0]
            return min(_bounded(rule, sum(losses, Fraction(0))), rule.blank)
        case TextRule():
            return min(*(points for _, points in rule.accepted), rule.wrong, rule.blank)


def _mapped(rule: MappingRule, response: Response) -> Fraction:
    total = sum(
        (rule.entries.get(value, rule.default) for value in set(_values(response))), Fraction(0)
    )
    return _bounded(rule, total)


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
    if not given:
        return rule.blank
    for accepted, points in rule.accepted:
        pieces = _plain(accepted, case_sensitive=rule.case_sensitive).split("*")
        if re.fullmatch(".*".join(map(re.escape, pieces)), given, re.DOTALL):
            return points
    return rule.wrong


def _plain(text: str, *, case_sensitive: bool) -> str:
    joined = " ".join(unicodedata.normalize("NFC", text).split())
    return joined if case_sensitive else joined.casefold()
