"""Whether an item may enter the bank: what every importer asks before it takes one.

Importers say where a file is wrong; this says that an item is whole in itself, whatever it was
written in: it can be stored, shown, answered and marked.
"""

import re
from collections.abc import Iterator

from question_bank.answers import FORMS
from question_bank.importers.rule_fit import rule_fits
from question_bank.item import (
    DIFFICULTIES,
    KINDS,
    Image,
    Interaction,
    Item,
    Option,
    images_of,
    interactions_of,
    recordings_of,
    rich_texts_of,
)
from question_bank.rich_text import (
    NOTATIONS,
    RICH,
    BadRichText,
    elements_of,
    read_rich,
    words_of,
)
from question_bank.yaml_nodes import IDENTIFIER, UNSTORABLE
from scoring.mark import highest, lowest
from scoring.response import OPTION_LIMIT, RECORD_LIMIT, Choices
from scoring.rule import JudgedRule, KeyRule, TextRule

LEAST_OPTIONS = 2
MOST_OPTIONS = 26
TEXT_LIMIT = 20_000
ALT_LIMIT = 2_000
CANVAS_LIMIT = 20_000

_NAME = re.compile(r"[^\s\x00-\x1f\x7f]{1,100}")
_LISTED = frozenset(
    {"choice", "choices", "order", "match", "associate", "gap_match", "inline_choice", "hot_text",
     "hotspot"}
)  # fmt: skip
_PAIRED = frozenset({"match", "gap_match"})
_ON_PICTURE = frozenset({"hotspot", "points"})
_PLACE_OF = {"gap_match": "gap", "hot_text": "hot"}
# Words in a text and places on a picture may be one alone or very many.
_ANY_COUNT = frozenset({"hot_text", "gap_match", "hotspot", "inline_choice"})


def faults(item: Item) -> list[str]:
    """Why an item cannot be taken; empty when it can."""
    found = [*_naming(item), *_texts(item), *_rich_texts(item)]
    if item.kind in KINDS and not found:
        found += [*_asking(item), *_marking(item)]
    return found


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
    notations = [item.notation, item.stimulus.notation if item.stimulus else item.notation]
    if not set(notations) <= set(NOTATIONS):
        yield f"a notation is one of {', '.join(NOTATIONS)}"


def _texts(item: Item) -> Iterator[str]:
    texts = [item.stem, item.explanation, item.topic]
    for one in interactions_of(item):
        texts += [one.prompt, *(option.text for option in (*one.options, *one.targets))]
    if item.stimulus is not None:
        texts.append(item.stimulus.text)
    if isinstance(item.rule, TextRule):
        texts += [text for text, _ in item.rule.accepted]
    if isinstance(item.rule, JudgedRule):
        texts.append(item.rule.criteria)
    alts = [image.alt for image in images_of(item)]
    transcripts = [audio.transcript for audio in recordings_of(item)]
    for text in [*texts, *alts, *transcripts]:
        found = UNSTORABLE.search(text)
        if found:
            yield f"a text holds the control character U+{ord(found[0]):04X}"
        if len(text) > TEXT_LIMIT:
            yield f"a text is longer than {TEXT_LIMIT} characters"
    if not item.stem.strip():
        yield "the item has no text"
    if any(not alt.strip() or len(alt) > ALT_LIMIT for alt in alts):
        yield f"a picture needs a text that stands for it, of at most {ALT_LIMIT} characters"
    if any(not transcript.strip() for transcript in transcripts):
        yield "a recording needs its words (transcript) for whoever cannot hear it"


def _rich_texts(item: Item) -> Iterator[str]:
    for text in rich_texts_of(item):
        try:
            nodes = read_rich(text)
        except BadRichText as error:
            yield str(error)
            return
        if any(not image.get("alt").strip() for image in elements_of(nodes, "img")):
            yield "a picture in a text needs alt, a text that stands for it"
        if any(not audio.get("label").strip() for audio in elements_of(nodes, "audio")):
            yield "a recording in a text needs label, a text that says what it is"


def _asking(item: Item) -> Iterator[str]:
    if item.kind == "composite":
        yield from _parts(item)
        return
    if item.interactions:
        yield f"an item of kind {item.kind} has no further interactions"
    (only,) = interactions_of(item)
    yield from _interaction(only, item.notation)
    yield from _places(only, item.stem, item.notation)


