"""The seat draw: as published, fair, and found out when somebody helped it along."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from question_bank.seat_draw import (
    DEALT_LIMIT,
    Arrival,
    Dealt,
    Seat,
    chosen,
    commitment,
    draw_seat,
    eligible,
    faults,
)
from question_bank.seating import Place, neighbours
from tests.unit.question_bank.second_seat_draw import VECTORS, cases, draw

KEY = "rahasia"
HALL = [Seat("A", f"{row}-{column}", row, column) for row in range(4) for column in range(5)]
ANI = Arrival("skd-pagi", 1, "24-5521-0017", "00" * 32)
CHI_SQUARE_19 = 50.8
"""Critical value at 1 in 10,000, 19 degrees of freedom."""


def no_item_seen(_seat: Seat) -> int:
    return 0


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text(encoding="utf-8")))
def test_seats_dealt_are_those_of_the_second_implementation(vector: dict[str, Any]) -> None:
    seats = [Seat(room, name, r, c, bool(near)) for room, name, r, c, near in vector["seats"]]
    who = Arrival(
        exam_session=vector["exam_session"],
        number=vector["number"],
        participant_no=vector["participant_no"],
        previous=vector["previous"],
        room=vector["room"],
        needs_access=bool(vector["needs_access"]),
    )
    choices = eligible(seats, {tuple(key) for key in vector["taken"]}, who)

    dealt = draw_seat(
        vector["key"], who, choices, lambda seat: vector["seen"].get("/".join(seat.key), 0)
    )

    assert [tuple(key) for key in vector["dealt"]] == [one.seat.key for one in dealt]


def test_the_stored_vectors_are_what_the_second_implementation_gives_today() -> None:
    stored = json.loads(VECTORS.read_text(encoding="utf-8"))

    assert stored == json.loads(json.dumps([case | {"dealt": draw(case)} for case in cases()]))


def test_every_seat_is_equally_likely() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for number in range(4_000):
        who = replace(ANI, number=number)
        counts[chosen(draw_seat(KEY, who, eligible(HALL, (), who), no_item_seen)).key] += 1

    expected = 4_000 / len(HALL)
    assert sum((counts[s.key] - expected) ** 2 / expected for s in HALL) < CHI_SQUARE_19


def test_a_seat_depends_on_the_check_in_before() -> None:
    choices = eligible(HALL, (), ANI)
    drawn = {
        chosen(draw_seat(KEY, replace(ANI, previous=f"{n:064x}"), choices, no_item_seen)).key
        for n in range(40)
    }

    assert len(drawn) > len(HALL) // 2


def test_accessible_seats_are_kept_for_who_needs_them_while_others_are_free() -> None:
    hall = [replace(seat, is_accessible=seat.row == 0) for seat in HALL]
    plain = {seat.key for seat in hall if not seat.is_accessible}
    needing = replace(ANI, needs_access=True)

    assert {0} == {seat.row for seat in eligible(hall, (), needing)}
    assert 0 not in {seat.row for seat in eligible(hall, (), ANI)}
    assert {0} == {seat.row for seat in eligible(hall, plain, ANI)}
    assert plain == {s.key for s in eligible(hall, {s.key for s in hall} - plain, needing)}


def test_somebody_is_dealt_on_until_a_form_holds_nothing_seen_before() -> None:
    choices = eligible(HALL, (), ANI)
    order = [one.seat for one in draw_seat(KEY, ANI, choices, lambda _seat: 3)]
    assert DEALT_LIMIT == len(order)

    dealt = draw_seat(KEY, ANI, choices, lambda seat: 0 if seat == order[2] else 3)

    assert order[:3] == [one.seat for one in dealt]
    assert order[2] == chosen(dealt)
    assert order[5] == chosen([Dealt(s, 1 if s == order[5] else 3) for s in order])


@pytest.mark.parametrize(
    "helped",
    [
        lambda dealt: [],
        lambda dealt: [Dealt(dealt[1].seat, 0)],
        lambda dealt: [replace(dealt[0], seen_count=0), *dealt[1:]],
        lambda dealt: dealt[:2],
    ],
    ids=["nothing", "another seat", "went on", "stopped"],
)
def test_a_draw_that_somebody_helped_along_is_found_out(helped: Any) -> None:
    choices = eligible(HALL, (), ANI)
    dealt = draw_seat(KEY, ANI, choices, lambda seat: seat.column)
    if len(dealt) < 3:
        dealt = draw_seat(KEY, ANI, choices, lambda _seat: 2)

    assert [] == faults(KEY, ANI, choices, dealt)
    assert faults(KEY, ANI, choices, helped(dealt))


def test_another_key_gives_other_seats_and_another_commitment() -> None:
    choices = eligible(HALL, (), ANI)
    dealt = draw_seat(KEY, ANI, choices, lambda _seat: 1)

    assert faults("other", ANI, choices, dealt)
    assert commitment("other") != commitment(KEY)


def test_with_a_seat_plan_the_eight_around_are_neighbours() -> None:
    places = [Place(seat.name, seat.room, seat.name, seat.row, seat.column) for seat in HALL]

    beside = neighbours(places)

    assert {"0-1", "1-0", "1-1"} == set(beside["0-0"])
    assert 8 == len(beside["2-2"])
    assert all(one in beside[other] for one in beside for other in beside[one])
