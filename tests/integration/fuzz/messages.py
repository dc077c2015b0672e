"""Messages as pages send them, made from the declarations: a new message or field is in the attack.

Values that lead further than chance would stand in `VALUES`, by the name of the field. Numbers and
acts come from short ranges: what is new to a sitting is kept by it, and an attack must not be one
long honest exam.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields
from random import Random
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from cat_engine.live.act_commands import PLAIN_ACTS, REASONS
from cat_engine.live.messages import INCOMING, Limit, ResponseJson, TargetsJson
from exam_sessions.commands import CALL_TOPICS
from exam_sessions.notices import KINDS
from exam_sessions.taking import EPOCH_SEQ_SPAN
from tests.cast import ROOM

Json = Any
NUMBERS = 20
OTHER_SHARE = 0.95
"""Of the messages by which candidates would end their own sitting, how many are another."""
EPOCHS = 4
ITEMS = 12
IDENTIFIERS = ("fuzz", "fuzz-room", "", "..", "skd", "a" * 100, "a" * 101, "%00", "Ümlaut", "💥")
ROOM_ACTS = ("open", "start")
OTHER_ACTS = ("extend", "readmit", "message", "move", "confirm", "withdraw", "undo", "erase")
ACTS = (*PLAIN_ACTS, *OTHER_ACTS, *ROOM_ACTS)
ENDING_ACTS = frozenset({"end", "void", "disqualify", "confirm"})
SACRIFICED: Json = {"participants": ["F-0001", "F-0002"]}
"""Whom acts that end a sitting may meet: with all at their end, the attack would go nowhere."""
TARGETS: tuple[Json, ...] = (
    {"all": True}, {"room": ROOM}, {"room": "fuzz-room"}, {"participants": ["F-0001", "F-0002"]},
    {"participants": ["nobody"]},
)  # fmt: skip


def message(rng: Random, namespace: str) -> tuple[str, Json]:
    """A name and a body as a page of this namespace sends them."""
    of_page = INCOMING.get(namespace, INCOMING["/candidate"])
    name = rng.choice(sorted(of_page))
    if name == "end_part" and rng.random() < OTHER_SHARE:
        return "beat", {}
    hints = get_type_hints(of_page[name], include_extras=True)
    body = {
        field.name: _value(rng, field.name, hints[field.name])
        for field in fields(of_page[name])
        if field.default is MISSING or rng.random() < 0.3
    }
    return name, body | ({"targets": SACRIFICED} if body.get("act") in ENDING_ACTS else {})


def response(rng: Random) -> Json:
    """A response in the JSON form, of any kind, fitting the item or not."""
    return rng.choice(
        [
            None,
            {"choice": rng.choice("ABCDE")},
            {"choices": rng.sample("ABCDE", 2)},
            {"number": rng.choice(["7/2", "1e3", "-2.50", "1e-9999"])},
            {"text": "a" * rng.randrange(400)},
            {"texts": ["a", ""]},
            {"order": ["A", "B", "C"]},
            {"match": [["A", "B"]]},
            {"pairs": [["A", "B"]]},
            {"points": [[1, 2]]},
            {"record": {"r1": {"choice": "A"}, "r2": None}},
        ]
    )


VALUES: dict[str, Callable[[Random], Json]] = {
    "client_seq": lambda rng: rng.randrange(EPOCHS) * EPOCH_SEQ_SPAN + rng.randrange(1, NUMBERS),
    "item_no": lambda rng: rng.randrange(1, ITEMS),
    "count": lambda rng: rng.choice([1, 2, 1_000]),
    "exam_session": lambda rng: rng.choice(["fuzz", "fuzz", *IDENTIFIERS]),
    "act_id": lambda rng: f"act-{rng.randrange(NUMBERS)}",
    "of": lambda rng: f"act-{rng.randrange(NUMBERS)}",
    "proposal": lambda rng: f"act-{rng.randrange(NUMBERS)}",
    "act": lambda rng: rng.choice(ACTS),
    "reason": lambda rng: rng.choice([*REASONS, "because"]),
    "topic": lambda rng: rng.choice([*CALL_TOPICS, "lunch"]),
    "kind": lambda rng: rng.choice([*KINDS, "yawn"]),
    "room": lambda rng: rng.choice([ROOM, *IDENTIFIERS]),
}


def _value(rng: Random, name: str, kind: Any) -> Json:
    if name in VALUES:
        return VALUES[name](rng)
    if get_origin(kind) in (Union, types.UnionType):
        return None if rng.random() < 0.2 else _value(rng, name, get_args(kind)[0])
    if kind is bool:
        return rng.random() < 0.5
    assert get_origin(kind) is Annotated, f"{name} is of a kind that the attack does not know"
    base, mark = get_args(kind)
    if mark is ResponseJson:
        return response(rng)
    if mark is TargetsJson:
        return rng.choice(TARGETS)
    assert isinstance(mark, Limit)
    if base is int:
        edges = mark.least, mark.most, mark.most + 1
        return rng.choice([*edges, rng.randint(mark.least, min(mark.most, 10_000))])
    return rng.choice(IDENTIFIERS)
