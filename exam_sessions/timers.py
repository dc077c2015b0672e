"""One heap of deadlines. A timer only makes the end visible; `decide` judges by the clock."""

import heapq
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class Timers(Generic[Key]):
    """When each key is due; setting a key again replaces its old time."""

    _heap: list[tuple[int, int, Key]] = field(default_factory=list)
    _due_at: dict[Key, int] = field(default_factory=dict)
    _count: int = 0

    def set(self, key: Key, due_at: int) -> None:
        """Make `key` due at `due_at` and at no other time."""
        if self._due_at.get(key) == due_at:
            return
        self._due_at[key] = due_at
        self._count += 1
        heapq.heappush(self._heap, (due_at, self._count, key))

    def clear(self, key: Key) -> None:
        """Make `key` due at no time."""
        self._due_at.pop(key, None)

    def take_due(self, now: int) -> list[Key]:
        """Keys due at or before `now`, earliest first; each is taken out."""
        due: list[Key] = []
        while self._heap and self._heap[0][0] <= now:
            due_at, _, key = heapq.heappop(self._heap)
            if self._due_at.get(key) == due_at:
                del self._due_at[key]
                due.append(key)
        return due
