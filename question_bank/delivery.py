"""What a candidate may see of an item: built field by field, so that nothing else can slip out.

Not among it: the rule, points, key, explanation, the names of the item, its options, gaps and
interactions, topic and difficulty. Options have letters, interactions numbers.

A text is a string in plain notation, or `{"rich": [node, …]}`, where a node is a string or
`{"tag", "attributes", "children"}`; pages build elements from these and never read a text as HTML.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from question_bank.form import FormPart, Slot
from question_bank.item import (
    Audio,
    Image,
    Interaction,
    Item,
    Option,
    Settings,
    Stimulus,
    interactions_of,
)
from question_bank.orders import LETTERS, Orders
from question_bank.rich_text import PLAIN, Element, Node, read_rich, without_source, words_of_math

Json = dict[str, Any]


def deliver(part: FormPart, items: Mapping[tuple[str, int], Item]) -> list[Json]:
    """The items of one part of a form, in order, as the candidate's page draws them."""
    return [deliver_item(slot, items[slot.item_id, slot.item_version]) for slot in part.slots]


def deliver_item(slot: Slot, item: Item) -> Json:
    """One item under its number, its options by the letters of their place."""
    delivered: Json = {
        "item_no": slot.item_no,
        "section": slot.section,
        "kind": item.kind,
    }
    if item.kind == "composite":
        numbers = {name: str(i) for i, (name, _) in enumerate(slot.interactions, start=1)}
        delivered |= {"stem": _text(item.stem, item.notation, numbers), "options": []}
    else:
        (only,) = interactions_of(item)
        delivered |= {"stem": _text(item.stem, item.notation, _letters(slot.orders))}
        delivered |= _controls(only, slot.orders, item.notation)
    delivered |= {
        "image": _image(item.image),
        "stimulus": item.stimulus and _stimulus(item.stimulus),
    }
    if item.audio is not None:
        delivered["audio"] = _audio(item.audio)
    if item.kind == "composite":
        delivered["interactions"] = [
            _interaction(number, one, orders, item.notation)
            for number, (one, (_, orders)) in enumerate(
                zip(item.interactions, slot.interactions, strict=True), start=1
            )
        ]
    return delivered


def _interaction(number: int, one: Interaction, orders: Orders, notation: str) -> Json:
    delivered: Json = {
        "name": str(number),
        "kind": one.kind,
        "prompt": _text(one.prompt, notation, _letters(orders)),
        "image": _image(one.image),
    }
    return delivered | _controls(one, orders, notation)


def _controls(one: Interaction, orders: Orders, notation: str) -> Json:
    controls: Json = {"options": _options(one.options, orders.options, notation)}
    if one.targets:
        controls["targets"] = _options(one.targets, orders.targets, notation)
    settings = _settings(one.settings)
    if settings:
        controls["settings"] = settings
    return controls


def _options(options: Iterable[Option], order: Iterable[str], notation: str) -> list[Json]:
    named = {option.id: option for option in options}
    return [
        _option(letter, named[name], notation) for letter, name in zip(LETTERS, order, strict=False)
    ]


def _option(letter: str, option: Option, notation: str) -> Json:
    delivered: Json = {
        "letter": letter,
        "text": _text(option.text, notation, {}),
        "image": _image(option.image),
    }
    if option.area is not None:
        delivered["area"] = {"shape": option.area.shape, "coords": list(option.area.coords)}
    if option.most is not None:
        delivered["most"] = option.most
    return delivered


def _settings(settings: Settings) -> Json:
    counts = ("least", "most", "length", "width", "height")
    delivered: Json = {name: getattr(settings, name) for name in counts if getattr(settings, name)}
    for name in ("lower", "upper", "step"):
        bound = getattr(settings, name)
        if bound is not None:
            delivered[name] = str(bound)
    return delivered


def _stimulus(stimulus: Stimulus) -> Json:
    delivered: Json = {
        "text": _text(stimulus.text, stimulus.notation, {}),
        "image": _image(stimulus.image),
    }
    if stimulus.audio is not None:
        delivered["audio"] = _audio(stimulus.audio)
    return delivered


def _letters(orders: Orders) -> dict[str, str]:
    """What the places in a text are called: hot words are options, gaps are targets."""
    hot_words = zip(orders.options, LETTERS, strict=False)
    gaps = zip(orders.targets, LETTERS, strict=False)
    return {f"hot {name}": letter for name, letter in hot_words} | {
        f"gap {name}": letter for name, letter in gaps
    }


def _text(text: str, notation: str, names: Mapping[str, str]) -> str | Json:
    if notation == PLAIN:
        return text
    return {"rich": [_node(node, names) for node in read_rich(text)]}


def _node(node: Node, names: Mapping[str, str]) -> str | Json:
    if isinstance(node, str):
        return node
    attributes = dict(node.attributes)
    match node.tag:
        case "place":
            attributes = {"name": names[node.get("name")]}
        case "gap" | "hot":
            attributes = {"name": names[f"{node.tag} {node.get('name')}"]}
        case "img" | "audio":
            attributes["src"] = f"/media/{node.get('src')}"
        case "math":
            # The page draws the formula; its words are for lists and screen readers.
            return _math(node, names)
    delivered: Json = {"tag": node.tag}
    if attributes:
        delivered["attributes"] = attributes
    if node.children:
        delivered["children"] = [_node(child, names) for child in node.children]
    return delivered


def _math(math: Element, names: Mapping[str, str]) -> Json:
    """A formula with its words, without the source that stands beside it."""
    words = math.get("alttext") or words_of_math(math.children)
    return {
        "tag": "math",
        "attributes": {**dict(math.attributes), "alttext": words},
        "children": [_node(child, names) for child in without_source(math.children)],
    }


def _image(image: Image | None) -> Json | None:
    if image is None:
        return None
    return {"url": f"/media/{image.name}", "alt": image.alt}


def _audio(audio: Audio) -> Json:
    return {"url": f"/media/{audio.name}", "transcript": audio.transcript}
