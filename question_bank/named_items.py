"""Items that a blueprint names: whether the bank has them, where the blueprint expects them."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from question_bank.blueprint import Blueprint, Section
from question_bank.item import Item


def check_names(
    blueprint: Blueprint, items: Sequence[Item], every_id: Collection[str]
) -> list[str]:
    """What is wrong with the names in a blueprint; empty when nothing is.

    Args:
        blueprint: of version 2 of the draw.
        items: that may be drawn.
        every_id: of all items of the bank, retired ones too.
    """
    by_id = {item.id: item for item in items}
    stimuli = Counter(item.stimulus for item in items if item.stimulus is not None)
    problems: list[str] = []
    for section in blueprint.sections:
        problems += _problems(section, by_id)
        for one in section.named:
            item = by_id.get(one.item_id)
            if one.place and item and item.stimulus and stimuli[item.stimulus] > 1:
                problems.append(
                    f"section {section.id} gives item {one.item_id} a place, but it shares a "
                    f"stimulus with others; leave the place free"
                )
            if one.place and one.place > section.place_count:
                problems.append(
                    f"section {section.id} gives item {one.item_id} place {one.place}, but has "
                    f"{section.place_count} places"
                )
    problems += [
        f"'enemies' names {item_id}, which the bank does not have"
        for group in blueprint.enemies
        for item_id in group
        if item_id not in every_id
    ]
    return problems


def _problems(section: Section, by_id: dict[str, Item]) -> Iterator[str]:
    pretest = section.pretest.of if section.pretest else ()
    listed = [(one.role, one.item_id) for one in section.named]
    listed += [("pretest", item_id) for item_id in pretest]
    for role, item_id in listed:
        item = by_id.get(item_id)
        if item is None:
            yield f"the bank has no {role} item {item_id} of section {section.id}, or it is retired"
        elif item.section != section.id:
            yield f"the {role} item {item_id} is of section {item.section}, not of {section.id}"
        elif role != "pretest" and item_id in pretest:
            yield f"item {item_id} of section {section.id} is both {role} and pretest"
        elif role != "pretest" and not _has_quotas(section, item):
            yield f"the {role} item {item_id} fits no quota of section {section.id}"


def _has_quotas(section: Section, item: Item) -> bool:
    quotas = (
        (section.topics, item.topic),
        (section.difficulties, item.difficulty),
        (section.kinds, item.kind),
    )
    return all(not wanted or wanted.get(value) for wanted, value in quotas)
