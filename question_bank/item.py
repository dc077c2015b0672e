"""Items: one scored task each, in a version that never changes, known by its content digest.

Most items ask one thing: `kind`, `options`, `targets` and `settings` of the item say what. An item
of kind `composite` asks several: each of its `interactions` has these fields of its own, and the
response is a record by their names. `interactions_of` gives both alike.

The canonical JSON leaves out what was added to the model later and is at its default, so that the
digest of an item never changes for a field it does not use.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.chain import canonical
from question_bank.rich_text import PLAIN, elements_of, read_rich
from scoring.area import Area, area
from scoring.response import parse_number
from scoring.rule import POINTS_LIMIT, Rule, rule_from_json, rule_to_json

KINDS = (
    "choice", "choices", "number", "text", "order", "match", "associate", "gap_match",
    "inline_choice", "hot_text", "hotspot", "points", "slider", "essay", "composite",
)  # fmt: skip
DIFFICULTIES = ("easy", "medium", "hard")
ONLY = "RESPONSE"
"""The name of the one interaction of an item that is not composite."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by the SHA-256 of its bytes, with the text that stands for it."""

    digest: str
    extension: str
    alt: str

    @property
    def name(self) -> str:
        """The name under which its content is kept."""
        return f"{self.digest}.{self.extension}"


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording by the SHA-256 of its bytes, with its words for whoever cannot hear it."""

    digest: str
    extension: str
    transcript: str

    @property
    def name(self) -> str:
        """The name under which its content is kept."""
        return f"{self.digest}.{self.extension}"


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A text, figure or recording that several items share."""

    id: str
    text: str
    image: Image | None = None
    notation: str = PLAIN
    audio: Audio | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One selectable alternative, or one target of a match.

    Args of the kind:
        area: where on the picture it lies (hotspot; also order, associate and gap match on one).
        most: how often it may be used in pairs; 0 for any number, None for what is usual: once
            for options and gaps, any number for the targets of a match.
        fixed: stays at its place when the others are shuffled.
    """

    id: str
    text: str
    image: Image | None = None
    area: Area | None = None
    most: int | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What an interaction asks beyond its options.

    Args of the kind:
        least, most: how many options, pairs, points or texts; 0 for no bound. A hot_text or
            hotspot with `most` 1 asks for a `Choice`, otherwise for `Choices`.
        lower, upper, step: of a slider.
        length: characters expected in a text or an essay; 0 says nothing.
        width, height: of the picture, in the units of areas and points.
    """

    least: int = 0
    most: int = 0
    lower: Fraction | None = None
    upper: Fraction | None = None
    step: Fraction | None = None
    length: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Interaction:
    """One place of an item where a response is given; the stem's `<place name=…/>` says where."""

    name: str
    kind: str
    prompt: str = ""
    options: tuple[Option, ...] = ()
    targets: tuple[Option, ...] = ()
    shuffle: bool = True
    image: Image | None = None
    settings: Settings = Settings()


@dataclass(frozen=True, slots=True)
class Item:
    """One scored task in one version. `explanation` never leaves the server before publication.

    `notation` is that of stem, options, targets, prompts and explanation (`rich_text`). The
    picture of a hotspot, of points, and of options with areas is `image`.
    """

    bank: str
    id: str
    version: int
    section: str
    topic: str
    difficulty: str
    kind: str
    stem: str
    options: tuple[Option, ...]
    rule: Rule
    shuffle: bool = True
    image: Image | None = None
    stimulus: Stimulus | None = None
    targets: tuple[Option, ...] = ()
    explanation: str = ""
    notation: str = PLAIN
    audio: Audio | None = None
    settings: Settings = Settings()
    interactions: tuple[Interaction, ...] = ()

    @property
    def ref(self) -> tuple[str, int]:
        """Identifier and version."""
        return self.id, self.version


def digest(item: Item) -> str:
    """SHA-256 over the item's canonical JSON: text, options, rule and the digests of pictures."""
    return hashlib.sha256(dump(item).encode()).hexdigest()


def interactions_of(item: Item) -> tuple[Interaction, ...]:
    """What the item asks, in order: its interactions, or the one that its own fields describe."""
    if item.kind == "composite":
        return item.interactions
    only = Interaction(
        name=ONLY,
        kind=item.kind,
        options=item.options,
        targets=item.targets,
        shuffle=item.shuffle,
        image=item.image,
        settings=item.settings,
    )
    return (only,)


def images_of(item: Item) -> list[Image]:
    """Every picture beside the texts: of the item, its options, targets and its stimulus."""
    shown = [item.image]
    for one in interactions_of(item):
        shown += [one.image, *(option.image for option in (*one.options, *one.targets))]
    if item.stimulus is not None:
        shown.append(item.stimulus.image)
    return list(dict.fromkeys(image for image in shown if image is not None))


def recordings_of(item: Item) -> list[Audio]:
    """Every recording beside the texts: of the item and of its stimulus."""
    recordings = [item.audio, item.stimulus.audio if item.stimulus else None]
    return [audio for audio in recordings if audio is not None]


def media_of(item: Item) -> list[str]:
    """The names ("digest.extension") of all pictures and recordings that an item needs.

    Raises:
        BadRichText: a rich text of the item cannot be read.
    """
    names = [image.name for image in images_of(item)]
    names += [audio.name for audio in recordings_of(item)]
    for text in rich_texts_of(item):
        names += [found.get("src") for found in elements_of(read_rich(text), "img", "audio")]
    return list(dict.fromkeys(names))


