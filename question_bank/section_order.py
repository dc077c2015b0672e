"""The order of a section's items on a form, and whether the items are what the section asks for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from question_bank.blueprint import Section
from question_bank.draw import Stream
from question_bank.item import Item, Stimulus

ORDER_LIMIT = 1000


class TornApart(Exception):
    """Items at given places leave no room for the items of one stimulus to stand together."""

    code = "cannot_assemble"


def together(items: Sequence[Item]) -> list[Item]:
    """Items of one stimulus follow the first of them, in the order of their identifiers."""
    return [item for group in _groups(items) for item in group]


def put_in_order(
    section: Section, items: Sequence[Item], seed: str | bytes, key: str
) -> list[Item]:
    """The items of one section by place (version 2 of the draw).

    1. Sort by identifier; shuffle, unless the section forbids it.
    2. Items of one stimulus follow the first of them.
    3. Named items stand at their places; every other place takes the next group that ends before
       the next taken place. Where no group fits, shuffle again.

    Raises:
        TornApart: no order was found.
    """
    taken = {one.place: one.item_id for one in section.named if one.place}
    by_id = {item.id: item for item in items}
    loose = sorted((item for item in items if item.id not in taken.values()), key=_by_ref)
    stream = Stream(seed, f"draw2/places/{key}/{section.id}")
    for _ in range(ORDER_LIMIT):
        groups = _groups(stream.shuffle(loose) if section.shuffle else loose)
        if not taken:
            return [item for group in groups for item in group]
        placed: list[Item | None] = [
            by_id[taken[place]] if place in taken else None for place in range(1, len(items) + 1)
        ]
        if _fill_gaps(placed, groups):
            return [item for item in placed if item is not None]
        if not section.shuffle:
            break
    raise TornApart(
        f"section {section.id}: the given places leave no room for items of one stimulus to stand "
        f"together; give other places, or none"
    )


def verify_section(section: Section, placed: Sequence[tuple[Item, bool]]) -> Iterator[str]:
    """What is wrong with the items of a section, each with whether it counts, by place."""
    items = [item for item, _ in placed]
    scored = [item for item, is_scored in placed if is_scored]
    quotas = (
        ("topic", section.topics),
        ("difficulty", section.difficulties),
        ("kind", section.kinds),
    )
    for axis, wanted in quotas:
        counts = Counter(getattr(item, axis) for item in scored)
        if wanted and counts != Counter({name: count for name, count in wanted.items() if count}):
            yield f"section {section.id} misses its quotas by {axis}"
    if items != together(items):
        yield f"section {section.id} tears items of one stimulus apart"
    by_id = {item.id: place for place, item in enumerate(items, 1)}
    for one in section.named:
        if one.item_id not in {item.id for item in scored}:
            yield f"section {section.id} lacks the {one.role} item {one.item_id}"
        elif one.place not in (None, by_id[one.item_id]):
            yield f"section {section.id} has item {one.item_id} at another place than {one.place}"
    unscored = [item.id for item, is_scored in placed if not is_scored]
    pool = set(section.pretest.of) if section.pretest else set()
    if len(scored) != section.item_count or not pool >= set(unscored):
        yield f"section {section.id} has other pretest items than the blueprint names"
    if pool & {item.id for item in scored}:
        yield f"section {section.id} counts a pretest item"


def verify_whole(
    section: Section, placed: Sequence[tuple[Item, bool]], bank: Iterable[Item]
) -> Iterator[str]:
    """Which stimuli of a section stand on a form with some of their items only."""
    here = {item.id for item, _ in placed}
    shown = {item.stimulus for item, is_scored in placed if is_scored}
    unscored = set(section.pretest.of) if section.pretest else set()
    torn = {
        item.stimulus.id
        for item in bank
        if item.section == section.id
        and item.stimulus in shown
        and item.stimulus is not None
        and item.id not in here | unscored
    }
    for stimulus in sorted(torn):
        yield f"section {section.id} holds stimulus {stimulus} in part"


def verify_enemies(groups: Sequence[Sequence[str]], present: set[str]) -> Iterator[str]:
    """Which enemies meet on a form."""
    for group in groups:
        met = sorted(present & set(group))
        if len(met) > 1:
            yield f"the enemies {', '.join(met)} meet"


def _groups(items: Sequence[Item]) -> list[list[Item]]:
    mates: dict[Stimulus, list[Item]] = {}
    for item in sorted(items, key=_by_ref):
        if item.stimulus is not None:
            mates.setdefault(item.stimulus, []).append(item)
    groups = []
    for item in items:
        if item.stimulus is None:
            groups.append([item])
        elif item.stimulus in mates:
            groups.append(mates.pop(item.stimulus))
    return groups


def _fill_gaps(placed: list[Item | None], groups: list[list[Item]]) -> bool:
    place = 0
    while place < len(placed):
        if placed[place] is not None:
            place += 1
            continue
        room = next(
            (size for size, item in enumerate(placed[place:]) if item is not None),
            len(placed) - place,
        )
        group = next((one for one in groups if len(one) <= room), None)
        if group is None:
            return False
        groups.remove(group)
        placed[place : place + len(group)] = group
        place += len(group)
    return True


def _by_ref(item: Item) -> tuple[str, int]:
    return item.ref
