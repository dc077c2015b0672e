"""The seat draw written a second time from its description, sharing no code with the program.

Run as a module it writes tests/vectors/seat-draw.json.
"""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[2] / "vectors" / "seat-draw.json"

Row = tuple[str, str, int, int, int]


def draw(case: dict[str, Any]) -> list[tuple[str, str]]:
    """Room and seat of every seat dealt; the last rows of `seen` decide how many."""
    who = (case["exam_session"], case["number"], case["participant_no"], case["previous"])
    purpose = "/".join(map(str, ("seat", *who))).encode()
    key = case["key"].encode()
    blocks = b"".join(
        hmac.new(key, purpose + b"\0" + index.to_bytes(8, "big"), hashlib.sha256).digest()
        for index in range(64)
    )
    free = [
        row
        for row in case["seats"]
        if [row[0], row[1]] not in case["taken"] and case["room"] in ("", row[0])
    ]
    suited = [row for row in free if row[4] == case["needs_access"]] or free
    suited.sort(key=lambda row: (row[0], row[2], row[3], row[1]))
    dealt: list[tuple[str, str]] = []
    used = 0
    while suited and len(dealt) < 16:
        bits = len(bin(len(suited) - 1)) - 2 if len(suited) > 1 else 0
        size = -(-bits // 8)
        while True:
            value = int.from_bytes(blocks[used : used + size], "big") % (1 << bits)
            used += size
            if value < len(suited):
                break
        # The list with the dealt one at its head, swapped with what stood there, is what is left.
        suited[0], suited[value] = suited[value], suited[0]
        room, name, *_ = suited.pop(0)
        dealt.append((room, name))
        if case["seen"].get(f"{room}/{name}", 0) == 0:
            break
    return dealt


def cases() -> list[dict[str, Any]]:
    """Arrivals of every kind in a hall of two rooms."""
    seats = [
        [room, f"{room}{row}-{column}", row, column, int(row == 0 and column < 2)]
        for room in ("aula", "lab")
        for row in range(3)
        for column in range(4)
    ]
    first = {
        "key": "9f" * 32,
        "exam_session": "skd-pagi",
        "number": 1,
        "participant_no": "24-5521-0017",
        "previous": "ab" * 32,
        "room": "",
        "needs_access": 0,
        "seats": seats,
        "taken": [],
        "seen": {},
    }
    plain = [[row[0], row[1]] for row in seats if not row[4]]
    had = {f"{row[0]}/{row[1]}": 1 + index % 5 for index, row in enumerate(seats)}
    return [
        first,
        first | {"number": 2, "participant_no": "24-5521-0018", "previous": "cd" * 32},
        first | {"needs_access": 1},
        first | {"room": "lab"},
        first | {"taken": plain},
        first | {"needs_access": 1, "taken": [[r[0], r[1]] for r in seats if r[4]]},
        first | {"seen": had},
        first | {"seen": {name: n for name, n in had.items() if n % 2}},
        first | {"taken": plain[1:] + [[r[0], r[1]] for r in seats if r[4]]},
    ]


if __name__ == "__main__":
    written = [case | {"dealt": draw(case)} for case in cases()]
    VECTORS.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
