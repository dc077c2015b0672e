"""Blueprints: parts with their own clock, sections, quotas, thresholds, and what ranks first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from yaml import Node

from question_bank import constraints
from question_bank.constraints import (
    BANDS,
    BLUEPRINT_KEYS,
    SECTION_KEYS,
    Exposure,
    InformationBound,
    Named,
    Pretest,
    ScoreBound,
)
from question_bank.item import DIFFICULTIES, KINDS, Item
from question_bank.quotas import Cell, Quotas, Shortage, fill
from question_bank.yaml_nodes import Nodes, YamlReader
from scoring.ranking import Key
from scoring.tally import GENERAL, TOTAL, Threshold

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
    kinds: Mapping[str, int] = field(default_factory=dict)
    named: tuple[Named, ...] = ()
    pretest: Pretest | None = None
    whole_stimuli: bool = False
    expected_score: ScoreBound | None = None
    information: InformationBound | None = None

    @property
    def place_count(self) -> int:
        """Places on a form: scored items and pretest items."""
        return self.item_count + (self.pretest.item_count if self.pretest else 0)


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
    draw: int = 1
    enemies: tuple[tuple[str, ...], ...] = ()
    exposure: Exposure | None = None
    bands: Mapping[str, Fraction] = field(default_factory=lambda: BANDS)
    expected_score: ScoreBound | None = None
    information: InformationBound | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of all parts."""
        return tuple(section for part in self.parts for section in part.sections)

    def parting(self, groups: Iterable[tuple[str, ...]]) -> "Blueprint":
        """The blueprint with further enemies: those that the bank keeps apart."""
        return replace(self, enemies=(*self.enemies, *groups))


def minutes_for(part: Part, disability: str, formation_type: str) -> int:
    """How long this part lasts for such a person."""
    for one in part.accommodations:
        if (one.disability, one.formation_type) == (disability, formation_type):
            return one.minutes
    return part.minutes


def quotas_of(section: Section) -> Quotas:
    """Its quotas by topic and by difficulty; one cell "" stands for quotas it does not have."""
    whole = {"": section.item_count}
    return Quotas(section.topics or whole, section.difficulties or whole)


def cell_of(section: Section, item: Item) -> Cell:
    """Where an item counts among the section's quotas."""
    return item.topic if section.topics else "", item.difficulty if section.difficulties else ""


def check(blueprint: Blueprint, items: Iterable[Item]) -> list[str]:
    """What the bank lacks to meet the blueprint; empty when forms can be assembled."""
    by_section: dict[str, list[Item]] = {}
    for item in items:
        by_section.setdefault(item.section, []).append(item)
    problems = []
    for section in blueprint.sections:
        present = Counter(cell_of(section, item) for item in by_section.get(section.id, ()))
        met = fill(quotas_of(section), present, {})
        if isinstance(met, Shortage):
            problems.append(met.describe(section.id))
    return problems


def read(text: str, file_name: str = "blueprint") -> Blueprint:
    """Read a blueprint from YAML.

    Raises:
        BadBlueprint: with every problem, its line and what to do.
    """
    reader = YamlReader(file_name)
    root = reader.compose(text)
    blueprint = None if root is None else _blueprint(reader, root)
    if reader.problems or blueprint is None:
        raise BadBlueprint([str(problem) for problem in reader.problems])
    return blueprint


def _blueprint(reader: YamlReader, root: Node) -> Blueprint:
    known = ("blueprint", "title", "source", "parts", "thresholds", "rank_by")
    nodes = reader.mapping(root, (*known, *BLUEPRINT_KEYS))
    draw = constraints.read_draw(reader, nodes)
    constraints.check_draw(reader, nodes, draw)
    parts = tuple(_part(reader, node, draw) for node in reader.sequence(root, nodes, "parts"))
    sections = [section.id for part in parts for section in part.sections]
    listed = nodes.get("parts", root)
    reader.check_unique(listed, "part", [part.id for part in parts])
    reader.check_unique(listed, "section", sections)
    if TOTAL in sections:
        reader.note(listed, f"a section is called {TOTAL!r}", "that is the sum of all; rename it")
    names = {*sections, TOTAL}
    rank_by = tuple(_key(reader, one, names) for one in reader.sequence(root, nodes, "rank_by"))
    reader.check_unique(nodes.get("rank_by", root), "key of rank_by", [str(key) for key in rank_by])
    return Blueprint(
        id=reader.text(root, nodes, "blueprint"),
        title=_title(reader, root, nodes),
        source=reader.text(root, nodes, "source", ""),
        parts=parts,
        thresholds=_thresholds(reader, nodes.get("thresholds"), names),
        rank_by=rank_by,
        draw=draw,
        enemies=constraints.read_enemies(reader, root, nodes),
        exposure=constraints.read_exposure(reader, nodes),
        bands=constraints.read_bands(reader, nodes),
        expected_score=constraints.read_score_bound(reader, nodes),
        information=constraints.read_information(reader, nodes),
    )


