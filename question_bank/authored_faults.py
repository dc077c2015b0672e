"""What keeps an author's item from the bank, each with the place of the field it belongs to.

`importers.admission` is the judge; this says the same beforehand where an author can mend it, in
codes that pages have sentences for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from question_bank.importers.admission import LEAST_OPTIONS, MOST_OPTIONS, TEXT_LIMIT
from question_bank.importers.rule_fit import rule_fits
from question_bank.item import Image, Interaction, Item, Option, interactions_of
from question_bank.rich_text import PLAIN, RICH, BadRichText, elements_of, read_rich, words_of
from question_bank.yaml_nodes import IDENTIFIER
from scoring.mark import highest, lowest
from scoring.response import is_blank
from scoring.rule import AreaRule, KeyRule, MappingRule, Rule, SumRule, TextRule

_LISTED = frozenset({"choice", "choices", "order", "match", "associate", "inline_choice"})
_SHOWN = _LISTED | {"gap_match"}
_ON_PICTURE = frozenset({"hotspot", "points"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend: where in the document, a code, and the values of its sentence."""

    place: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def faults_of(item: Item) -> Iterator[Fault]:
    """Every fault that an author can mend, in the order of the page."""
    yield from _names(item)
    if item.stimulus is not None:
        stimulus = item.stimulus
        if not IDENTIFIER.fullmatch(stimulus.id):
            yield Fault("stimulus/id", "no_identifier")
        if not stimulus.image and not stimulus.audio:
            yield from _needed(stimulus.text, stimulus.notation, "stimulus/text")
        yield from _media(stimulus.text, stimulus.notation, "stimulus/text")
        yield from _alt(stimulus.image, "stimulus/image")
        if stimulus.audio and not stimulus.audio.transcript.strip():
            yield Fault("stimulus/audio/transcript", "no_transcript")
    yield from _needed(item.stem, item.notation, "stem")
    yield from _media(item.stem, item.notation, "stem")
    yield from _media(item.explanation, item.notation, "explanation")
    yield from _alt(item.image, "image")
    if item.audio and not item.audio.transcript.strip():
        yield Fault("audio/transcript", "no_transcript")
    found = [*_asked(item)]
    yield from found
    if not found and not isinstance(item.rule, SumRule) and not rule_fits(item):
        yield Fault("rule", "rule_does_not_fit")
    elif not found and highest(item.rule) == lowest(item.rule):
        yield Fault("rule", "earns_the_same")


def _names(item: Item) -> Iterator[Fault]:
    for place, name in (("bank", item.bank), ("id", item.id), ("section", item.section)):
        if not name.strip():
            yield Fault(place, "needed")
        elif not IDENTIFIER.fullmatch(name):
            yield Fault(place, "no_identifier")


def _asked(item: Item) -> Iterator[Fault]:
    """What is wrong with each thing asked, at its fields."""
    if item.kind != "composite":
        yield from _interaction(interactions_of(item)[0], item.notation, "")
        yield from _rule(interactions_of(item)[0], item.rule, "rule")
        return
    if not item.interactions:
        yield Fault("interactions", "no_interactions")
    parts = item.rule.parts if isinstance(item.rule, SumRule) else {}
    placed = _names_of_places(item)
    for i, one in enumerate(item.interactions):
        place = f"interactions/{i}"
        if placed and one.name not in placed:
            yield Fault(place, "not_placed")
        yield from _media(one.prompt, item.notation, f"{place}/prompt")
        yield from _alt(one.image, f"{place}/image")
        yield from _interaction(one, item.notation, f"{place}/")
        if one.name in parts:
            yield from _rule(one, parts[one.name], f"rule/parts/{one.name}")


def _names_of_places(item: Item) -> set[str]:
    """The interactions that the text names."""
    try:
        nodes = read_rich(item.stem) if item.notation == RICH else ()
    except BadRichText:
        return set()
    return {place.get("name") for place in elements_of(nodes, "place")}