def rich_texts_of(item: Item) -> Iterator[str]:
    """Every text of an item that is in rich notation."""
    if item.notation != PLAIN:
        yield from (item.stem, item.explanation)
        for one in interactions_of(item):
            yield one.prompt
            yield from (option.text for option in (*one.options, *one.targets))
    if item.stimulus is not None and item.stimulus.notation != PLAIN:
        yield item.stimulus.text


def dump(item: Item) -> str:
    """The item as canonical JSON text."""
    return canonical(item_to_json(item))


def load(text: str) -> Item:
    """The item of a JSON text that `dump` wrote."""
    return item_from_json(json.loads(text))


def item_to_json(item: Item) -> dict[str, Any]:
    """The item as JSON values."""
    plain = {
        "bank": item.bank,
        "id": item.id,
        "version": item.version,
        "section": item.section,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "kind": item.kind,
        "stem": item.stem,
        "options": [_option_to_json(option) for option in item.options],
        "rule": rule_to_json(item.rule),
        "shuffle": item.shuffle,
        "image": _image_to_json(item.image),
        "stimulus": item.stimulus and _stimulus_to_json(item.stimulus),
        "targets": [_option_to_json(target) for target in item.targets],
        "explanation": item.explanation,
    }
    return plain | _used(
        notation="" if item.notation == PLAIN else item.notation,
        audio=_audio_to_json(item.audio),
        settings=_settings_to_json(item.settings),
        interactions=[_interaction_to_json(one) for one in item.interactions],
    )


def item_from_json(value: Mapping[str, Any]) -> Item:
    """The item of JSON values that `item_to_json` made."""
    plain = ("bank", "id", "version", "section", "topic", "difficulty", "kind", "stem")
    stimulus = value["stimulus"]
    return Item(
        **{name: value[name] for name in plain},
        options=tuple(_option(option) for option in value["options"]),
        rule=rule_from_json(value["rule"]),
        shuffle=value["shuffle"],
        image=_image(value["image"]),
        stimulus=_stimulus(stimulus) if stimulus else None,
        targets=tuple(_option(target) for target in value["targets"]),
        explanation=value["explanation"],
        notation=value.get("notation", PLAIN),
        audio=_audio(value.get("audio")),
        settings=_settings(value.get("settings", {})),
        interactions=tuple(_interaction(one) for one in value.get("interactions", ())),
    )


def _used(**values: object) -> dict[str, Any]:
    """What is there: the rest is left out, so that digests stay."""
    return {name: value for name, value in values.items() if value}


def _stimulus_to_json(stimulus: Stimulus) -> dict[str, Any]:
    plain = {
        "id": stimulus.id,
        "text": stimulus.text,
        "image": _image_to_json(stimulus.image),
    }
    return plain | _used(
        notation="" if stimulus.notation == PLAIN else stimulus.notation,
        audio=_audio_to_json(stimulus.audio),
    )


def _stimulus(value: Mapping[str, Any]) -> Stimulus:
    return Stimulus(
        value["id"],
        value["text"],
        _image(value["image"]),
        value.get("notation", PLAIN),
        _audio(value.get("audio")),
    )


def _interaction_to_json(one: Interaction) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "prompt": one.prompt,
        "options": [_option_to_json(option) for option in one.options],
        "targets": [_option_to_json(target) for target in one.targets],
        "shuffle": one.shuffle,
        "image": _image_to_json(one.image),
        "settings": _settings_to_json(one.settings),
    }


def _interaction(value: Mapping[str, Any]) -> Interaction:
    return Interaction(
        name=value["name"],
        kind=value["kind"],
        prompt=value["prompt"],
        options=tuple(_option(option) for option in value["options"]),
        targets=tuple(_option(target) for target in value["targets"]),
        shuffle=value["shuffle"],
        image=_image(value["image"]),
        settings=_settings(value["settings"]),
    )


def _settings_to_json(settings: Settings) -> dict[str, Any]:
    bounds = {name: getattr(settings, name) for name in ("lower", "upper", "step")}
    counts = ("least", "most", "length", "width", "height")
    return _used(
        **{name: getattr(settings, name) for name in counts},
        **{name: None if bound is None else str(bound) for name, bound in bounds.items()},
    )


def _settings(value: Mapping[str, Any]) -> Settings:
    bounds = {
        name: parse_number(value[name], limit=POINTS_LIMIT)
        for name in ("lower", "upper", "step")
        if name in value
    }
    return Settings(**{**value, **bounds})


def _option_to_json(option: Option) -> dict[str, Any]:
    plain = {"id": option.id, "text": option.text, "image": _image_to_json(option.image)}
    used = _used(fixed=option.fixed)
    if option.area is not None:
        used["area"] = [option.area.shape, list(option.area.coords)]
    if option.most is not None:
        used["most"] = option.most
    return plain | used


def _image_to_json(image: Image | None) -> dict[str, str] | None:
    if image is None:
        return None
    return {"digest": image.digest, "extension": image.extension, "alt": image.alt}


def _audio_to_json(audio: Audio | None) -> dict[str, str] | None:
    if audio is None:
        return None
    return {
        "digest": audio.digest,
        "extension": audio.extension,
        "transcript": audio.transcript,
    }


def _option(value: Mapping[str, Any]) -> Option:
    return Option(
        value["id"],
        value["text"],
        _image(value["image"]),
        area(*value["area"]) if "area" in value else None,
        value.get("most"),
        value.get("fixed", False),
    )


def _image(value: Mapping[str, str] | None) -> Image | None:
    return None if value is None else Image(value["digest"], value["extension"], value["alt"])


def _audio(value: Mapping[str, str] | None) -> Audio | None:
    if value is None:
        return None
    return Audio(value["digest"], value["extension"], value["transcript"])