def _title(reader: YamlReader, parent: Node, nodes: Nodes) -> Title:
    node = nodes.get("title")
    if node is None:
        reader.note(parent, "'title' is missing", 'write title: {id: "...", en: "..."}')
        return dict.fromkeys(LANGUAGES, "")
    texts = reader.mapping(node, LANGUAGES)
    return {language: reader.text(node, texts, language) for language in LANGUAGES}


def _part(reader: YamlReader, node: Node, draw: int) -> Part:
    nodes = reader.mapping(node, ("id", "title", "minutes", "accommodations", "sections"))
    minutes = reader.number(node, nodes, "minutes", least=1)
    listed = reader.sequence(node, nodes, "accommodations", is_optional=True)
    accommodations = tuple(_accommodation(reader, one, minutes) for one in listed)
    people = [f"{one.disability}, {one.formation_type}" for one in accommodations]
    reader.check_unique(nodes.get("accommodations", node), "accommodation", people)
    return Part(
        id=reader.identifier(node, nodes, "id"),
        title=_title(reader, node, nodes),
        minutes=minutes,
        sections=tuple(
            _section(reader, one, draw) for one in reader.sequence(node, nodes, "sections")
        ),
        accommodations=accommodations,
    )


def _accommodation(reader: YamlReader, node: Node, usual: int) -> Accommodation:
    nodes = reader.mapping(node, ("disability", "formation_type", "minutes"))
    minutes = reader.number(node, nodes, "minutes", least=1)
    if "minutes" in nodes and minutes < usual:
        advice = f"give {usual} minutes or more"
        reader.note(nodes["minutes"], f"{minutes} minutes are less than everybody has", advice)
    return Accommodation(
        disability=reader.text(node, nodes, "disability"),
        formation_type=reader.text(node, nodes, "formation_type"),
        minutes=minutes,
    )


def _section(reader: YamlReader, node: Node, draw: int) -> Section:
    known = ("id", "title", "items", "topics", "difficulties", "shuffle")
    nodes = reader.mapping(node, (*known, *SECTION_KEYS))
    constraints.check_draw(reader, nodes, draw)
    item_count = reader.number(node, nodes, "items", least=1)
    return Section(
        id=reader.identifier(node, nodes, "id"),
        title=_title(reader, node, nodes),
        item_count=item_count,
        topics=_quotas(reader, nodes, "topics", item_count),
        difficulties=_quotas(reader, nodes, "difficulties", item_count),
        shuffle=reader.flag(nodes, "shuffle", default=True),
        kinds=_quotas(reader, nodes, "kinds", item_count),
        named=constraints.read_named(reader, node, nodes, item_count),
        pretest=constraints.read_pretest(reader, nodes),
        whole_stimuli=reader.flag(nodes, "whole_stimuli", default=False),
        expected_score=constraints.read_score_bound(reader, nodes),
        information=constraints.read_information(reader, nodes),
    )


def _quotas(reader: YamlReader, nodes: Nodes, name: str, item_count: int) -> Mapping[str, int]:
    node = nodes.get(name)
    if node is None:
        return {}
    counts = reader.mapping(node, {"difficulties": DIFFICULTIES, "kinds": KINDS}.get(name))
    quotas = {one: reader.number(node, counts, one) for one in counts}
    total = sum(quotas.values())
    if total != item_count:
        reader.note(
            node,
            f"{name} add up to {total}, but the section has {item_count} items",
            f"change 'items' or the {name}",
        )
    return quotas


def _thresholds(
    reader: YamlReader, node: Node | None, names: set[str]
) -> Mapping[str, tuple[Threshold, ...]]:
    if node is None:
        return {}
    by_type = reader.mapping(node, None)
    if GENERAL not in by_type:
        advice = f"add `{GENERAL}: [...]`, or leave 'thresholds' out"
        reader.note(node, f"{GENERAL!r} is missing, which holds for everybody else", advice)
    return {
        formation_type: tuple(
            _threshold(reader, one, names) for one in reader.sequence(node, by_type, formation_type)
        )
        for formation_type in by_type
    }


def _threshold(reader: YamlReader, node: Node, names: set[str]) -> Threshold:
    nodes = reader.mapping(node, ("section", "least"))
    of: Key = ""
    if "section" in nodes:
        of = _key(reader, nodes["section"], names)
    else:
        advice = f"name one of {', '.join(sorted(names))}"
        reader.note(node, "'section' is missing", advice)
    return Threshold(of=of, least=Fraction(reader.number(node, nodes, "least")))


def _key(reader: YamlReader, node: Node, names: set[str]) -> Key:
    """A section, the total, or several sections whose scores are added."""
    given = reader.words(node)
    for name in given:
        if name and name not in names:
            advice = f"name one of {', '.join(sorted(names))}"
            reader.note(node, f"there is no section {name!r}", advice)
    if len(given) > 1 and (TOTAL in given or len(set(given)) < len(given)):
        reader.note(node, "this counts a section twice", "name each section once")
    return given[0] if len(given) == 1 else tuple(given)
