"""Our own YAML format of items; docs/bank-format.md describes it with examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from yaml import Node

from question_bank.importers.admission import faults
from question_bank.importers.pictures import BadPicture, read_picture
from question_bank.importers.report import REFUSED, ImportReport, Problem, pictures_of
from question_bank.item import DIFFICULTIES, KINDS, Image, Item, Option, Stimulus
from question_bank.yaml_nodes import Nodes, YamlReader, line_of
from scoring.response import (
    Choice,
    Choices,
    MalformedResponse,
    Match,
    Order,
    Response,
    parse_number,
)
from scoring.rule import KeyRule, NumberRule, OptionPoints, Rule, TextRule

FILE_KEYS = ("bank", "licence", "language", "source", "rules", "stimuli", "items")
ITEM_KEYS = (
    "id", "version", "section", "topic", "difficulty", "kind", "stem", "image", "stimulus",
    "shuffle", "options", "targets", "key", "tolerance", "explanation", "points",
)  # fmt: skip
OPTION_KEYS = ("id", "text", "image", "points")
DEFAULT_POINTS = {"right": Fraction(5), "wrong": Fraction(0), "blank": Fraction(0)}


def read(path: Path, text: str) -> ImportReport:
    """Read a bank file; an item with a problem is refused, the others are taken."""
    reader = _FileReader(path.name, path.parent)
    root = reader.compose(text)
    if root is not None:
        reader.read_file(root)
    problems = [
        Problem(f"{one.file_name}:{one.line}", REFUSED, one.message, one.advice)
        for one in reader.problems
    ]
    pictures = pictures_of(reader.items, reader.pictures)
    return ImportReport(tuple(reader.items), pictures, tuple(problems))


@dataclass(slots=True)
class _Choosable:
    """The options of an item with the points that the file gives them."""

    options: list[Option] = field(default_factory=list)
    points: dict[str, Fraction] = field(default_factory=dict)


class _FileReader(YamlReader):
    """Reads one file; collects items, pictures and problems."""

    def __init__(self, file_name: str, folder: Path) -> None:
        super().__init__(file_name)
        self._folder = folder
        self._bank = ""
        self._points: Mapping[str, Fraction] = DEFAULT_POINTS
        self._stimuli: dict[str, Stimulus] = {}
        self._lines: dict[str, int] = {}
        self.items: list[Item] = []
        self.pictures: dict[str, bytes] = {}

    def read_file(self, root: Node) -> None:
        """Everything in the file; nothing is taken when what holds for all items is wrong."""
        nodes = self.mapping(root, FILE_KEYS)
        self._bank = self.identifier(root, nodes, "bank")
        if "rules" in nodes:
            self._points = {**DEFAULT_POINTS, **self._read_points(nodes["rules"])}
        is_sound = not self.problems
        for node in self.sequence(root, nodes, "stimuli", is_optional=True):
            self._read_stimulus(node)
        for node in self.sequence(root, nodes, "items"):
            before = len(self.problems)
            item = self._read_item(node)
            if item is not None and len(self.problems) == before:
                for fault in faults(item):
                    self.note(node, fault, "correct the item")
            if item is not None and len(self.problems) == before and is_sound:
                self.items.append(item)

    def _read_stimulus(self, node: Node) -> None:
        before = len(self.problems)
        nodes = self.mapping(node, ("id", "text", "image"))
        stimulus_id = self.identifier(node, nodes, "id")
        image = self._read_image(nodes)
        text = self.text(node, nodes, "text", "" if image else None)
        if stimulus_id in self._stimuli:
            self.note(node, f"stimulus {stimulus_id!r} stands twice", "rename or delete one")
        if len(self.problems) == before:
            self._stimuli[stimulus_id] = Stimulus(stimulus_id, text, image)

    def _read_item(self, node: Node) -> Item | None:
        nodes = self.mapping(node, ITEM_KEYS)
        item_id = self.identifier(node, nodes, "id")
        if item_id in self._lines:
            place = f"item {item_id!r} stands on line {self._lines[item_id]} already"
            self.note(node, place, "rename or delete one")
        self._lines[item_id] = line_of(node)
        kind = self._word(node, nodes, "kind", KINDS, default="choice")
        choosable = _Choosable()
        if kind not in ("number", "text"):
            choosable = self._read_options(node, nodes, "options")
        targets = self._read_options(node, nodes, "targets") if kind == "match" else _Choosable()
        rule = self._read_rule(node, nodes, kind, choosable)
        stimulus = self._find_stimulus(nodes)
        section = self.identifier(node, nodes, "section")
        topic = self.text(node, nodes, "topic", "")
        difficulty = self._word(node, nodes, "difficulty", DIFFICULTIES, default="medium")
        stem = self.text(node, nodes, "stem")
        explanation = self.text(node, nodes, "explanation", "")
        version = self.number(node, nodes, "version", least=1, default=1)
        is_shuffled = self.flag(nodes, "shuffle", default=True)
        image = self._read_image(nodes)
        if rule is None:
            return None
        return Item(
            bank=self._bank,
            id=item_id,
            version=version,
            kind=kind,
            options=tuple(choosable.options),
            targets=tuple(targets.options),
            rule=rule,
            shuffle=is_shuffled,
            image=image,
            stimulus=stimulus,
            section=section,
            topic=topic,
            difficulty=difficulty,
            stem=stem,
            explanation=explanation,
        )

    def _word(
        self, node: Node, nodes: Nodes, key: str, known: tuple[str, ...], *, default: str
    ) -> str:
        word = self.text(node, nodes, key, default)
        if word and word not in known:
            self.note(nodes[key], f"{key} {word!r} is not known", f"one of {', '.join(known)}")
            return default
        return word

    def _find_stimulus(self, nodes: Nodes) -> Stimulus | None:
        if "stimulus" not in nodes:
            return None
        name = self.scalar(nodes["stimulus"], "'stimulus'")
        if name and name not in self._stimuli:
            advice = "describe it under 'stimuli', without faults"
            self.note(nodes["stimulus"], f"there is no stimulus {name!r}", advice)
        return self._stimuli.get(name)

    def _read_options(self, node: Node, nodes: Nodes, key: str) -> _Choosable:
        found = _Choosable()
        for option_node in self.sequence(node, nodes, key):
            values = self.mapping(option_node, OPTION_KEYS)
            option_id = self.identifier(option_node, values, "id")
            image = self._read_image(values)
            text = self.text(option_node, values, "text", "" if image else None)
            found.options.append(Option(option_id, text, image))
            if "points" in values:
                found.points[option_id] = self._fraction(values["points"])
        return found

    def _read_rule(self, node: Node, nodes: Nodes, kind: str, choosable: _Choosable) -> Rule | None:
        if choosable.points:
            is_whole = len(choosable.points) == len(choosable.options)
            if "key" in nodes or "points" in nodes or not is_whole or kind != "choice":
                advice = "give every option points, or the item a key, not both"
                self.note(node, "points and key do not fit together", advice)
                return None
            return OptionPoints(choosable.points, blank=self._points["blank"])
        if "key" not in nodes:
            self.note(node, "'key' is missing", "add `key: ...`, or points to every option")
            return None
        own = self._read_points(nodes["points"]) if "points" in nodes else {}
        if "tolerance" in nodes and kind != "number":
            self.note(nodes["tolerance"], "only a number has a tolerance", "delete it")
        return self._keyed(nodes, kind, {**self._points, **own}, choosable)

    def _keyed(
        self, nodes: Nodes, kind: str, earned: Mapping[str, Fraction], choosable: _Choosable
    ) -> Rule:
        node = nodes["key"]
        if kind == "number":
            tolerance = Fraction(0)
            if "tolerance" in nodes:
                tolerance = self._fraction(nodes["tolerance"])
            return NumberRule(self._fraction(node), tolerance, **earned)
        if kind == "match":
            pairs = self.mapping(node, [option.id for option in choosable.options])
            matched = {(one, self.scalar(value, "each")) for one, value in pairs.items()}
            return KeyRule(Match(frozenset(matched)), **earned)
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
        return KeyRule(_response(kind, keys), **earned)

    def _read_points(self, node: Node) -> dict[str, Fraction]:
        nodes = self.mapping(node, tuple(DEFAULT_POINTS))
        return {name: self._fraction(value) for name, value in nodes.items()}

    def _fraction(self, node: Node) -> Fraction:
        try:
            return parse_number(node.value)
        except MalformedResponse:
            self.note(node, "a number was expected", "write 5, 2.5 or 1/3")
            return Fraction(0)

    def _read_image(self, nodes: Nodes) -> Image | None:
        node = nodes.get("image")
        if node is None:
            return None
        values = self.mapping(node, ("file", "alt"))
        alt = self.text(node, values, "alt")
        name = self.text(node, values, "file")
        if not (alt and name):
            return None
        try:
            digest, extension, content = read_picture(self._folder, name)
        except BadPicture as error:
            self.note(node, str(error), "save it as a plain SVG, PNG or JPEG beside the file")
            return None
        self.pictures[f"{digest}.{extension}"] = content
        return Image(digest, extension, alt)


def _response(kind: str, keys: list[str]) -> Response:
    match kind:
        case "choices":
            return Choices(frozenset(keys))
        case "order":
            return Order(tuple(keys))
        case _:
            return Choice(keys[0])
