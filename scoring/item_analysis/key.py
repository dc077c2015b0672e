"""The key of a matrix of chosen options: JSON or CSV, one entry or several right ones an item."""

import json
from collections.abc import Sequence
from typing import Any

from scoring.item_analysis.matrix import plain
from scoring.text_table import BadTable, rows_of

Key = Sequence[frozenset[str]]
SEVERAL = "|"


def read_key(text: str, items: Sequence[str]) -> Key:
    """Read a key.

    Args:
        text: JSON, a list with an entry for each item, an object of entries by item, or an object
            with such a list as `key`; or CSV with the columns `item` and `key`. Right responses of
            one item: a list in JSON, or separated by `|`.
        items: names of the items, in order.

    Raises:
        BadTable: it is neither, or does not fit the items.
    """
    stripped = text.removeprefix("\ufeff").strip()
    if stripped.startswith(("[", "{")):
        try:
            found = json.loads(stripped)
        except (ValueError, RecursionError) as error:
            raise BadTable([f"key: not JSON: {error}"]) from error
        entries = found.get("key", found) if isinstance(found, dict) else found
    else:
        entries = _csv(stripped)
    if isinstance(entries, dict):
        entries = _by_name(entries, items)
    if not isinstance(entries, list):
        raise BadTable(['key: give a list, or an object with a list "key"'])
    if len(entries) != len(items):
        shown = ", ".join(items[:3])
        problem = (
            f"the key is of {len(entries)} items, the file has {len(items)} columns of items "
            f"({shown}, …): say which with --items, or which are none with --person and --skip"
        )
        raise BadTable([problem])
    return [_right(entry, name) for entry, name in zip(entries, items, strict=True)]


def _csv(text: str) -> dict[str, str]:
    rows = rows_of(text)
    heading = [cell.lower() for cell in next(rows, (1, []))[1]]
    if "item" not in heading or "key" not in heading:
        raise BadTable(["key, line 1: a CSV key has the columns item and key"])
    item_at, key_at = heading.index("item"), heading.index("key")
    entries: dict[str, str] = {}
    for line, row in rows:
        if not any(row):
            continue
        if len(row) <= max(item_at, key_at):
            raise BadTable([f"key, line {line}: {len(row)} cells; item and key are needed"])
        name = row[item_at]
        if name in entries:
            raise BadTable([f"key, line {line}: {name} stands twice"])
        entries[name] = row[key_at]
    return entries


def _by_name(entries: dict[str, Any], items: Sequence[str]) -> list[Any]:
    missing = [name for name in items if name not in entries]
    unknown = [name for name in entries if name not in set(items)]
    problems = [f"key: no entry for the item {name}" for name in missing]
    problems += [f"key: the file has no column of an item {name}" for name in unknown]
    if problems:
        raise BadTable(problems)
    return [entries[name] for name in items]


def _right(entry: object, name: str) -> frozenset[str]:
    several = entry if isinstance(entry, list) else str(entry).split(SEVERAL)
    right = frozenset(plain(str(one)) for one in several)
    is_plain = all(isinstance(one, str | int | float) and not isinstance(one, bool)
                   for one in (entry if isinstance(entry, list) else [entry]))  # fmt: skip
    if not is_plain or not right or "" in right:
        raise BadTable([f"key: the entry of {name} is no response: {str(entry)[:40]!r}"])
    return right
