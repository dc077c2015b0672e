"""The only place where points are born: mark(rule, response), exact and total."""

import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from scoring.area import holds
from scoring.processing import is_judged, score
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
    Text,
    Texts,
    is_blank,
)
from scoring.rule import (
    ZERO,
    AreaRule,
    ContentSealed,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    ProcessingRule,
    Rule,
    SealedRule,
    SumRule,
    TextRule,
)


def mark(rule: Rule, response: Response) -> Fraction:
    """The points that a response earns under a rule.

    A response of another kind than the rule asks for earns what a wrong one earns, one that holds
    nothing earns what blank earns. Where people judge, it is zero until their marks are recorded;
    `awaits_people` tells.

    Raises:
        ContentSealed: the rule is still sealed. For any other rule nothing is ever raised.
    """
    if isinstance(rule, SumRule):
        return _added(rule, response)
    if isinstance(rule, ProcessingRule):
        return score(rule.program, response)
    given = _only(response) if isinstance(response, Record) else response
    return rule.blank if is_blank(given) else _earned(rule, given)


def awaits_people(rule: Rule) -> bool:
    """Whether people must judge, so that what `mark` gives is not the whole mark."""
    match rule:
        case JudgedRule():
            return True
        case SumRule(parts):
            return any(map(awaits_people, parts.values()))
        case ProcessingRule(program):
            return is_judged(program)
        case _:
            return False


def highest(rule: Rule) -> Fraction:
    """The most points that any response can earn; of a mapping, any response it names."""
    match rule:
        case KeyRule() | NumberRule():
            return max(rule.right, rule.wrong, rule.blank)
        case OptionPoints():
            return max(ZERO, rule.blank, *rule.points.values())
        case MappingRule() | AreaRule():
            known = _known(rule)
            gains = [points for points in known if points > 0]
            best = sum(gains, ZERO) if gains else max([rule.default, *known])
            return max(_bounded(rule, best), rule.blank)
        case TextRule():
            return max(rule.wrong, rule.blank, *(points for _, points in rule.accepted))
        case JudgedRule() | ProcessingRule() | SealedRule():
            return rule.highest
        case SumRule(parts):
            return sum(map(highest, parts.values()), ZERO)


def lowest(rule: Rule) -> Fraction:
    """The fewest points that any response can earn; of a mapping, any response it names."""
    match rule:
        case KeyRule() | NumberRule():
            return min(rule.right, rule.wrong, rule.blank)
        case OptionPoints():
            return min(ZERO, rule.blank, *rule.points.values())
        case MappingRule() | AreaRule():
            known = _known(rule)
            losses = [points for points in known if points < 0]
            worst = sum(losses, ZERO) if losses else min([rule.default, *known])
            return min(_bounded(rule, worst), rule.blank)
        case TextRule():
            return min(rule.wrong, rule.blank, *(points for _, points in rule.accepted))
        case JudgedRule():
            return min(ZERO, rule.blank)
        case ProcessingRule() | SealedRule():
            return rule.lowest
        case SumRule(parts):
            return sum(map(lowest, parts.values()), ZERO)


def _earned(rule: Rule, response: Response) -> Fraction:
    """The points of a response that holds something."""
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
        case AreaRule():
            return _hit(rule, response)
        case JudgedRule():
            return ZERO
        case SealedRule():
            raise ContentSealed
        case SumRule() | ProcessingRule():
            raise AssertionError("marked as a whole")


def _added(rule: SumRule, response: Response) -> Fraction:
    """What the parts earn together; a response that is no record is that of the only part."""
    if not isinstance(response, Record) and len(rule.parts) == 1:
        return sum((mark(part, response) for part in rule.parts.values()), ZERO)
    given = response if isinstance(response, Record) else Record(())
    return sum((mark(part, given.get(name)) for name, part in rule.parts.items()), ZERO)


def _only(given: Record) -> Response:
    """A record of one response stands for this response; any other fits no rule of one."""
    if not given.responses:
        return Nothing()
    return given.responses[0][1] if len(given.responses) == 1 else given


def _known(rule: MappingRule | AreaRule) -> list[Fraction]:
    if isinstance(rule, MappingRule):
        return list(rule.entries.values())
    return [points for _, points in rule.areas]


def _hit(rule: AreaRule, response: Response) -> Fraction:
    if not isinstance(response, Points):
        return _bounded(rule, ZERO)
    hit: set[int] = set()
    total = ZERO
    for point in response.points:
        index = next((i for i, (one, _) in enumerate(rule.areas) if holds(one, point)), None)
        if index is None:
            total += rule.default
        elif index not in hit:
            hit.add(index)
            total += rule.areas[index][1]
    return _bounded(rule, total)


def _mapped(rule: MappingRule, response: Response) -> Fraction:
    earned = (rule.entries.get(value, rule.default) for value in set(_values(response)))
    return _bounded(rule, sum(earned, ZERO))


def _values(response: Response) -> Iterable[str]:
    match response:
        case Choice(option):
            return (option,)
        case Choices(options) | Order(options):
            return options
        case Match(pairs) | Pairs(pairs):
            return (f"{one} {other}" for one, other in pairs)
        case Text(text):
            return (text,)
        case Number(value):
            return (str(value),)
        case Points(points):
            return (f"{x} {y}" for x, y in points)
        case Texts(texts):
            return texts
        case Nothing() | Record():
            return ()


def _bounded(rule: MappingRule | AreaRule, total: Fraction) -> Fraction:
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
