"""Exam sessions on a calendar: when each room is taken, and what stands too close. Values alone."""

from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MINUTE_MS = 60_000
TURNOVER_MINUTES = 30
"""Least time between two sessions of a room: people out, seats reset, people in."""


@dataclass(frozen=True, slots=True)
class Booking:
    """An exam session on the calendar: its time, without extra time, and the rooms it takes."""

    exam_session: str
    title: str
    exam_title: str
    starts_at: int
    minutes: int
    utc_offset_minutes: int
    rooms: tuple[tuple[str, str], ...]
    """(site, room) of rooms that belong to a site."""
    seat_count: int
    enrolled_count: int

    @property
    def ends_at(self) -> int:
        """When everybody without extra time has ended, if all begin at the start."""
        return self.starts_at + self.minutes * MINUTE_MS

    @property
    def day(self) -> date:
        """The day on the site's clock."""
        return local(self.starts_at, self.utc_offset_minutes).date()

    @property
    def clock(self) -> str:
        """From and to, on the site's clock: 08.00-09.40."""
        first = local(self.starts_at, self.utc_offset_minutes)
        last = local(self.ends_at, self.utc_offset_minutes)
        return f"{first:%H.%M}\N{EN DASH}{last:%H.%M}"

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites of its rooms."""
        return tuple(sorted({site for site, _ in self.rooms}))


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two exam sessions in one room: at once (`gap_minutes` negative), or too close."""

    other: str
    site: str
    room: str
    gap_minutes: int

    @property
    def is_overlap(self) -> bool:
        """Whether both need the room at one time."""
        return self.gap_minutes < 0


def local(at_ms: int, utc_offset_minutes: int) -> datetime:
    """The instant on a clock that shows UTC and so many minutes."""
    return datetime.fromtimestamp(at_ms / 1_000, UTC) + timedelta(minutes=utc_offset_minutes)


def conflicts(bookings: Iterable[Booking]) -> Mapping[str, Sequence[Conflict]]:
    """What stands too close, by exam session; both sides of a conflict name the other."""
    by_room: dict[tuple[str, str], list[Booking]] = {}
    for booking in sorted(bookings, key=lambda one: (one.starts_at, one.exam_session)):
        for place in booking.rooms:
            by_room.setdefault(place, []).append(booking)
    found: dict[str, list[Conflict]] = {}
    for (site, room), taken in by_room.items():
        for index, first in enumerate(taken):
            for second in taken[index + 1 :]:
                gap = (second.starts_at - first.ends_at) // MINUTE_MS
                if gap >= TURNOVER_MINUTES:
                    break
                for one, other in ((first, second), (second, first)):
                    conflict = Conflict(other.exam_session, site, room, gap)
                    found.setdefault(one.exam_session, []).append(conflict)
    return found


def month_days(day: date) -> list[list[date]]:
    """The weeks of the day's month, Monday first, with the days around it that fill them."""
    return Calendar().monthdatescalendar(day.year, day.month)


def week_days(day: date) -> list[date]:
    """Monday to Sunday of the day's week."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def on_days(bookings: Iterable[Booking]) -> Mapping[date, Sequence[Booking]]:
    """The exam sessions of each day, by start."""
    found: dict[date, list[Booking]] = {}
    for booking in sorted(bookings, key=lambda one: (one.starts_at, one.exam_session)):
        found.setdefault(booking.day, []).append(booking)
    return found
