"""Our own YAML format of items; docs/bank-format.md describes it with examples."""

from pathlib import Path

from yaml import Node

from question_bank.constraints import read_enemies
from question_bank.importers.admission import faults
from question_bank.importers.native_asking import ASKING_KEYS, DEFAULT_POINTS, AskingReader
from question_bank.importers.pictures import Find, beside
from question_bank.importers.report import REFUSED, ImportReport, Problem, pictures_of
from question_bank.item import DIFFICULTIES, KINDS, Interaction, Item, Stimulus
from question_bank.rich_text import NOTATIONS, PLAIN
from question_bank.yaml_nodes import Nodes, line_of
from scoring.rule import PartRule, Rule, SumRule

FILE_KEYS = (
    "bank", "licence", "language", "source", "rules", "stimuli", "enemies", "items",
)  # fmt: skip
ITEM_KEYS = (
    "id", "version", "section", "topic", "difficulty", "notation", "stem", "stimulus",
    "interactions", "explanation", *ASKING_KEYS,
)  # fmt: skip
INTERACTION_KEYS = ("name", "prompt", *ASKING_KEYS)


def read(path: Path, text: str, *, find: Find | None = None) -> ImportReport:
    """Read a bank file; an item with a problem is refused, the others are taken.

    Args:
        path: of the file, for problems and for the pictures beside it.
        text: what it holds.
        find: gives the pictures that it names; from the file's folder unless given.
    """
    reader = _FileReader(path.name, find or beside(path.parent))
    root = reader.compose(text)
    if root is not None:
        reader.read_file(root)
    problems = [
        Problem(f"{one.file_name}:{one.line}", REFUSED, one.message, one.advice)
        for one in reader.problems
    ]
    pictures = pictures_of(reader.items, reader.pictures)
    return ImportReport(
        tuple(reader.items), pictures, tuple(problems), enemies=tuple(reader.enemies)
    )


class _FileReader(AskingReader):
    """Reads one file; collects items, pictures and problems."""

    def __init__(self, file_name: str, find: Find) -> None:
        super().__init__(file_name, find)
        self._bank = ""
        self._stimuli: dict[str, Stimulus] = {}
        self._lines: dict[str, int] = {}
        self.items: list[Item] = []
        self.enemies: list[tuple[str, ...]] = []

    def read_file(self, root: Node) -> None:
        """Everything in the file; nothing is taken when what holds for all items is wrong."""
        nodes = self.mapping(root, FILE_KEYS)
        self._bank = self.identifier(root, nodes, "bank")
        if "rules" in nodes:
            self._points = {**DEFAULT_POINTS, **self.read_points(nodes["rules"])}
        groups = read_enemies(self, root, nodes)
        is_sound = not self.problems
        self.enemies += groups if is_sound else ()
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
        nodes = self.mapping(node, ("id", "text", "image", "notation"))
        stimulus_id = self.identifier(node, nodes, "id")
        image = self.read_image(nodes)
        notation = self._word(node, nodes, "notation", NOTATIONS, default=PLAIN)
        default = "" if image else None
        text = self.shown(node, nodes, "text", notation=notation, default=default)
        if stimulus_id in self._stimuli:
            self.note(node, f"stimulus {stimulus_id!r} stands twice", "rename or delete one")
        if len(self.problems) == before:
            self._stimuli[stimulus_id] = Stimulus(stimulus_id, text, image, notation)

    def _read_item(self, node: Node) -> Item | None:
        nodes = self.mapping(node, ITEM_KEYS)
        item_id = self.identifier(node, nodes, "id")
        if item_id in self._lines:
            place = f"item {item_id!r} stands on line {self._lines[item_id]} already"
            self.note(node, place, "rename or delete one")
        self._lines[item_id] = line_of(node)
        kind = self._word(node, nodes, "kind", KINDS, default="choice")
        notation = self._word(node, nodes, "notation", NOTATIONS, default=PLAIN)
        asked = self.read_asked(node, nodes, kind, notation)
        interactions, rule = self._read_interactions(node, nodes, kind, notation)
        stimulus = self._find_stimulus(nodes)
        section = self.identifier(node, nodes, "section")
        topic = self.text(node, nodes, "topic", "")
        difficulty = self._word(node, nodes, "difficulty", DIFFICULTIES, default="medium")
        stem = self.shown(node, nodes, "stem", notation=notation, default=None)
        explanation = self.shown(node, nodes, "explanation", notation=notation, default="")
        version = self.number(node, nodes, "version", least=1, default=1)
        rule = asked.rule or rule
        if rule is None:
            return None
        return Item(
            bank=self._bank,
            id=item_id,
            version=version,
            section=section,
            topic=topic,
            difficulty=difficulty,
            kind=kind,
            stem=stem,
            options=asked.options,
            rule=rule,
            shuffle=asked.shuffle,
            image=asked.image,
            stimulus=stimulus,
            targets=asked.targets,
            explanation=explanation,
            notation=notation,
            settings=asked.settings,
            interactions=interactions,
        )

    def _read_interactions(
        self, node: Node, nodes: Nodes, kind: str, notation: str
    ) -> tuple[tuple[Interaction, ...], Rule | None]:
        """The interactions of a composite item, and the sum of their rules."""
        if kind != "composite":
            if "interactions" in nodes:
                self.note(nodes["interactions"], "only a composite has interactions", "delete them")
            return (), None
        found: list[Interaction] = []
        parts: dict[str, PartRule] = {}
        for one in self.sequence(node, nodes, "interactions"):
            values = self.mapping(one, INTERACTION_KEYS)
            name = self.text(one, values, "name")
            its_kind = self._word(one, values, "kind", KINDS, default="choice")
            asked = self.read_asked(one, values, its_kind, notation)
            prompt = self.shown(one, values, "prompt", notation=notation, default="")
            if isinstance(asked.rule, PartRule):
                parts[name] = asked.rule
            found.append(
                Interaction(
                    name=name,
                    kind=its_kind,
                    prompt=prompt,
                    options=asked.options,
                    targets=asked.targets,
                    shuffle=asked.shuffle,
                    image=asked.image,
                    settings=asked.settings,
                )
            )
        return tuple(found), self._whole_rule(nodes, parts)

    def _whole_rule(self, nodes: Nodes, parts: dict[str, PartRule]) -> Rule | None:
        return self.written_rule(nodes["rule"]) if "rule" in nodes else SumRule(parts)

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
