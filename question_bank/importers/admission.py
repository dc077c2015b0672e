"""Whether an item may enter the bank: what every importer asks before it takes one.

Importers say where a file is wrong; this says that an item is whole in itself, whatever it was
written in: it can be stored, shown, answered and marked.
"""

from collections.abc import Iterator

from question_bank.item import DIFFICULTIES, KINDS, Image, Item, Option, images_of
from question_bank.yaml_nodes import IDENTIFIER, UNSTORABLE
from scoring.mark import highest, lowest
from scoring.response import Choice, Choices, Match, Order
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, TextRule

LEAST_OPTIONS = 2
MOST_OPTIONS = 26
TEXT_LIMIT = 20_000
ALT_LIMIT = 2_000


def faults(item: Item) -> list[str]:
    """Why an item cannot be taken; empty when it can."""
    return [*_naming(item), *_texts(item), *_options(item), *_marking(item)]


def _naming(item: Item) -> Iterator[str]:
    for what, name in (("bank", item.bank), ("id", item.id), ("section", item.section)):
        if not IDENTIFIER.fullmatch(name):
            yield f"{what} {name[:40]!r} is no identifier (A-Z a-z 0-9 . _ -)"
    if item.version < 1:
        yield "versions are counted from 1"
    if item.kind not in KINDS:
        yield f"kind {item.kind!r} is not one of {', '.join(KINDS)}"
    if item.difficulty not in DIFFICULTIES:
        yield f"difficulty {item.difficulty!r} is not one of {', '.join(DIFFICULTIES)}"


def _texts(item: Item) -> Iterator[str]:
    texts = [item.stem, item.explanation, item.topic]
    shown = [*item.options, *item.targets]
    if item.stimulus is not None:
        texts.append(item.stimulus.text)
    if isinstance(item.rule, TextRule):
        texts += [text for text, _ in item.rule.accepted]
    alts = [image.alt for image in images_of(item)]
    for text in [*texts, *alts, *(option.text for option in shown)]:
        found = UNSTORABLE.search(text)
        if found:
            yield f"a text holds the control character U+{ord(found[0]):04X}"
        if len(text) > TEXT_LIMIT:
            yield f"a text is longer than {TEXT_LIMIT} characters"
    if not item.stem.strip():
        yield "the item has no text"
    if any(not alt.strip() or len(alt) > ALT_LIMIT for alt in alts):
        yield f"a picture needs a text that stands for it, of at most {ALT_LIMIT} characters"


def _options(item: Item) -> Iterator[str]:
    has_options = item.kind not in ("number", "text")
    if has_options != bool(item.options) or (item.kind == "match") != bool(item.targets):
        yield f"an item of kind {item.kind} must not have these options or targets"
    for listed in (item.options, item.targets):
        least = LEAST_OPTIONS if listed is item.options else 1
        if listed and not least <= len(listed) <= MOST_OPTIONS:
            yield f"an item has {least} to {MOST_OPTIONS} options"
        ids = [option.id for option in listed]
        if len(set(ids)) < len(ids) or not all(map(IDENTIFIER.fullmatch, ids)):
            yield "every option needs an identifier of its own"
        if len({_content(option) for option in listed}) < len(listed):
            yield "two options look the same"
        if not all(option.text.strip() or option.image for option in listed):
            yield "an option is empty"


def _content(option: Option) -> tuple[str, Image | None]:
    return " ".join(option.text.split()), option.image


def _marking(item: Item) -> Iterator[str]:
    if not _is_fit(item):
        yield "the rule does not fit the item's kind and options"
    elif highest(item.rule) == lowest(item.rule):
        yield "every response earns the same"


def _is_fit(item: Item) -> bool:
    options = {option.id for option in item.options}
    pairs = {f"{option} {target.id}" for option in options for target in item.targets}
    match item.rule:
        case KeyRule(key=Choice(option)):
            return item.kind == "choice" and option in options
        case KeyRule(key=Choices(chosen)):
            return item.kind == "choices" and chosen <= options and len(chosen) > 0
        case KeyRule(key=Order(ordered)):
            return item.kind == "order" and sorted(ordered) == sorted(options)
        case KeyRule(key=Match(matched)):
            once = len({option for option, _ in matched}) == len(matched) > 0
            return item.kind == "match" and once and {f"{a} {b}" for a, b in matched} <= pairs
        case OptionPoints(points):
            return item.kind == "choice" and points.keys() == options
        case MappingRule(entries):
            known = pairs if item.kind == "match" else options
            is_mapped = item.kind in ("choices", "match")
            return is_mapped and len(entries) > 0 and entries.keys() <= known
        case NumberRule(tolerance=tolerance):
            return item.kind == "number" and tolerance >= 0
        case TextRule(accepted):
            return item.kind == "text" and len(accepted) > 0
        case _:
            return False