def _parts(item: Item) -> Iterator[str]:
    names = [one.name for one in item.interactions]
    if not 1 <= len(names) <= RECORD_LIMIT:
        yield f"a composite item has 1 to {RECORD_LIMIT} interactions"
    if len(set(names)) < len(names) or not all(map(_NAME.fullmatch, names)):
        yield "every interaction needs a name of its own"
    if item.options or item.targets:
        yield "options of a composite item stand in its interactions"
    placed = []
    if item.notation == RICH:
        placed = [place.get("name") for place in elements_of(read_rich(item.stem), "place")]
    if placed and sorted(placed) != sorted(names):
        yield "the text must hold one place for each interaction, or none at all"
    for one in item.interactions:
        if one.kind == "composite":
            yield "an interaction is of one kind"
            continue
        yield from (f"{one.name}: {fault}" for fault in _interaction(one, item.notation))
        yield from (f"{one.name}: {fault}" for fault in _places(one, one.prompt, item.notation))


def _interaction(one: Interaction, notation: str) -> Iterator[str]:
    if one.kind not in FORMS:
        yield f"kind {one.kind!r} is not known"
        return
    if (one.kind in _LISTED) != bool(one.options) or (one.kind in _PAIRED) != bool(one.targets):
        yield f"an item of kind {one.kind} must not have these options or targets"
    for listed in (one.options, one.targets):
        least = 1 if listed is one.targets or one.kind in _ANY_COUNT else LEAST_OPTIONS
        most = OPTION_LIMIT if one.kind in _ANY_COUNT else MOST_OPTIONS
        if listed and not least <= len(listed) <= most:
            yield f"an item has {least} to {most} options"
        ids = [option.id for option in listed]
        if len(set(ids)) < len(ids) or not all(map(_NAME.fullmatch, ids)):
            yield "every option needs an identifier of its own"
        # Gaps have no looks of their own, and hot words have them in the text.
        is_seen = one.kind != "hot_text" and not (one.kind == "gap_match" and listed is one.targets)
        if is_seen:
            yield from _looks(listed, notation)
    yield from _settings(one)


def _looks(options: tuple[Option, ...], notation: str) -> Iterator[str]:
    if len({_content(option) for option in options}) < len(options):
        yield "two options look the same"
    for option in options:
        is_shown = option.image or option.area or words_of(option.text, notation).strip()
        if not is_shown and not (notation == RICH and "<img" in option.text):
            yield "an option is empty"
            return


def _content(option: Option) -> tuple[str, Image | None, object]:
    return " ".join(option.text.split()), option.image, option.area


def _settings(one: Interaction) -> Iterator[str]:
    asked = one.settings
    counts = (asked.least, asked.most, asked.length, asked.width, asked.height)
    if min(counts) < 0 or max(asked.width, asked.height) > CANVAS_LIMIT:
        yield f"counts are not negative, and a picture has at most {CANVAS_LIMIT} units a side"
    if asked.most and asked.least > asked.most:
        yield "least is more than most"
    areas = [option.area for option in (*one.options, *one.targets)]
    if one.kind == "hotspot" and None in areas:
        yield "every option of a hotspot lies in an area of the picture"
    if one.kind in _ON_PICTURE or any(areas):
        if one.image is None:
            yield "areas and points need a picture"
        if not (asked.width and asked.height):
            yield "areas and points need the picture's width and height"
    if one.kind == "slider":
        if asked.upper is None or asked.upper <= (asked.lower or 0):
            yield "a slider needs an upper bound above its lower one"
        if asked.step is not None and asked.step <= 0:
            yield "the step of a slider is more than 0"


def _places(one: Interaction, text: str, notation: str) -> Iterator[str]:
    """Gaps and hot words stand in the text, each once; without areas they have no other place."""
    tag = _PLACE_OF.get(one.kind)
    nodes = read_rich(text) if notation == RICH else ()
    found = [place.get("name") for place in elements_of(nodes, "gap", "hot")]
    if tag is None or any(option.area for option in one.targets):
        if found:
            yield f"an item of kind {one.kind} has no gaps and no hot words"
        return
    if [element.tag for element in elements_of(nodes, "gap", "hot")] != [tag] * len(found):
        yield f"the text of a {one.kind} holds <{tag} name=…> alone"
    wanted = one.targets if one.kind == "gap_match" else one.options
    if found != [option.id for option in wanted]:
        yield f"the text must hold <{tag} name=…> for each of them, in this order"


def _marking(item: Item) -> Iterator[str]:
    if not rule_fits(item):
        yield f"the rule does not fit the item's kind and options{_why_unfit(item)}"
    elif highest(item.rule) == lowest(item.rule):
        yield "every response earns the same"


def _why_unfit(item: Item) -> str:
    """What is seen at once: a key of more options than one may choose."""
    match item.rule:
        case KeyRule(Choices(options)) if 0 < item.settings.most < len(options):
            return f": its key holds {len(options)}, and {item.settings.most} may be chosen"
        case _:
            return ""
