"""Counters that are made where they are first needed, once for each server's registry."""

from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter

_COUNTERS: WeakKeyDictionary[CollectorRegistry, dict[str, Counter]] = WeakKeyDictionary()


def counter_of(registry: CollectorRegistry, name: str, text: str, *labels: str) -> Counter:
    """The counter of this name in a registry; the first call makes it."""
    made = _COUNTERS.setdefault(registry, {})
    if name not in made:
        made[name] = Counter(name, text, labels, registry=registry)
    return made[name]
