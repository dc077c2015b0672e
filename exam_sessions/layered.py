"""A mapping that never changes and is cheap to grow: `put` gives a new one and shares most of it.

A sitting is a value, so every answer makes a new one; copying a whole dictionary each time costs
more than everything else that is done for the answer. Here a large lower layer is shared between
the values, and only a small upper layer is copied.
"""

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

UPPER_LIMIT = 16
"""Entries above the shared layer; then they become a new one."""


class Layered(Mapping[K, V]):
    """Equal to a dictionary with the same entries, and in the same order."""

    __slots__ = ("_lower", "_upper")

    def __init__(
        self, lower: Mapping[K, V] | None = None, upper: Mapping[K, V] | None = None
    ) -> None:
        """Keep two mappings; the caller does not change them any more."""
        self._lower = {} if lower is None else lower
        self._upper = {} if upper is None else upper

    def put(self, key: K, value: V) -> "Layered[K, V]":
        """The same entries and this one."""
        upper = {**self._upper, key: value}
        if len(upper) <= UPPER_LIMIT:
            return Layered(self._lower, upper)
        return Layered({**self._lower, **upper})

    def __getitem__(self, key: K) -> V:
        upper = self._upper
        return upper[key] if key in upper else self._lower[key]

    def get(self, key: K, default: Any = None) -> Any:
        """The value, or `default`; most keys that are asked for are new ones."""
        upper = self._upper
        return upper[key] if key in upper else self._lower.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._upper or key in self._lower

    def __iter__(self) -> Iterator[K]:
        return iter(self._merged())

    def __len__(self) -> int:
        return len(self._merged())

    def items(self) -> ItemsView[K, V]:
        """Keys with their values."""
        return self._merged().items()

    def values(self) -> ValuesView[V]:
        """The values."""
        return self._merged().values()

    def __repr__(self) -> str:
        return f"Layered({self._merged()!r})"

    def _merged(self) -> Mapping[K, V]:
        return {**self._lower, **self._upper} if self._upper else self._lower
