"""Whether an item that was written and read again is marked as before, option names aside."""

from collections.abc import Iterable, Mapping
from unicodedata import normalize

from question_bank.exporters.trials import responses_to
from question_bank.item import Item, Option
from scoring.mark import mark
from scoring.response import Choice, Choices, Match, Nothing, Order
from scoring.rule import (
    ZERO,
    JudgedRule,
    KeyRule,
    MappingRule,
    OptionPoints,
    ProcessingRule,
    Rule,
    TextRule,
    rule_to_json,
)

Names = Mapping[str, str]


def is_same_marking(before: Item, after: Item) -> bool:
    """Whether both ask the same kind of response and give every response the same points.

    A program is compared by trial: what the item's own key, options and edges earn.
    """
    counts = [(len(item.options), len(item.targets)) for item in (before, after)]
    if before.kind != after.kind or counts[0] != counts[1]:
        return False
    if isinstance(before.rule, ProcessingRule) or isinstance(after.rule, ProcessingRule):
        return all(
            mark(before.rule, response) == mark(after.rule, response)
            for response in responses_to(before)
        )
    options = _places(after.options, before.options)
    targets = _places(after.targets, before.targets)
    mine = {option.id: option.id for option in before.options}
    theirs = {target.id: target.id for target in before.targets}
    return _meaning(before, mine, theirs) == _meaning(after, options, targets)


def _places(after: Iterable[Option], before: Iterable[Option]) -> dict[str, str]:
    """What each option was called before: by what it shows, else by its place."""
    left = list(before)
    found: dict[str, str] = {}
    waiting = []
    for option in after:
        same = [one for one in left if (one.text, one.image) == (option.text, option.image)]
        if same:
            found[option.id] = same[0].id
            left.remove(same[0])
        else:
            waiting.append(option.id)
    return found | {name: one.id for name, one in zip(waiting, left, strict=True)}


def _meaning(item: Item, options: Names, targets: Names) -> object:
    """The rule in a form that is equal when all responses earn the same."""
    rule = item.rule
    match rule:
        case KeyRule(Choice()) | OptionPoints() if item.kind == "choice":
            points = {options[one.id]: mark(rule, Choice(one.id)) for one in item.options}
            return points, mark(rule, Nothing())
        case MappingRule():
            return _mapped(rule, options, targets)
        case JudgedRule(most):
            return most, rule.blank
        case TextRule(accepted, is_sensitive, wrong, blank):
            texts = [
                (" ".join(normalize("NFC", text).split()), points) for text, points in accepted
            ]
            if not is_sensitive:
                texts = [(text.casefold(), points) for text, points in texts]
            return texts, is_sensitive, wrong, blank
        case KeyRule(Choices(chosen)):
            return frozenset(options[name] for name in chosen), _points(rule)
        case KeyRule(Order(ordered)):
            return tuple(options[name] for name in ordered), _points(rule)
        case KeyRule(Match(pairs)):
            return frozenset((options[one], targets[two]) for one, two in pairs), _points(rule)
        case _:
            return rule_to_json(rule)


def _mapped(rule: MappingRule, options: Names, targets: Names) -> object:
    entries = {}
    for name, points in rule.entries.items():
        option, _, target = name.partition(" ")
        if points != ZERO:
            entries[options.get(option, option), targets.get(target, target)] = points
    lowest = sum((points for points in entries.values() if points < 0), ZERO)
    highest = sum((points for points in entries.values() if points > 0), ZERO)
    lower, upper = rule.lower_bound, rule.upper_bound
    return (
        entries,
        rule.default,
        None if lower is None or lower <= lowest else lower,
        None if upper is None or upper >= highest else upper,
        rule.blank,
    )


def _points(rule: Rule) -> object:
    assert isinstance(rule, KeyRule)
    return rule.right, rule.wrong, rule.blank
