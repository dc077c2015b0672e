"""Streams, shuffles and the order of a form, written anew from docs/algorithms/draw.md."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]


def stream(seed: str, purpose: str) -> Iterator[int]:
    """The bytes of a stream."""
    counter = 0
    while True:
        message = purpose.encode() + b"\0" + counter.to_bytes(8, "big")
        yield from hmac.new(seed.encode(), message, hashlib.sha256).digest()
        counter += 1


def shuffled(values: Sequence[Any], given: Iterator[int]) -> list[Any]:
    """Fisher-Yates from the first place up."""
    pool = list(values)
    for i in range(len(pool)):
        n = len(pool) - i
        bits = (n - 1).bit_length()
        while True:
            j = 0
            for _ in range((bits + 7) // 8):
                j = j * 256 + next(given)
            j %= 2**bits
            if j < n:
                break
        pool[i], pool[i + j] = pool[i + j], pool[i]
    return pool


def lay_out(case: Json, units: list[Json], key: str, form: list[int]) -> tuple[list[str], str]:
    """The items of a form in order, and its digest."""
    parts, listed = [], []
    for part in case["blueprint"]["parts"]:
        slots = []
        for section in part["sections"]:
            scored = {}
            for u in form:
                if units[u]["section"] == section["id"]:
                    for item in units[u]["items"]:
                        scored[item["id"]] = (units[u]["scored"], item)
            for item_id in _order(case, section, key, scored):
                listed.append(item_id)
                given = stream(case["seed"], f"options/{key}/{item_id}")
                slot: Json = {
                    "item": item_id,
                    "item_no": len(listed),
                    "options": shuffled("abcde", given),
                    "section": section["id"],
                    "targets": [],
                    "version": 1,
                }
                slots.append(slot if scored[item_id][0] else {**slot, "scored": False})
        parts.append({"id": part["id"], "slots": slots})
    text = json.dumps(
        {"blueprint": case["blueprint"]["blueprint"], "draw": 2, "parts": parts},
        sort_keys=True,
        separators=(",", ":"),
    )
    return listed, hashlib.sha256(text.encode()).hexdigest()


def _order(case: Json, section: Json, key: str, items: dict[str, tuple[bool, Json]]) -> list[str]:
    named = section.get("fixed", []) + section.get("anchors", [])
    given = {one["place"] - 1: one["item"] for one in named if isinstance(one, dict)}
    loose = sorted(item_id for item_id in items if item_id not in given.values())
    bytes_of = stream(case["seed"], f"draw2/places/{key}/{section['id']}")
    for _ in range(1000):
        queue: list[list[str]] = []
        for item_id in shuffled(loose, bytes_of):
            stimulus = items[item_id][1]["stimulus"]
            mates = [o for o in loose if stimulus and items[o][1]["stimulus"] == stimulus]
            if (mates or [item_id]) not in queue:
                queue.append(mates or [item_id])
        placed: list[str] = []
        while len(placed) < len(items):
            if len(placed) in given:
                placed.append(given[len(placed)])
                continue
            end = min((p for p in given if p > len(placed)), default=len(items))
            group = next((g for g in queue if len(placed) + len(g) <= end), None)
            if group is None:
                break
            queue.remove(group)
            placed += group
        if len(placed) == len(items):
            return placed
    raise AssertionError("no order was found")
