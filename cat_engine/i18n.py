"""Every sentence a person reads, in Indonesian and English.

The catalogue is the union of `locale/*.yaml`, each `key: {id: "...", en: "..."}` with `{name}`
placeholders. A key that does not exist, a placeholder without a value and a file that says a key
twice are errors: a page with a hole in it must not reach anybody.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import yaml

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
LOCALE = Path(__file__).parent / "locale"
LANGUAGE_COOKIE = "cat-language"

# Indonesia has three zones and no summer time, so the zone is its distance from UTC.
DEFAULT_ZONE = "WIB"
ZONES: Mapping[str, int] = MappingProxyType({"WIB": 7, "WITA": 8, "WIT": 9})


# The same result, ten times as fast, where PyYAML has its part in C: a server reads every text.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BrokenCatalogue(Exception):
    """The catalogue or a use of it is wrong."""


def text(key: str, language: str, /, **values: object) -> str:
    """Give the sentence of this key with its placeholders filled."""
    entry = catalogue().get(key)
    if entry is None:
        raise BrokenCatalogue(f"no text {key}")
    sentence = entry[as_language(language) or "id"]
    if "{" not in sentence:
        return sentence
    try:
        return sentence.format_map(values)
    except KeyError as missing:
        raise BrokenCatalogue(f"text {key} needs {missing}") from missing


def has(key: str) -> bool:
    """Say whether there is a text of this key."""
    return key in catalogue()


def as_language(value: str | None) -> Language | None:
    """Give the language of that name, or None for one the catalogue does not speak."""
    return next((language for language in LANGUAGES if language == value), None)


@cache
def catalogue() -> Mapping[str, Mapping[Language, str]]:
    """Read all catalogue files, once."""
    return read_catalogue(LOCALE)


def read_catalogue(folder: Path) -> Mapping[str, Mapping[Language, str]]:
    """Read and check every catalogue file of a folder."""
    union: dict[str, Mapping[Language, str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, entry in read_catalogue_file(path).items():
            if key in union:
                raise BrokenCatalogue(f"{path.name}: {key} is already in another file")
            union[key] = entry
    return MappingProxyType(union)


def placeholders(sentence: str) -> frozenset[str]:
    """Give the names of the placeholders of a sentence."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def time_of_day(at_ms: int, zone: str = DEFAULT_ZONE) -> str:
    """Give the time of day to the second, for tables whose head names the day: "08.05.12"."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC) + timedelta(hours=ZONES[zone])
    return f"{local:%H.%M.%S}"


def instant(at_ms: int, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Give an instant as people write it: "24 November 2026 pukul 08.05 WIB"."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC) + timedelta(hours=ZONES[zone])
    month = text(f"month.{local.month}", language)
    clock = text("instant.clock", language, hour=f"{local.hour:02d}", minute=f"{local.minute:02d}")
    return text(
        "instant.long",
        language,
        day=local.day,
        month=month,
        year=local.year,
        clock=clock,
        zone=zone,
    )


def read_catalogue_file(path: Path) -> Mapping[str, Mapping[Language, str]]:
    """Read and check one catalogue file."""
    written = path.read_text("utf-8")
    content = yaml.load(written, Loader=_LOADER)  # noqa: S506 - both loaders are safe
    if not isinstance(content, dict):
        raise BrokenCatalogue(f"{path.name}: not a table of texts")
    # YAML would settle a key given twice silently; the nodes still show both.
    root = yaml.compose(written, Loader=_LOADER)
    if root is None or len(root.value) != len(content):
        raise BrokenCatalogue(f"{path.name}: a key is given twice")
    for key, entry in content.items():
        if not isinstance(entry, dict) or set(entry) != set(LANGUAGES):
            raise BrokenCatalogue(f"{path.name}: {key} needs exactly {LANGUAGES}")
        if not all(isinstance(sentence, str) and sentence for sentence in entry.values()):
            raise BrokenCatalogue(f"{path.name}: {key} has an empty text")
        if placeholders(entry["id"]) != placeholders(entry["en"]):
            raise BrokenCatalogue(f"{path.name}: {key} has different placeholders")
    return content
