"""What an item or an interaction of our YAML asks: options, targets, picture, settings, rule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from question_bank.importers.pictures import BadPicture, Find, named_media
from question_bank.item import Image, Option, Settings
from question_bank.rich_text import RICH
from question_bank.yaml_nodes import Nodes, YamlReader
from scoring.area import Area, BadArea, area
from scoring.response import (
    Choice,
    Choices,
    MalformedResponse,
    Match,
    Order,
    Pairs,
    Response,
    parse_number,
)
from scoring.rule import (
    JudgedRule,
    KeyRule,
    MalformedRule,
    NumberRule,
    OptionPoints,
    Rule,
    TextRule,
    rule_from_json,
)

ASKING_KEYS = (
    "kind", "image", "options", "targets", "shuffle", "settings", "key", "tolerance", "points",
    "criteria", "rule",
)  # fmt: skip
OPTION_KEYS = ("id", "text", "image", "points", "area", "most", "fixed")
SETTINGS_KEYS = ("least", "most", "lower", "upper", "step", "length", "width", "height")
DEFAULT_POINTS = {"right": Fraction(5), "wrong": Fraction(0), "blank": Fraction(0)}

_WITHOUT_OPTIONS = frozenset({"number", "text", "points", "slider", "essay", "composite"})
_WITH_TARGETS = frozenset({"match", "gap_match"})
_NUMERIC = frozenset({"number", "slider"})
_WHOLE = re.compile(r"-?[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One interaction as the file writes it; `rule` is None where it has a fault."""

    options: tuple[Option, ...]
    targets: tuple[Option, ...]
    shuffle: bool
    image: Image | None
    settings: Settings
    rule: Rule | None


@dataclass(slots=True)
class _Choosable:
    """The options of an item with the points that the file gives them."""

    options: list[Option] = field(default_factory=list)
    points: dict[str, Fraction] = field(default_factory=dict)


