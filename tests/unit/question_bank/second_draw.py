"""Version 2 of the draw written anew from docs/algorithms/draw.md: slow, plain, shares no code.

Where sampling fails it tries every selection, so banks must be small. It knows no exposure limit
and no items seen before.
"""

import math
import re
from itertools import combinations

from tests.unit.question_bank.second_layout import Json, lay_out, stream

Standing = tuple[list[int], list[int], list[bool]]
"""Of every unit: shared, exposure, closed."""


class SecondDraw:
    """All forms of a session, from JSON values as tests/vectors/draw.json holds them."""

    def __init__(self, case: Json) -> None:
        self.case = case
        self.units: list[Json] = []
        sections = [s for part in case["blueprint"]["parts"] for s in part["sections"]]
        self.block_count = 0
        self.named: set[str] = set()
        for section in sections:
            pretest = section.get("pretest", {"items": 0, "of": []})
            own = sorted(
                (i for i in case["items"] if i["section"] == section["id"]), key=lambda i: i["id"]
            )
            self._add(section, [i for i in own if i["id"] not in pretest["of"]], is_scored=True)
            if pretest["items"]:
                self._add(section, [i for i in own if i["id"] in pretest["of"]], is_scored=False)
        self.by_block = [
            [u for u in self.units if u["block"] == b] for b in range(self.block_count)
        ]
        self.bounds = self._bounds(sections)

    def _add(self, section: Json, items: list[Json], *, is_scored: bool) -> None:
        grouped: dict[str, list[Json]] = {}
        for item in items:
            whole = is_scored and section.get("whole_stimuli") and item["stimulus"]
            grouped.setdefault(f"* {item['stimulus']}" if whole else item["id"], []).append(item)
        wanted = {"": section["items"] if is_scored else section["pretest"]["items"]}
        axes: tuple[str, ...] = ("topic", "difficulty", "kind") if is_scored else ()
        names = {"topic": "topics", "difficulty": "difficulties", "kind": "kinds"}
        axes = tuple(axis for axis in axes if section.get(names[axis]))
        for axis in axes:
            wanted |= {f"{axis} {name}": n for name, n in section[names[axis]].items()}
        required = {
            one if isinstance(one, str) else one["item"]
            for one in section.get("fixed", []) + section.get("anchors", [])
        }
        self.named |= required
        for unit in grouped.values():
            need: dict[str, int] = {}
            for item in unit:
                for row in ("", *(f"{axis} {item[axis]}" for axis in axes)):
                    need[row] = need.get(row, 0) + 1
            ids = {item["id"] for item in unit}
            enemies = self.case["blueprint"]["enemies"]
            is_at_war = is_scored and any(len(ids & set(group)) > 1 for group in enemies)
            if need.keys() <= wanted.keys() and not is_at_war:
                self.units.append(
                    {
                        "block": self.block_count,
                        "section": section["id"],
                        "scored": is_scored,
                        "items": unit,
                        "ids": {item["id"] for item in unit},
                        "need": need,
                        "wanted": wanted,
                        "required": bool(required & {item["id"] for item in unit}),
                    }
                )
        self.block_count += 1

    def _bounds(self, sections: list[Json]) -> list[Json]:
        bounds = []
        for scope in (*sections, {**self.case["blueprint"], "id": ""}):
            if "expected_score" in scope:
                asked = scope["expected_score"]
                weights = [
                    sum(self._points(i) for i in u["items"]) * self._counts(u, scope["id"])
                    for u in self.units
                ]
                bounds.append({"weights": weights, **asked})
            for place, ability in enumerate(scope.get("information", {}).get("abilities", ())):
                asked = scope["information"]
                weights = [
                    sum(self._information(i, ability) for i in u["items"])
                    * self._counts(u, scope["id"])
                    for u in self.units
                ]
                bound = {"weights": weights, "within": asked["within"]}
                if "targets" in asked:
                    bound["target"] = asked["targets"][place]
                bounds.append(bound)
        for bound in bounds:
            bound["within"] = round(bound["within"] * 1000)
        self.bounds = []
        pilots: list[list[int]] = []
        if any("target" not in bound for bound in bounds):
            exposure, closed = [0] * len(self.units), [False] * len(self.units)
            for n in range(1, 101):
                nobody = [0] * len(self.units)
                form = self.attempt(f"pilot-{n}", 0, (nobody, exposure, closed))
                if form is not None:
                    pilots.append(form)
                    for u in form:
                        exposure[u] += 1
        for bound in bounds:
            if "target" in bound:
                bound["target"] = round(bound["target"] * 1000)
            else:
                total = sum(bound["weights"][u] for form in pilots for u in form)
                bound["target"] = math.floor(total / len(pilots) + 0.5)
        return bounds

    def _counts(self, unit: Json, section: str) -> bool:
        return unit["scored"] and section in ("", unit["section"])

    def _points(self, item: Json) -> int:
        """Of items that earn 5 or 0."""
        share = {"easy": 0.8, "medium": 0.6, "hard": 0.4}[item["difficulty"]]
        share = self.case["statistics"].get(item["id"], {}).get("expected", share)
        return math.floor(float(share) * 5000 + 0.5)

    def _information(self, item: Json, ability: float) -> int:
        known = self.case["statistics"].get(item["id"], {})
        if "a" not in known:
            return 0
        a, b, c = float(known["a"]), float(known["b"]), float(known.get("c", 0))
        p = c + (1 - c) / (1 + math.exp(-a * (ability - b)))
        return math.floor(1000 * a * a * (1 - p) / p * ((p - c) / (1 - c)) ** 2 + 0.5)

    def enemies(self, one: int, other: int) -> bool:
        ids = self.units[one]["ids"], self.units[other]["ids"]
        return one != other and any(
            ids[0] & set(group) and ids[1] & set(group)
            for group in self.case["blueprint"]["enemies"]
        )

    def attempt(self, key: str, attempt: int, standing: Standing) -> list[int] | None:
        shared, exposure, closed = standing
        count = len(self.units)
        barred = list(closed)
        for u in range(count):
            if self.units[u]["required"]:
                for other in range(count):
                    barred[other] |= self.enemies(u, other)
        place: dict[int, int] = {}
        form: list[int] = []
        for block in range(self.block_count):
            own = [u for u in range(count) if self.units[u]["block"] == block]
            if not own:
                return None
            kind = "form" if self.units[own[0]]["scored"] else "pretest"
            section = self.units[own[0]]["section"]
            given = stream(self.case["seed"], f"draw2/{kind}/{key}/{attempt}/{section}")
            number = {u: int.from_bytes(bytes(next(given) for _ in range(4)), "big") for u in own}
            order = sorted(own, key=lambda u: (shared[u], exposure[u], number[u], u))
            place |= {u: i * self.block_count + block for i, u in enumerate(order)}
            taken = self._fill(order, barred)
            if taken is None:
                return None
            form += taken
        return self._balanced(form, attempt, place, standing)

    def _fill(self, order: list[int], barred: list[bool]) -> list[int] | None:
        left = dict(self.units[order[0]]["wanted"])
        taken = [u for u in sorted(order) if self.units[u]["required"]]
        for u in taken:
            if barred[u]:
                return None
            for row, n in self.units[u]["need"].items():
                left[row] -= n
        if min(left.values()) < 0:
            return None
        loose = [u for u in order if not self.units[u]["required"]]
        for index, u in enumerate(loose):
            if barred[u]:
                continue
            after = {row: n - self.units[u]["need"].get(row, 0) for row, n in left.items()}
            later = [v for v in loose[index + 1 :] if not barred[v] and not self.enemies(u, v)]
            if min(after.values()) >= 0 and self._can_fill(after, later):
                left = after
                taken.append(u)
                for v in range(len(self.units)):
                    barred[v] |= self.enemies(u, v)
        return taken if not any(left.values()) else None

    def _can_fill(self, left: dict[str, int], later: list[int]) -> bool:
        if not left[""]:
            return not any(left.values())
        return any(
            all(
                sum(self.units[u]["need"].get(row, 0) for u in some) == n for row, n in left.items()
            )
            for size in range(1, left[""] + 1)
            for some in combinations(later, size)
        )

    def _violation(self, form: list[int]) -> int:
        total = 0
        for bound in self.bounds:
            within = bound["within"]
            excess = abs(sum(bound["weights"][u] for u in form) - bound["target"]) - within
            total += max(0, excess) * (10**9 // max(1, within))
        return total

    def _balanced(
        self,
        form: list[int],
        attempt: int,
        place: dict[int, int],
        standing: Standing,
    ) -> list[int] | None:
        shared, exposure, closed = standing
        for _ in range(100):
            now = self._violation(form)
            if not now:
                return form
            swaps = []
            for old in form:
                for new in range(len(self.units)):
                    one = self.units[old]
                    if (
                        not one["required"]
                        and new in self._window(old, form, place, closed)[: 20 * (1 + attempt)]
                        and exposure[new] <= exposure[old] + 1 + attempt
                        and shared[new] <= shared[old] + attempt // 4
                    ):
                        swapped = [new if u == old else u for u in form]
                        swaps.append((self._violation(swapped), place[new], -place[old], swapped))
            if not swaps or min(swaps)[0] >= now:
                return None
            form = min(swaps)[3]
        return None

    def solved(self, key: str, shared: list[int]) -> list[int] | None:
        """The selection of least cost, by trying all of them."""
        fitting = [form for form in self._selections() if not self._violation(form)]
        for number in range(20 if fitting else 0):
            cost: list[int] = []
            for block in self.by_block:
                kind = "form" if block[0]["scored"] else "pretest"
                purpose = f"draw2/solve/{kind}/{key}/{number}/{block[0]['section']}"
                given = stream(self.case["seed"], purpose)
                cost += [next(given) * 256 + next(given) for _ in block]
            cost = [1 + n + 65536 * min(16, s) for n, s in zip(cost, shared, strict=True)]
            ranked = sorted((sum(cost[u] for u in form), form) for form in fitting)
            if len(ranked) == 1 or ranked[0][0] < ranked[1][0]:
                return ranked[0][1]
        return None

    def _selections(self) -> list[list[int]]:
        """Every choice of units that meets all but the bounds."""
        forms: list[list[int]] = [[]]
        for number in range(self.block_count):
            own = [u for u, unit in enumerate(self.units) if unit["block"] == number]
            required = {u for u in own if self.units[u]["required"]}
            wanted = self.units[own[0]]["wanted"] if own else {"": 1}
            some = [
                list(chosen)
                for size in range(1, wanted[""] + 1)
                for chosen in combinations(own, size)
                if required <= set(chosen)
                and all(
                    sum(self.units[u]["need"].get(row, 0) for u in chosen) == n
                    for row, n in wanted.items()
                )
            ]
            forms = [form + more for form in forms for more in some]
        return [
            form for form in forms if not any(self.enemies(u, v) for u, v in combinations(form, 2))
        ]

    def _window(
        self, old: int, form: list[int], place: dict[int, int], closed: list[bool]
    ) -> list[int]:
        """The free units of the type of `old`, by place."""
        one = self.units[old]
        free = [
            u
            for u, other in enumerate(self.units)
            if (one["block"], one["need"]) == (other["block"], other["need"])
            and not closed[u]
            and u not in form
            and not any(self.enemies(u, v) for v in form)
        ]
        return sorted(free, key=lambda u: place[u])

    def forms(self) -> dict[str, tuple[list[str], str]] | None:
        """Items in order and digest, by participant number; None where there is no form."""
        if not self.named <= {item_id for unit in self.units for item_id in unit["ids"]}:
            return None
        exposure, closed = [0] * len(self.units), [False] * len(self.units)
        drawn: dict[str, set[str]] = {}
        found = {}
        for number, room, seat in sorted(self.case["people"], key=_seat_key):
            beside = [
                other
                for other, its_room, its_seat in self.case["people"]
                if other in drawn and _are_neighbours((room, seat), (its_room, its_seat))
            ]
            shared = [sum(bool(u["ids"] & drawn[o]) for o in beside) for u in self.units]
            key = f"{self.case['exam_session']}/{number}"
            form = None
            for attempt in range(20):
                form = form or self.attempt(key, attempt, (shared, exposure, closed))
            form = form or self.solved(key, shared)
            if form is None:
                return None
            for u in form:
                exposure[u] += 1
            drawn[number] = {item_id for u in form for item_id in self.units[u]["ids"]}
            found[number] = lay_out(self.case, self.units, key, form)
        return found


def _seat_key(person: tuple[str, str, str]) -> tuple[str, str, int, str, str]:
    number, room, seat = person
    return (room, *_split(seat), seat, number)


def _split(seat: str) -> tuple[str, int]:
    found = re.search("[0-9]+$", seat)
    return (seat[: found.start()], int(found[0])) if found else (seat, -1)


def _are_neighbours(one: tuple[str, str], other: tuple[str, str]) -> bool:
    (row, place), (other_row, other_place) = _split(one[1]), _split(other[1])
    is_numbered = place >= 0 and other_place >= 0
    return is_numbered and (one[0], row) == (other[0], other_row) and abs(place - other_place) == 1
