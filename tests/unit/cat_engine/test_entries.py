"""What administrators fill in: values, or every mistake with its field; and the calendar."""

from datetime import date

import pytest

from cat_engine import i18n
from cat_engine.preparation import entries, schedule
from cat_engine.preparation.entries import BadEntry
from cat_engine.preparation.fault import sentence
from cat_engine.preparation.schedule import Booking, Conflict

ROOM = {"id": "utama", "name": "Utama", "rows": "2", "columns": "4", "aisles": "2"}
EIGHT = 1_795_482_000_000
MINUTE_MS = 60_000


def keys(bad: pytest.ExceptionInfo[BadEntry]) -> list[tuple[str, str]]:
    return [(fault.key, fault.code) for fault in bad.value.faults]


def test_a_room_is_read_and_its_fields_make_the_same_plan_again() -> None:
    given = {"naming": "rows", "unusable": "B4, A1", "accessible": "A2"}
    room = entries.read_site_room(ROOM | given, "manahan")

    again = entries.read_site_room(ROOM | entries.plan_fields(room.plan), "manahan")

    assert (room, 6) == (again, len(room.plan.usable))
    assert ROOM["name"] == room.name
    assert ["A2"] == [seat.name for seat in room.plan.seats if seat.is_accessible]


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("id", "ruang utama", "no_identifier"),
        ("name", "", "empty"),
        ("rows", "0", "out_of_range"),
        ("rows", "²", "out_of_range"),
        ("columns", "60", "out_of_range"),
        ("aisles", "4", "out_of_range"),
        ("aisles", "x", "out_of_range"),
        ("naming", "stars", "not_one_of"),
        ("unusable", "9", "not_in_plan"),
        ("accessible", "9", "not_in_plan"),
        ("unusable", "1 2 3 4 5 6 7 8", "nothing_usable"),
    ],
)
def test_a_room_with_a_mistake_names_its_field(field: str, value: str, fault: str) -> None:
    with pytest.raises(BadEntry) as bad:
        entries.read_site_room(ROOM | {field: value}, "manahan")

    assert [(field, fault)] == keys(bad)


@pytest.mark.parametrize(("zone", "minutes"), [("WITA", 480), ("+05:30", 330), ("-12:00", -720)])
def test_a_zone_is_a_name_or_an_offset_and_is_written_back(zone: str, minutes: int) -> None:
    site = entries.read_site({"id": "a", "name": "A", "zone": zone})

    assert (minutes, zone) == (site.utc_offset_minutes, entries.zone_of(site.utc_offset_minutes))


@pytest.mark.parametrize("zone", ["", "wib", "+5:30", "+14:30", "+05.30", "0530", "+٠٥:٣٠"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadEntry) as bad:
        entries.read_site({"id": "a", "name": "A", "zone": zone})

    assert "zone" == bad.value.faults[0].key


def test_a_formation_needs_an_agency_that_is_there_and_openings() -> None:
    given = {"id": "a", "agency": "solo", "title": "Analis", "location": "Solo", "openings": "0"}

    with pytest.raises(BadEntry) as bad:
        entries.read_formation(given, ["jogja"])

    assert [("agency", "not_one_of"), ("openings", "out_of_range")] == keys(bad)
    fine = entries.read_formation(given | {"openings": "3"}, ["solo"])
    assert ("general", 3) == (fine.formation_type, fine.openings)


def test_a_profile_says_what_it_rests_on() -> None:
    given = {"person": "P-1", "break_minutes": "300", "timer": "loud", "confirmed_by": "dewi"}

    with pytest.raises(BadEntry) as bad:
        entries.read_profile(given, revision=1, recorded_at=0)

    assert [
        ("timer", "not_one_of"),
        ("break_minutes", "out_of_range"),
        ("source", "empty"),
    ] == keys(bad)


def test_every_fault_has_advice_in_both_languages() -> None:
    codes = [key.partition(".")[2] for key in i18n.catalogue() if key.startswith("fault.")]

    assert len(codes) > 40
    assert [code for code in codes if not i18n.has(f"advice.{code}")] == []


def test_a_mistake_without_a_place_is_said_alone() -> None:
    with pytest.raises(BadEntry) as bad:
        entries.read_agency({"id": "solo"})

    assert "name: is empty; fill it in" == sentence(bad.value.faults[0])


def get_booking(name: str, begins: int, *, minutes: int = 100, room: str = "utama") -> Booking:
    return Booking(
        name, name, "SKD", EIGHT + begins * MINUTE_MS, minutes, 420, (("manahan", room),), 40, 0
    )


@pytest.mark.parametrize(("begins", "gap"), [(130, None), (129, 29), (100, 0), (99, -1), (0, -100)])
def test_sessions_of_one_room_conflict_when_less_than_the_turnover_is_between(
    begins: int, gap: int | None
) -> None:
    found = schedule.conflicts([get_booking("b", begins), get_booking("a", 0)])

    expected = {} if gap is None else {
        one: [Conflict(other, "manahan", "utama", gap)] for one, other in (("a", "b"), ("b", "a"))
    }  # fmt: skip
    assert expected == found


def test_sessions_of_other_rooms_never_conflict() -> None:
    assert {} == schedule.conflicts([get_booking("a", 0), get_booking("b", 0, room="lain")])


def test_a_booking_stands_on_the_day_and_clock_of_its_site() -> None:
    booking = get_booking("a", 0)

    assert (date(2026, 11, 24), "08.00\N{EN DASH}09.40") == (booking.day, booking.clock)
    assert {date(2026, 11, 24): [booking]} == schedule.on_days([booking])


def test_a_month_begins_on_monday_and_holds_its_days() -> None:
    weeks = schedule.month_days(date(2026, 11, 24))

    assert date(2026, 10, 26) == weeks[0][0]
    assert date(2026, 11, 24) in schedule.week_days(date(2026, 11, 29))