class AskingReader(YamlReader):
    """Reads what is asked; collects pictures and problems."""

    def __init__(self, file_name: str, find: Find) -> None:
        super().__init__(file_name)
        self._find = find
        self._points: Mapping[str, Fraction] = DEFAULT_POINTS
        self.pictures: dict[str, bytes] = {}

    def read_asked(self, node: Node, nodes: Nodes, kind: str, notation: str) -> Asked:
        """What stands under the keys of `ASKING_KEYS`."""
        options, targets = _Choosable(), _Choosable()
        if kind not in _WITHOUT_OPTIONS:
            options = self._read_options(node, nodes, "options", notation)
        if kind in _WITH_TARGETS:
            targets = self._read_options(node, nodes, "targets", notation)
        return Asked(
            options=tuple(options.options),
            targets=tuple(targets.options),
            shuffle=self.flag(nodes, "shuffle", default=True),
            image=self.read_image(nodes),
            settings=self._read_settings(nodes),
            rule=None if kind == "composite" else self._read_rule(node, nodes, kind, options),
        )

    def read_points(self, node: Node) -> dict[str, Fraction]:
        """Points by `right`, `wrong` and `blank`."""
        nodes = self.mapping(node, tuple(DEFAULT_POINTS))
        return {name: self._fraction(value) for name, value in nodes.items()}

    def read_image(self, nodes: Nodes) -> Image | None:
        """The picture under `image`, or None."""
        node = nodes.get("image")
        if node is None:
            return None
        values = self.mapping(node, ("file", "alt"))
        alt = self.text(node, values, "alt")
        name = self.text(node, values, "file")
        medium = self._medium(node, name) if alt and name else ""
        digest, _, extension = medium.partition(".")
        return Image(digest, extension, alt) if medium else None

    def shown(
        self, node: Node, nodes: Nodes, key: str, *, notation: str, default: str | None
    ) -> str:
        """A text; the pictures that a rich one shows are found."""
        text = self.text(node, nodes, key, default)
        if notation != RICH or key not in nodes:
            return text
        return named_media(text, lambda name: self._medium(nodes[key], name))

    def written_rule(self, node: Node) -> Rule | None:
        """A rule in full, as the canonical JSON writes it."""
        try:
            return rule_from_json(plain_value(node))
        except (MalformedRule, ValueError) as error:
            self.note(node, f"is no rule: {error}", "see docs/bank-format.md, or write a key")
            return None

    def _medium(self, node: Node, name: str) -> str:
        """The name under which a picture is kept."""
        try:
            digest, extension, content = self._find(name)
        except BadPicture as error:
            self.note(node, str(error), "save it as a plain SVG, PNG or JPEG beside the file")
            return ""
        self.pictures[f"{digest}.{extension}"] = content
        return f"{digest}.{extension}"

    def _read_options(self, node: Node, nodes: Nodes, key: str, notation: str) -> _Choosable:
        found = _Choosable()
        for option_node in self.sequence(node, nodes, key):
            values = self.mapping(option_node, OPTION_KEYS)
            option_id = self.text(option_node, values, "id")
            image = self.read_image(values)
            place = self._area(values["area"]) if "area" in values else None
            default = "" if image or place or key == "targets" else None
            text = self.shown(option_node, values, "text", notation=notation, default=default)
            most = self.number(option_node, values, "most") if "most" in values else None
            fixed = self.flag(values, "fixed", default=False)
            found.options.append(Option(option_id, text, image, place, most, fixed))
            if "points" in values:
                found.points[option_id] = self._fraction(values["points"])
        return found

    def _area(self, node: Node) -> Area | None:
        words = self.words(node)
        try:
            return area(words[0], [int(word) for word in words[1:] if _WHOLE.fullmatch(word)])
        except (BadArea, ValueError) as error:
            self.note(node, f"no area: {error}", "such as [rect, 0, 0, 40, 30]")
            return None

    def _read_settings(self, nodes: Nodes) -> Settings:
        if "settings" not in nodes:
            return Settings()
        node = nodes["settings"]
        values = self.mapping(node, SETTINGS_KEYS)
        bounds = ("lower", "upper", "step")
        found: dict[str, Any] = {}
        for name in values:
            is_bound = name in bounds
            found[name] = (
                self._fraction(values[name]) if is_bound else self.number(node, values, name)
            )
        return Settings(**found)

    def _read_rule(self, node: Node, nodes: Nodes, kind: str, choosable: _Choosable) -> Rule | None:
        if "rule" in nodes:
            return self.written_rule(nodes["rule"])
        if choosable.points:
            is_whole = len(choosable.points) == len(choosable.options)
            is_single = kind in ("choice", "inline_choice")
            if "key" in nodes or "points" in nodes or not is_whole or not is_single:
                advice = "give every option points, or the item a key, not both"
                self.note(node, "points and key do not fit together", advice)
                return None
            return OptionPoints(choosable.points, blank=self._points["blank"])
        own = self.read_points(nodes["points"]) if "points" in nodes else {}
        earned = {**self._points, **own}
        if kind == "essay":
            criteria = self.text(node, nodes, "criteria", "")
            return JudgedRule(earned["right"], criteria, earned["blank"])
        if "key" not in nodes:
            self.note(node, "'key' is missing", "add `key: ...`, or points to every option")
            return None
        if "tolerance" in nodes and kind not in _NUMERIC:
            self.note(nodes["tolerance"], "only a number has a tolerance", "delete it")
        return self._keyed(nodes, kind, earned, choosable)

    def _keyed(
        self, nodes: Nodes, kind: str, earned: Mapping[str, Fraction], choosable: _Choosable
    ) -> Rule:
        node = nodes["key"]
        if kind in _NUMERIC:
            tolerance = Fraction(0)
            if "tolerance" in nodes:
                tolerance = self._fraction(nodes["tolerance"])
            return NumberRule(self._fraction(node), tolerance, **earned)
        if kind in _WITH_TARGETS:
            pairs = self.mapping(node, [option.id for option in choosable.options])
            matched = {
                (one, target) for one, value in pairs.items() for target in self.words(value)
            }
            return KeyRule(Match(frozenset(matched)), **earned)
        if kind == "associate":
            listed = node.value if isinstance(node, SequenceNode) else []
            both = [tuple(sorted(self.words(pair))) for pair in listed]
            if not both or any(len(pair) != 2 for pair in both):
                self.note(node, "the key is no list of pairs", "such as [[a, b], [c, d]]")
                return KeyRule(Choice(""), **earned)
            return KeyRule(Pairs(frozenset((one, two) for one, two in both)), **earned)
        keys = self.words(node)
        if kind == "text":
            accepted = tuple((key, earned["right"]) for key in keys)
            return TextRule(accepted, wrong=earned["wrong"], blank=earned["blank"])
        known = [option.id for option in choosable.options]
        for key in keys:
            if key and key not in known:
                self.note(node, f"key {key!r} is none of the options", f"one of {', '.join(known)}")
        if len(set(keys)) < len(keys) or (kind == "choice" and len(keys) > 1):
            self.note(node, "the key names too many options", "name each right option once")
        is_list = isinstance(node, SequenceNode)
        return KeyRule(_response(kind, keys, is_list=is_list), **earned)

    def _fraction(self, node: Node) -> Fraction:
        try:
            return parse_number(node.value)
        except MalformedResponse:
            self.note(node, "a number was expected", "write 5, 2.5 or 1/3")
            return Fraction(0)


def plain_value(node: Node) -> Any:
    """The value of a node: texts, whole numbers, truth values, nothing, lists, mappings.

    Raises:
        ValueError: another kind of value, such as 2.5 without quotes.
    """
    match node:
        case MappingNode():
            pairs = [(plain_value(key), plain_value(value)) for key, value in node.value]
            if not all(isinstance(key, str) for key, _ in pairs):
                raise ValueError("a key is a text")
            return dict(pairs)
        case SequenceNode():
            return [plain_value(one) for one in node.value]
        case ScalarNode(tag=tag, value=value):
            kind = tag.rpartition(":")[2]
            if kind == "str":
                return value
            if kind == "int" and _WHOLE.fullmatch(value):
                return int(value)
            if kind == "bool" and value in ("true", "false"):
                return value == "true"
            if kind == "null":
                return None
            raise ValueError(f"{value[:40]!r} needs quotes")
        case _:
            raise ValueError("neither text nor list nor mapping")


def _response(kind: str, keys: list[str], *, is_list: bool) -> Response:
    match kind:
        case "choices":
            return Choices(frozenset(keys))
        case "hot_text" | "hotspot" if is_list:
            return Choices(frozenset(keys))
        case "order":
            return Order(tuple(keys))
        case _:
            return Choice(keys[0])
