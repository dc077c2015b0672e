"""Items: one scored task each, in a version that never changes, known by its content digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.rule import Rule, rule_from_json, rule_to_json

KINDS = ("choice", "choices", "number", "text", "order", "match")
DIFFICULTIES = ("easy", "medium", "hard")


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
class Stimulus:
    """A text or figure that several items share."""

    id: str
    text: str
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One selectable alternative, or one target of a match."""

    id: str
    text: str
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One scored task in one version. `explanation` never leaves the server before publication."""

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

    @property
    def ref(self) -> tuple[str, int]:
        """Identifier and version."""
        return self.id, self.version


def digest(item: Item) -> str:
    """SHA-256 over the item's canonical JSON: text, options, rule and the digests of pictures."""
    return hashlib.sha256(dump(item).encode()).hexdigest()


def images_of(item: Item) -> list[Image]:
    """Every picture of an item, of its options and targets, and of its stimulus."""
    shown = [item.image, *(option.image for option in (*item.options, *item.targets))]
    if item.stimulus is not None:
        shown.append(item.stimulus.image)
    return [image for image in shown if image is not None]


def dump(item: Item) -> str:
    """The item as canonical JSON text."""
    return json.dumps(item_to_json(item), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> Item:
    """The item of a JSON text that `dump` wrote."""
    return item_from_json(json.loads(text))


def item_to_json(item: Item) -> dict[str, Any]:
    """The item as JSON values."""
    return {
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
        "stimulus": item.stimulus
        and {
            "id": item.stimulus.id,
            "text": item.stimulus.text,
            "image": _image_to_json(item.stimulus.image),
        },
        "targets": [_option_to_json(target) for target in item.targets],
        "explanation": item.explanation,
    }


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
        stimulus=Stimulus(stimulus["id"], stimulus["text"], _image(stimulus["image"]))
        if stimulus
        else None,
        targets=tuple(_option(target) for target in value["targets"]),
        explanation=value["explanation"],
    )


def _option_to_json(option: Option) -> dict[str, Any]:
    return {"id": option.id, "text": option.text, "image": _image_to_json(option.image)}


def _image_to_json(image: Image | None) -> dict[str, str] | None:
    if image is None:
        return None
    return {"digest": image.digest, "extension": image.extension, "alt": image.alt}


def _option(value: Mapping[str, Any]) -> Option:
    return Option(value["id"], value["text"], _image(value["image"]))


def _image(value: Mapping[str, str] | None) -> Image | None:
    return None if value is None else Image(value["digest"], value["extension"], value["alt"])