def _interaction(one: Interaction, notation: str, at: str) -> Iterator[Fault]:
    least = 1 if one.kind == "inline_choice" else LEAST_OPTIONS
    if one.kind in _LISTED and not least <= len(one.options) <= MOST_OPTIONS:
        yield Fault(f"{at}options", "option_count", {"least": str(least), "most": "26"})
    if one.kind == "match" and not 1 <= len(one.targets) <= MOST_OPTIONS:
        yield Fault(f"{at}targets", "option_count", {"least": "1", "most": "26"})
    if one.kind == "gap_match" and not one.options:
        yield Fault(f"{at}options", "option_count", {"least": "1", "most": "200"})
    if one.kind == "gap_match" and not one.targets:
        yield Fault(f"{at}targets", "no_gaps")
    if one.kind == "hot_text" and not one.options:
        yield Fault(f"{at}options", "no_hot_words")
    if one.kind == "hotspot" and not one.options:
        yield Fault(f"{at}options", "no_areas")
    if one.kind in _ON_PICTURE and one.image is None:
        yield Fault(f"{at}image", "no_picture")
    if one.kind in _SHOWN | {"hotspot"}:
        yield from _looks(one.options, notation, f"{at}options")
    if one.kind == "match":
        yield from _looks(one.targets, notation, f"{at}targets")
    yield from _settings(one, at)


def _looks(options: tuple[Option, ...], notation: str, at: str) -> Iterator[Fault]:
    seen: dict[object, int] = {}
    for i, option in enumerate(options):
        yield from _media(option.text, notation, f"{at}/{i}/text")
        yield from _alt(option.image, f"{at}/{i}/image")
        words = words_of(option.text, notation).strip()
        if not (words or option.image or option.area or "<img" in option.text):
            yield Fault(f"{at}/{i}/text", "needed")
            continue
        look = (" ".join(option.text.split()), option.image, option.area)
        if look in seen:
            yield Fault(f"{at}/{i}/text", "same_as", {"number": str(seen[look] + 1)})
        seen.setdefault(look, i)


def _settings(one: Interaction, at: str) -> Iterator[Fault]:
    asked = one.settings
    if asked.most and asked.least > asked.most:
        yield Fault(f"{at}settings/least", "least_above_most")
    if one.kind == "slider":
        if asked.upper is None or asked.upper <= (asked.lower or 0):
            yield Fault(f"{at}settings/upper", "upper_below_lower")
        if asked.step is not None and asked.step <= 0:
            yield Fault(f"{at}settings/step", "step_not_above_0")


def _rule(one: Interaction, rule: Rule, at: str) -> Iterator[Fault]:
    match rule:
        case KeyRule(key) if is_blank(key):
            yield Fault(f"{at}/key", "no_key")
        case KeyRule() if not rule_fits(_alone(one, rule)):
            yield Fault(f"{at}/key", "key_does_not_fit")
        case MappingRule(entries) if not entries:
            yield Fault(f"{at}/entries", "no_points")
        case TextRule(accepted):
            if not accepted:
                yield Fault(f"{at}/accepted", "no_accepted")
            for i, (text, _) in enumerate(accepted):
                if not text.strip():
                    yield Fault(f"{at}/accepted/{i}/0", "needed")
        case AreaRule(areas) if not areas:
            yield Fault(f"{at}/areas", "no_areas")


def _alone(one: Interaction, rule: Rule) -> Item:
    """The interaction as an item of its own, for judging its rule."""
    return Item(
        bank="", id="", version=1, section="", topic="", difficulty="", stem="",
        kind=one.kind, options=one.options, targets=one.targets, settings=one.settings, rule=rule,
    )  # fmt: skip


def _needed(text: str, notation: str, place: str) -> Iterator[Fault]:
    is_shown = words_of(text, notation).strip() or (notation == RICH and "<img" in text)
    if not is_shown:
        yield Fault(place, "needed")


def _media(text: str, notation: str, place: str) -> Iterator[Fault]:
    if len(text) > TEXT_LIMIT:
        yield Fault(place, "too_long", {"most": str(TEXT_LIMIT)})
    if notation == PLAIN:
        return
    try:
        nodes = read_rich(text)
    except BadRichText as error:
        yield Fault(place, "bad_rich_text", {"text": str(error)})
        return
    if any(not image.get("alt").strip() for image in elements_of(nodes, "img")):
        yield Fault(place, "no_alt")
    if any(not audio.get("label").strip() for audio in elements_of(nodes, "audio")):
        yield Fault(place, "no_label")


def _alt(image: Image | None, place: str) -> Iterator[Fault]:
    if image is not None and not image.alt.strip():
        yield Fault(f"{place}/alt", "no_alt")
