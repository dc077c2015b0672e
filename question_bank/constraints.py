"""What a blueprint may ask of forms beyond quotas: named items, pretest, enemies, exposure, bounds.

All of it belongs to version 2 of the draw (docs/algorithms/draw.md). Points and shares are exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from yaml import Node

from question_bank.yaml_nodes import Nodes, YamlReader

FIXED = "fixed"
ANCHOR = "anchor"
NEWEST_DRAW = 2
BANDS: Mapping[str, Fraction] = {
    "easy": Fraction(8, 10),
    "medium": Fraction(6, 10),
    "hard": Fraction(4, 10),
}
"""Share of the points that an item is expected to earn when nothing but its band is known."""

SECTION_KEYS = (
    *("kinds", "fixed", "anchors", "pretest", "whole_stimuli", "expected_score", "information"),
)
BLUEPRINT_KEYS = ("draw", "enemies", "exposure", "bands", "expected_score", "information")


@dataclass(frozen=True, slots=True)
class Named:
    """An item that stands on every form; `place` is its place in the section, from 1, or free."""

    item_id: str
    role: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Pretest:
    """So many unscored items of these are on every form, besides the section's item count."""

    item_count: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreBound:
    """The expected score, in points, lies at most so far from the target.

    Without a target it is the mean of the pilot forms (docs/algorithms/draw.md).
    """

    within: Fraction
    target: Fraction | None = None


@dataclass(frozen=True, slots=True)
class InformationBound:
    """The test information at each ability lies at most so far from its target."""

    within: Fraction
    abilities: tuple[Fraction, ...]
    targets: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """The most forms of an exam session that an item may stand on: a count, or a share of all."""

    most_forms: int | None = None
    most_share: Fraction | None = None

    def limit(self, form_count: int) -> int:
        """The most forms among so many; at least one, or nothing could be drawn."""
        limits = [] if self.most_forms is None else [self.most_forms]
        if self.most_share is not None:
            limits.append(max(1, int(self.most_share * form_count)))
        return min(limits, default=form_count)


def read_named(reader: YamlReader, node: Node, nodes: Nodes, item_count: int) -> tuple[Named, ...]:
    """The items of `fixed` and `anchors`, each an identifier or {item, place}."""
    named = [
        _named(reader, one, role)
        for key, role in (("fixed", FIXED), ("anchors", ANCHOR))
        for one in reader.sequence(node, nodes, key, is_optional=True)
    ]
    listed = nodes.get("fixed", nodes.get("anchors", node))
    reader.check_unique(listed, "item", [one.item_id for one in named])
    places = [str(one.place) for one in named if one.place]
    reader.check_unique(listed, "place", places)
    if len(named) > item_count:
        advice = "raise 'items' or name fewer"
        reader.note(listed, f"{len(named)} named items, but {item_count} items in all", advice)
    return tuple(named)


def _named(reader: YamlReader, node: Node, role: str) -> Named:
    if not hasattr(node, "value") or isinstance(node.value, str):
        return Named(reader.scalar(node, "each"), role)
    nodes = reader.mapping(node, ("item", "place"))
    place = reader.number(node, nodes, "place", least=1) if "place" in nodes else None
    return Named(reader.text(node, nodes, "item"), role, place)


def read_pretest(reader: YamlReader, nodes: Nodes) -> Pretest | None:
    """The unscored items of a section."""
    node = nodes.get("pretest")
    if node is None:
        return None
    inner = reader.mapping(node, ("items", "of"))
    count = reader.number(node, inner, "items", least=1)
    of = tuple(reader.scalar(one, "each") for one in reader.sequence(node, inner, "of"))
    reader.check_unique(node, "item", of)
    if len(of) < count:
        advice = "name more under 'of', or lower 'items'"
        reader.note(node, f"{count} items are asked for, but {len(of)} are named", advice)
    return Pretest(count, of)


