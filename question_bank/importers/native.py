"""Our own YAML format of items; docs/bank-format.md describes it with examples."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from question_bank.importers.pictures import BadPicture, read_picture
from question_bank.importers.report import REFUSED, ImportReport, Problem
from question_bank.item import DIFFICULTIES, KINDS, Image, Item, Option, Stimulus
from question_bank.yaml_nodes import YamlProblems, line_of
from scoring.response import Choice, Choices, MalformedResponse, Order, parse_number
from scoring.rule import KeyRule, NumberRule, OptionPoints, Rule, TextRule

FILE_KEYS = ("bank", "licence", "language", "source", "rules", "stimuli", "items")
ITEM_KEYS = (
    "id", "version", "section", "topic", "difficulty", "kind", "stem", "image", "stimulus",
    "shuffle", "options", "key", "tolerance", "explanation", "points",
)  # fmt: skip
DEFAULT_POINTS = {"right": Fraction(5), "wrong": Fraction(0), "blank": Fraction(0)}
LEAST_OPTIONS = 2
MOST_OPTIONS = 26


def read(path: Path, text: str) -> ImportReport:
    """Read a bank file; an item with a problem is refused, the others are taken."""
    reader = _Reader(path)
    root = reader.compose(text)
    if root is not None:
        reader.read_file(root)
    problems = [_problem(line) for line in reader.problems]
    return ImportReport(tuple(reader.items), reader.pictures, tuple(problems))


def _problem(line: str) -> Problem:
    place, _, message = line.partition(": ")
    return Problem(place.replace(", line ", ":"), REFUSED, message, "correct it and import again")


class _Reader(YamlProblems):
    """Reads one file; collects items, pictures and problems."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self._folder = path.parent
        self._bank = ""
        self._points: Mapping[str, Fraction] = DEFAULT_POINTS
        self._stimuli: dict[str, Stimulus] = {}
        self._ids: dict[str, int] = {}
        self.items: list[Item] = []
        self.pictures: dict[str, bytes] = {}

    def read_file(self, root: Any) -> None:
        """Everything in the file."""
        nodes = self.mapping(root, FILE_KEYS)
        self._bank = self.text(root, nodes, "bank")
        if "rules" in nodes:
            self._points = DEFAULT_POINTS | self._read_points(nodes["rules"])
        for node in self.sequence(nodes["stimuli"], "'stimuli'") if "stimuli" in nodes else ():
            self._read_stimulus(node)
        for node in self.sequence(nodes.get("items", root), "'items'"):
            before = len(self.problems)
            item = self._read_item(node)
            if len(self.problems) == before and item is not None:
                self.items.append(item)

    def _read_stimulus(self, node: Any) -> None:
        nodes = self.mapping(node, ("id", "text", "image"))
        stimulus_id = self.text(node, nodes, "id")
        text = self.text(node, nodes, "text", "")
        self._stimuli[stimulus_id] = Stimulus(stimulus_id, text, self._read_image(nodes))

    def _read_item(self, node: Any) -> Item | None:
        nodes = self.mapping(node, ITEM_KEYS)
        item_id = self.text(node, nodes, "id")
        if item_id in self._ids:
            self.note(node, f"item {item_id!r} stands on line {self._ids[item_id]} already")
        self._ids[item_id] = line_of(node)
        kind = self.text(node, nodes, "kind", "choice")
        if kind not in KINDS or kind == "match":
            self.note(node, f"kind {kind!r} is not one of choice, choices, number, text, order")
            return None
        difficulty = self.text(node, nodes, "difficulty", "medium")
        if difficulty not in DIFFICULTIES:
            self.note(node, f"difficulty {difficulty!r} is not one of {', '.join(DIFFICULTIES)}")
        options, points = self._read_options(node, nodes, kind)
        rule = self._read_rule(node, nodes, kind, points, [option.id for option in options])
        stimulus = None
        if "stimulus" in nodes:
            stimulus = self._stimuli.get(self.text(node, nodes, "stimulus"))
            if stimulus is None:
                self.note(nodes["stimulus"], "there is no stimulus of this name above")
        if rule is None:
            return None
        return Item(
            bank=self._bank,
            id=item_id,
            version=self.number(node, nodes, "version", 1),
            section=self.text(node, nodes, "section"),
            topic=self.text(node, nodes, "topic", ""),
            difficulty=difficulty,
            kind=kind,
            stem=self.text(node, nodes, "stem"),
            options=options,
            rule=rule,
            shuffle=self.flag(nodes, "shuffle", default=True),
            image=self._read_image(nodes),
            stimulus=stimulus,
            explanation=self.text(node, nodes, "explanation", ""),
        )

    def _read_options(
        self, node: Any, nodes: dict[str, Any], kind: str
    ) -> tuple[tuple[Option, ...], dict[str, Fraction]]:
        if kind in ("number", "text"):
            return (), {}
        options: list[Option] = []
        points: dict[str, Fraction] = {}
        for option_node in self.sequence(nodes.get("options", node), "'options'"):
            option_nodes = self.mapping(option_node, ("id", "text", "image", "points"))
            option_id = self.text(option_node, option_nodes, "id")
            image = self._read_image(option_nodes)
            text = self.text(option_node, option_nodes, "text", "" if image else None)
            options.append(Option(option_id, text, image))
            if "points" in option_nodes:
                points[option_id] = self._fraction(option_nodes["points"])
        if not LEAST_OPTIONS <= len(options) <= MOST_OPTIONS:
            self.note(node, f"an item has {LEAST_OPTIONS} to {MOST_OPTIONS} options")
        if len({option.id for option in options}) != len(options):
            self.note(node, "two options have the same id")
        contents = [(option.text, option.image and option.image.digest) for option in options]
        if len(set(contents)) != len(contents):
            self.note(node, "two options look the same")
        return tuple(options), points

    def _read_rule(
        self,
        node: Any,
        nodes: dict[str, Any],
        kind: str,
        points: dict[str, Fraction],
        option_ids: list[str],
    ) -> Rule | None:
        if points:
            if "key" in nodes or len(points) != len(option_ids) or kind != "choice":
                self.note(node, "give every option points, or one key, not both")
                return None
            return OptionPoints(points, blank=self._points["blank"])
        if "key" not in nodes:
            self.note(node, "'key' is missing")
            return None
        own = self._read_points(nodes["points"]) if "points" in nodes else {}
        earned = {**self._points, **own}
        return self._keyed(nodes, kind, earned, option_ids)

    def _keyed(
        self,
        nodes: dict[str, Any],
        kind: str,
        earned: Mapping[str, Fraction],
        option_ids: list[str],
    ) -> Rule | None:
        node = nodes["key"]
        keys = [one.value for one in node.value] if isinstance(node.value, list) else [node.value]
        unknown = [key for key in keys if option_ids and key not in option_ids]
        if unknown:
            self.note(node, f"key {unknown[0]!r} is none of the options")
            return None
        match kind:
            case "choice":
                return KeyRule(Choice(keys[0]), **earned)
            case "choices":
                return KeyRule(Choices(frozenset(keys)), **earned)
            case "order":
                return KeyRule(Order(tuple(keys)), **earned)
            case "text":
                accepted = tuple((key, earned["right"]) for key in keys)
                return TextRule(accepted, wrong=earned["wrong"], blank=earned["blank"])
            case _:
                tolerance = self._fraction(nodes["tolerance"]) if "tolerance" in nodes else 0
                return NumberRule(self._fraction(node), Fraction(tolerance), **earned)

    def _read_points(self, node: Any) -> dict[str, Fraction]:
        nodes = self.mapping(node, tuple(DEFAULT_POINTS))
        return {name: self._fraction(value) for name, value in nodes.items()}

    def _fraction(self, node: Any) -> Fraction:
        try:
            return parse_number(getattr(node, "value", None))
        except MalformedResponse:
            self.note(node, "a number was expected")
            return Fraction(0)

    def _read_image(self, nodes: dict[str, Any]) -> Image | None:
        node = nodes.get("image")
        if node is None:
            return None
        values = self.mapping(node, ("file", "alt"))
        alt = self.text(node, values, "alt")
        try:
            digest, extension, content = read_picture(self._folder, self.text(node, values, "file"))
        except BadPicture as error:
            self.note(node, str(error))
            return None
        self.pictures[f"{digest}.{extension}"] = content
        return Image(digest, extension, alt)
