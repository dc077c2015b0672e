"""Blueprints: parts with their own clock, sections, quotas, thresholds, and what ranks first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.item import DIFFICULTIES, Item
from question_bank.yaml_nodes import YamlProblems
from scoring.ranking import Key
from scoring.tally import TOTAL, Threshold

LANGUAGES = ("id", "en")
Title = Mapping[str, str]


class BadBlueprint(Exception):
    """A blueprint that cannot be used: one line for each problem."""

    code = "bad_blueprint"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Section:
    """Items of one subject. Quotas are empty or add up to the item count."""

    id: str
    title: Title
    item_count: int
    topics: Mapping[str, int]
    difficulties: Mapping[str, int]
    shuffle: bool


@dataclass(frozen=True, slots=True)
class Accommodation:
    """Another time for people with this disability who apply for this formation type."""

    disability: str
    formation_type: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Part:
    """Sections that share one clock."""

    id: str
    title: Title
    minutes: int
    sections: tuple[Section, ...]
    accommodations: tuple[Accommodation, ...]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What every form of an exam looks like, and how its scores are judged and ranked."""

    id: str
    title: Title
    source: str
    parts: tuple[Part, ...]
    thresholds: Mapping[str, tuple[Threshold, ...]]
    rank_by: tuple[Key, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of all parts."""
        return tuple(section for part in self.parts for section in part.sections)


def minutes_for(part: Part, disability: str, formation_type: str) -> int:
    """How long this part lasts for such a person."""
    for one in part.accommodations:
        if (one.disability, one.formation_type) == (disability, formation_type):
            return one.minutes
    return part.minutes


def check(blueprint: Blueprint, items: Iterable[Item]) -> list[str]:
    """What the bank lacks to meet the blueprint; empty when forms can be assembled."""
    by_section: dict[str, list[Item]] = {}
    for item in items:
        by_section.setdefault(item.section, []).append(item)
    problems = []
    for section in blueprint.sections:
        present = by_section.get(section.id, [])
        wanted = [("items", section.item_count, len(present))]
        topics = Counter(item.topic for item in present)
        wanted += [(f"items on {name}", n, topics[name]) for name, n in section.topics.items()]
        bands = Counter(item.difficulty for item in present)
        wanted += [(f"{name} items", n, bands[name]) for name, n in section.difficulties.items()]
        problems += [
            f"section {section.id} needs {needed} {what}, the bank has {there}: "
            f"{needed - there} are missing"
            for what, needed, there in wanted
            if needed > there
        ]
    return problems


def read(text: str, file_name: str = "blueprint") -> Blueprint:
    """Read a blueprint from YAML.

    Raises:
        BadBlueprint: with every problem and its line.
    """
    reader = YamlProblems(file_name)
    root = reader.compose(text)
    blueprint = None if root is None else _blueprint(reader, root)
    if reader.problems or blueprint is None:
        raise BadBlueprint(reader.problems)
    return blueprint


def _blueprint(reader: YamlProblems, root: Any) -> Blueprint:
    nodes = reader.mapping(
        root, ("blueprint", "title", "source", "parts", "thresholds", "rank_by")
    )
    blueprint_id = reader.text(root, nodes, "blueprint")
    parts = tuple(
        _part(reader, node)
        for node in reader.sequence(nodes.get("parts", root), "'parts'")
    )
    sections = [section.id for part in parts for section in part.sections]
    if len(set(sections)) != len(sections):
        reader.note(root, "a section stands in two places")
    names = {*sections, TOTAL}
    return Blueprint(
        id=blueprint_id,
        title=_title(reader, root, nodes),
        source=reader.text(root, nodes, "source", ""),
        parts=parts,
        thresholds=_thresholds(reader, nodes.get("thresholds"), names),
        rank_by=tuple(
            _key(reader, node, names)
            for node in reader.sequence(nodes.get("rank_by", root), "'rank_by'")
        ),
    )


def _title(reader: YamlProblems, parent: Any, nodes: dict[str, Any]) -> Title:
    node = nodes.get("title")
    if node is None:
        reader.note(parent, "'title' is missing")
        return dict.fromkeys(LANGUAGES, "")
    texts = reader.mapping(node, LANGUAGES)
    return {language: reader.text(node, texts, language) for language in LANGUAGES}


def _part(reader: YamlProblems, node: Any) -> Part:
    nodes = reader.mapping(node, ("id", "title", "minutes", "accommodations", "sections"))
    minutes = reader.number(node, nodes, "minutes")
    if minutes == 0:
        reader.note(node, "a part lasts at least one minute")
    sections = reader.sequence(nodes.get("sections", node), "'sections'")
    accommodations = nodes.get("accommodations")
    return Part(
        id=reader.text(node, nodes, "id"),
        title=_title(reader, node, nodes),
        minutes=minutes,
        sections=tuple(_section(reader, one) for one in sections),
        accommodations=tuple(
            _accommodation(reader, one)
            for one in (
                reader.sequence(accommodations, "'accommodations'") if accommodations else ()
            )
        ),
    )


def _accommodation(reader: YamlProblems, node: Any) -> Accommodation:
    nodes = reader.mapping(node, ("disability", "formation_type", "minutes"))
    return Accommodation(
        disability=reader.text(node, nodes, "disability"),
        formation_type=reader.text(node, nodes, "formation_type"),
        minutes=reader.number(node, nodes, "minutes"),
    )


def _section(reader: YamlProblems, node: Any) -> Section:
    nodes = reader.mapping(
        node, ("id", "title", "items", "topics", "difficulties", "shuffle")
    )
    section = Section(
        id=reader.text(node, nodes, "id"),
        title=_title(reader, node, nodes),
        item_count=reader.number(node, nodes, "items"),
        topics=_quotas(reader, nodes.get("topics")),
        difficulties=_quotas(reader, nodes.get("difficulties")),
        shuffle=reader.flag(nodes, "shuffle", default=True),
    )
    if section.item_count == 0:
        reader.note(node, "a section has at least one item")
    for name, quotas in (("topics", section.topics), ("difficulties", section.difficulties)):
        if quotas and sum(quotas.values()) != section.item_count:
            reader.note(
                nodes[name],
                f"{name} add up to {sum(quotas.values())}, but the section has "
                f"{section.item_count} items",
            )
    for band in section.difficulties.keys() - set(DIFFICULTIES):
        reader.note(nodes["difficulties"], f"{band!r} is not one of {', '.join(DIFFICULTIES)}")
    return section


def _quotas(reader: YamlProblems, node: Any) -> Mapping[str, int]:
    if node is None:
        return {}
    nodes = reader.mapping(node, ())
    return {name: reader.number(node, nodes, name) for name in nodes}


def _thresholds(
    reader: YamlProblems, node: Any, names: set[str]
) -> Mapping[str, tuple[Threshold, ...]]:
    if node is None:
        return {}
    by_type = reader.mapping(node, ())
    if by_type and "general" not in by_type:
        reader.note(node, "thresholds need a 'general' entry for everybody else")
    return {
        formation_type: tuple(
            _threshold(reader, one, names)
            for one in reader.sequence(listed, f"thresholds of {formation_type}")
        )
        for formation_type, listed in by_type.items()
    }


def _threshold(reader: YamlProblems, node: Any, names: set[str]) -> Threshold:
    nodes = reader.mapping(node, ("section", "least"))
    of: Key = ""
    if "section" in nodes:
        of = _key(reader, nodes["section"], names)
    else:
        reader.note(node, "'section' is missing")
    return Threshold(of=of, least=Fraction(reader.number(node, nodes, "least")))


def _key(reader: YamlProblems, node: Any, names: set[str]) -> Key:
    """A section, the total, or several sections whose scores are added."""
    given = [one.value for one in node.value] if isinstance(node.value, list) else [node.value]
    for name in given:
        if name not in names:
            reader.note(node, f"{name!r} is not one of {', '.join(sorted(names))}")
    return given[0] if len(given) == 1 else tuple(given)