def read_score_bound(reader: YamlReader, nodes: Nodes) -> ScoreBound | None:
    """How far the expected score may lie from the target, in points."""
    node = nodes.get("expected_score")
    if node is None:
        return None
    inner = reader.mapping(node, ("within", "target"))
    within = reader.decimal(node, inner, "within")
    target = reader.decimal(node, inner, "target", is_signed=True) if "target" in inner else None
    return ScoreBound(within, target)


def read_information(reader: YamlReader, nodes: Nodes) -> InformationBound | None:
    """How far the information may lie from its target, at which abilities."""
    node = nodes.get("information")
    if node is None:
        return None
    inner = reader.mapping(node, ("abilities", "within", "targets"))
    bound = InformationBound(
        within=reader.decimal(node, inner, "within"),
        abilities=_decimals(reader, node, inner, "abilities"),
        targets=_decimals(reader, node, inner, "targets") if "targets" in inner else (),
    )
    if bound.targets and len(bound.targets) != len(bound.abilities):
        advice = "write one target for each ability, or leave 'targets' out"
        reader.note(inner["targets"], f"{len(bound.targets)} targets", advice)
    return bound


def _decimals(reader: YamlReader, node: Node, nodes: Nodes, key: str) -> tuple[Fraction, ...]:
    listed = reader.sequence(node, nodes, key)
    return tuple(reader.decimal(one, {key: one}, key, is_signed=True) for one in listed)


def read_enemies(reader: YamlReader, root: Node, nodes: Nodes) -> tuple[tuple[str, ...], ...]:
    """Groups of items of which a form holds at most one."""
    groups = []
    for node in reader.sequence(root, nodes, "enemies", is_optional=True):
        group = tuple(reader.words(node))
        reader.check_unique(node, "item", group)
        if len(group) == 1:
            reader.note(node, "an item alone has no enemy", "name two or more")
        groups.append(group)
    return tuple(groups)


def enemy_pairs(groups: Iterable[Iterable[str]]) -> list[tuple[str, str]]:
    """Every pair of every group, sorted, each once."""
    return sorted({pair for group in groups for pair in combinations(sorted(set(group)), 2)})


def read_exposure(reader: YamlReader, nodes: Nodes) -> Exposure | None:
    """The most forms an item may stand on."""
    node = nodes.get("exposure")
    if node is None:
        return None
    inner = reader.mapping(node, ("most_forms", "most_share"))
    if not inner:
        reader.note(node, "no limit is given", "write most_forms: 50 or most_share: 0.2")
    count = reader.number(node, inner, "most_forms", least=1) if "most_forms" in inner else None
    share = reader.decimal(node, inner, "most_share") if "most_share" in inner else None
    if share is not None and not 0 < share <= 1:
        reader.note(inner["most_share"], "no share", "write more than 0 and at most 1, e.g. 0.2")
    return Exposure(count, share)


def read_bands(reader: YamlReader, nodes: Nodes) -> Mapping[str, Fraction]:
    """Expected shares by difficulty band; a band that is left out keeps its usual share."""
    node = nodes.get("bands")
    if node is None:
        return BANDS
    inner = reader.mapping(node, tuple(BANDS))
    bands = {**BANDS, **{band: reader.decimal(node, inner, band) for band in inner}}
    for band in inner:
        if bands[band] > 1:
            reader.note(inner[band], f"{band} is more than 1", "write a share, e.g. 0.6")
    return bands


def read_draw(reader: YamlReader, nodes: Nodes) -> int:
    """The version of the draw."""
    version = reader.number(nodes["draw"], nodes, "draw", least=1) if "draw" in nodes else 1
    if version > NEWEST_DRAW:
        reader.note(nodes["draw"], f"there is no draw {version}", f"write draw: {NEWEST_DRAW}")
    return version


def check_draw(reader: YamlReader, nodes: Nodes, draw: int) -> None:
    """Note every key of version 2 under version 1."""
    for key in (*BLUEPRINT_KEYS, *SECTION_KEYS):
        if draw == 1 and key in nodes and key != "draw":
            reader.note(nodes[key], f"{key!r} needs version 2 of the draw", "add `draw: 2`")
