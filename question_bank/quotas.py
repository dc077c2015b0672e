"""Quotas by topic and by difficulty at once: how many items of each cell meet them all.

A small transport problem, solved exactly with augmenting paths: `fill` succeeds whenever any choice
of items does, and otherwise names the tightest place (a minimum cut), so that an author knows which
items to write, and how many.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = tuple[str, str]
"""A topic and a difficulty; "" where a section has no quotas of that kind."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """Wanted items by topic and by difficulty; both add up to the same number."""

    topics: Mapping[str, int]
    difficulties: Mapping[str, int]

    def __post_init__(self) -> None:
        """Hold what `fill` stands on."""
        assert sum(self.topics.values()) == sum(self.difficulties.values()), "quotas disagree"


@dataclass(frozen=True, slots=True)
class Shortage:
    """Of these topics at least so many items of these difficulties are needed: too many."""

    topics: tuple[str, ...]
    difficulties: tuple[str, ...]
    needed: int
    present: int

    def describe(self, section: str) -> str:
        """The shortage in words."""
        bands = " or ".join(name for name in self.difficulties if name)
        topics = ", ".join(name for name in self.topics if name)
        return (
            f"section {section} needs {self.needed} {bands + ' ' if bands else ''}items"
            f"{' on ' + topics if topics else ''}, the bank has {self.present}: "
            f"{self.needed - self.present} are missing"
        )


def fill(
    quotas: Quotas, available: Mapping[Cell, int], taken: Mapping[Cell, int]
) -> dict[Cell, int] | Shortage:
    """How many items to take of each cell, changing as little as needed of what is taken.

    Depends on nothing but its arguments: topics and difficulties are tried in alphabetical order,
    shortest paths first.
    """
    counts = Counter(taken)
    assert all(count <= available.get(cell, 0) for cell, count in counts.items()), "taken too many"
    while True:
        by_topic = _sums(counts, 0)
        short = [name for name in sorted(quotas.topics) if by_topic[name] < quotas.topics[name]]
        if not short:
            return {cell: count for cell, count in counts.items() if count}
        found = _search(short, quotas, available, counts)
        if isinstance(found, Shortage):
            return found
        for index, cell in enumerate(found):
            counts[cell] += 1 if index % 2 == 0 else -1


def _search(
    short: Sequence[str],
    quotas: Quotas,
    available: Mapping[Cell, int],
    counts: Mapping[Cell, int],
) -> list[Cell] | Shortage:
    """Cells to take from and give back, in turn, that place one more item; or why there is none."""
    by_difficulty = _sums(counts, 1)
    waiting: deque[tuple[str, list[Cell]]] = deque((topic, []) for topic in short)
    topics, difficulties = set(short), set[str]()
    while waiting:
        topic, path = waiting.popleft()
        for difficulty in sorted(quotas.difficulties.keys() - difficulties):
            cell = (topic, difficulty)
            if counts.get(cell, 0) >= available.get(cell, 0):
                continue
            if by_difficulty[difficulty] < quotas.difficulties[difficulty]:
                return [*path, cell]
            difficulties.add(difficulty)
            for other in sorted(quotas.topics.keys() - topics):
                if counts.get((other, difficulty), 0) > 0:
                    topics.add(other)
                    waiting.append((other, [*path, cell, (other, difficulty)]))
    return _shortage(quotas, available, topics, difficulties)


def _shortage(
    quotas: Quotas, available: Mapping[Cell, int], topics: set[str], full: set[str]
) -> Shortage:
    """The cut: these topics need more than the full difficulties may give them."""
    others = quotas.difficulties.keys() - full
    needed = sum(quotas.topics[name] for name in topics)
    needed -= sum(quotas.difficulties[name] for name in full)
    present = sum(available.get((topic, name), 0) for topic in topics for name in others)
    assert present < needed, "a cut without a shortage"
    # All topics, or all difficulties, are no news to the reader.
    named_topics = () if topics == quotas.topics.keys() else tuple(sorted(topics))
    named = () if others == quotas.difficulties.keys() else tuple(sorted(others))
    return Shortage(named_topics, named, needed, present)


def _sums(counts: Mapping[Cell, int], axis: int) -> Counter[str]:
    sums: Counter[str] = Counter()
    for cell, count in counts.items():
        sums[cell[axis]] += count
    return sums
