"""Reading a roster: a CSV or XLSX file of candidates into enrolments, all rows or none.

Columns: participant_no and name are needed, and room and seat unless seats are drawn at check-in;
formation, formation_type, disability, person, pin may be left out or empty. A PIN that is left out
is made, and stands in the list of PIN slips only: the database keeps its Argon2id hash.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from cat_engine.preparation.fault import Fault
from cat_engine.preparation.roster_file import BadRoster, Table, open_table, plain
from exam_sessions import accommodation
from exam_sessions.accommodation import DISABILITIES
from exam_sessions.profiles import Profile
from exam_sessions.store import Enrolment, Room

NEEDED = ("participant_no", "name", "room", "seat")
OPTIONAL = ("formation", "formation_type", "disability", "person", "pin")
DRAWN_NEEDED = ("participant_no", "name")
DRAWN_OPTIONAL = ("room", *OPTIONAL)
LENGTHS: Mapping[str, int] = {
    "participant_no": 40,
    "name": 120,
    "room": 60,
    "seat": 20,
    "formation": 120,
    "formation_type": 40,
    "disability": 40,
    "person": 60,
    "pin": 20,
}
PIN_COLUMNS = ("exam_session", "participant_no", "name", "room", "seat", "pin")
"""Of the table of PINs, from which slips are made."""
PIN_DIGITS = 6
ROW_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What a roster is checked against.

    Args:
        rooms: of the exam session.
        formation_types: that the blueprint names; empty: any.
        enrolled: who is enrolled already.
        seats_drawn: the roster gives no seats; they are drawn at check-in.
        seat_names: the seats that can be used, of rooms with a seat plan.
        profiles: gives the standing profiles of these persons, by person.
    """

    rooms: Sequence[Room]
    formation_types: frozenset[str] = frozenset()
    enrolled: Sequence[Enrolment] = ()
    seats_drawn: bool = False
    seat_names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    profiles: Callable[[Iterable[str]], Mapping[str, Profile]] = lambda _persons: {}

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that must be there and filled."""
        return DRAWN_NEEDED if self.seats_drawn else NEEDED

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that may be there."""
        more = DRAWN_OPTIONAL if self.seats_drawn else OPTIONAL
        return (*self.needed, *more)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One candidate as the file has it, checked; with the standing profile that applies."""

    line: int
    participant_no: str
    name: str
    room: str
    seat: str
    formation: str
    formation_type: str
    disability: str
    pin: str
    person: str = ""
    profile: Profile | None = None


def read_file(path: Path, ground: Ground) -> list[RosterRow]:
    """Read and check a roster file; the arguments and refusals are those of `read`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRoster([Fault("file_unreadable", {"why": str(error.strerror)})]) from error
    return read(content, ground)


def read(content: bytes, ground: Ground) -> list[RosterRow]:
    """Read and check a roster file; the refusals are those of `read_table`."""
    return read_table(open_table(content), ground)


def read_table(table: Table, ground: Ground) -> list[RosterRow]:
    """Check the rows of a roster.

    Raises:
        BadRoster: with every problem, each with line and column.
    """
    faults = _header_faults(table.header, ground)
    if faults:
        raise BadRoster(faults)
    checker = _Checker(ground)
    rows: list[RosterRow] = []
    try:
        for line, cells in islice(table.rows, ROW_LIMIT + 1):
            rows.append(checker.check(line, _named(table, cells)))
            if len(cells) > len(table.header):
                checker.faults.append(Fault("more_values", line=line))
    except BadRoster as bad:
        raise BadRoster([*checker.faults, *bad.faults]) from bad
    if len(rows) > ROW_LIMIT:
        checker.faults.append(Fault("too_many_rows", {"limit": str(ROW_LIMIT)}))
    if not rows and not checker.faults:
        checker.faults.append(Fault("no_rows"))
    seat_count = sum(room.seat_count for room in ground.rooms)
    if len(rows) + len(ground.enrolled) > seat_count:
        checker.faults.append(Fault("session_full", {"count": str(seat_count)}))
    given = _with_profiles(rows, ground, checker)
    if checker.faults:
        raise BadRoster(sorted(checker.faults, key=lambda fault: fault.line))
    return given


def enrol(
    row: RosterRow, exam_session: str, hash_pin: Callable[[str], str], *, needs_pin: bool = True
) -> tuple[Enrolment, str]:
    """The enrolment of a row and the PIN that goes on the candidate's slip.

    Without a PIN nobody logs in: it is issued at check-in, where seats are drawn.
    """
    pin = row.pin or (make_pin() if needs_pin else "")
    applied = row.profile.accommodation if row.profile else accommodation.NONE
    enrolment = Enrolment(
        exam_session=exam_session,
        participant_no=row.participant_no,
        name=row.name,
        formation=row.formation,
        formation_type=row.formation_type,
        disability=row.disability,
        room=row.room,
        seat=row.seat,
        pin_hash=hash_pin(pin) if pin else "",
        person=row.person,
        accommodation=accommodation.to_text(applied),
    )
    return enrolment, pin


def slip_of(enrolment: Enrolment, pin: str) -> dict[str, str]:
    """A row of the table of PINs."""
    return {name: getattr(enrolment, name) for name in PIN_COLUMNS[:-1]} | {"pin": pin}


def make_pin() -> str:
    """A PIN of six digits."""
    return "".join(str(secrets.randbelow(10)) for _ in range(PIN_DIGITS))


class _Checker:
    """Checks rows one after another and remembers numbers and seats."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._rooms = {room.id: room for room in ground.rooms}
        self._enrolled = {one.participant_no for one in ground.enrolled}
        self._taken = {(one.room, one.seat) for one in ground.enrolled if one.seat}
        self._numbers: dict[str, int] = {}
        self._seats: dict[tuple[str, str], int] = {}
        self._in_room: dict[str, int] = {}
        for one in ground.enrolled:
            self._in_room[one.room] = self._in_room.get(one.room, 0) + 1
        self.faults: list[Fault] = []

    def check(self, line: int, cells: Mapping[str, str | Fault]) -> RosterRow:
        """The row with its problems noted."""
        values: dict[str, Any] = {}
        for column in (*NEEDED, *OPTIONAL):
            cell = cells.get(column, "")
            if isinstance(cell, Fault):
                self.faults.append(replace(cell, line=line, column=column))
                cell = ""
            else:
                self._check_value(line, column, cell)
            values[column] = cell
        row = RosterRow(line=line, **values | {
            "formation_type": values["formation_type"] or "general",
        })  # fmt: skip
        self._check_person(row)
        self._check_place(row)
        return row

    def note(self, row: RosterRow, column: str, code: str, **values: str) -> None:
        """Keep a mistake of a row."""
        self.faults.append(Fault(code, values, line=row.line, column=column))

    def _check_value(self, line: int, column: str, value: str) -> None:
        if column in self._ground.needed and not value:
            self.faults.append(Fault("empty", line=line, column=column))
        if len(value) > LENGTHS[column]:
            limit = {"limit": str(LENGTHS[column])}
            self.faults.append(Fault("too_long", limit, line=line, column=column))
        if any(not letter.isprintable() for letter in value):
            self.faults.append(Fault("unprintable", line=line, column=column))

    def _check_person(self, row: RosterRow) -> None:
        number = row.participant_no
        if number in self._numbers:
            self.note(
                row, "participant_no", "doubled", what=number, line=str(self._numbers[number])
            )
        elif number in self._enrolled:
            self.note(row, "participant_no", "already_enrolled", what=number)
        self._numbers[number] = row.line
        known = self._ground.formation_types
        if known and row.formation_type not in known:
            self.note(row, "formation_type", "not_one_of", what=row.formation_type,
                      known=", ".join(sorted(known)))  # fmt: skip
        if row.disability not in DISABILITIES:
            self.note(row, "disability", "not_one_of", what=row.disability,
                      known=", ".join(DISABILITIES[1:]))  # fmt: skip
        pin = row.pin
        if pin and not (pin.isascii() and pin.isdigit() and len(pin) >= PIN_DIGITS):
            self.note(row, "pin", "bad_pin", least=str(PIN_DIGITS))

    def _check_place(self, row: RosterRow) -> None:
        if self._ground.seats_drawn and not row.room:
            return
        room = self._rooms.get(row.room)
        if room is None:
            known = ", ".join(sorted(self._rooms))
            self.note(row, "room", "not_one_of", what=row.room, known=known)
            return
        if row.seat:
            self._check_seat(row)
        self._in_room[row.room] = self._in_room.get(row.room, 0) + 1
        if self._in_room[row.room] == room.seat_count + 1:
            self.note(row, "room", "room_full", room=row.room, count=str(room.seat_count))

    def _check_seat(self, row: RosterRow) -> None:
        place = (row.room, row.seat)
        plan = self._ground.seat_names.get(row.room)
        if plan is not None and row.seat not in plan:
            self.note(row, "seat", "no_such_seat", room=row.room, seat=row.seat)
        elif place in self._seats:
            what = f"{row.room}-{row.seat}"
            self.note(row, "seat", "doubled", what=what, line=str(self._seats[place]))
        elif place in self._taken:
            self.note(row, "seat", "seat_taken", room=row.room, seat=row.seat)
        self._seats[place] = row.line


def _with_profiles(rows: list[RosterRow], ground: Ground, checker: _Checker) -> list[RosterRow]:
    """The rows with the profiles that follow these people; a disability comes with its profile."""
    held = ground.profiles(row.person or row.participant_no for row in rows)
    given = []
    for row in rows:
        profile = held.get(row.person or row.participant_no)
        if profile and profile.disability and row.disability not in ("", profile.disability):
            checker.note(row, "disability", "other_profile", given=row.disability,
                         profile=profile.disability)  # fmt: skip
        disability = row.disability or (profile.disability if profile else "")
        given.append(replace(row, profile=profile, disability=disability))
    return given


def _named(table: Table, cells: Sequence[object]) -> dict[str, str | Fault]:
    pairs = zip(table.header, cells, strict=False)
    return {name: plain(cell) for name, cell in pairs if name}  # type: ignore[arg-type]


def _header_faults(header: Sequence[str], ground: Ground) -> list[Fault]:
    known = ", ".join(ground.columns)
    faults = [
        Fault("column_missing", {"known": known}, line=1, column=name)
        for name in ground.needed
        if name not in header
    ]
    for name in sorted({name for name in header if name and name not in ground.columns}):
        if ground.seats_drawn and name == "seat":
            faults.append(Fault("seat_is_drawn", line=1, column=name))
        else:
            faults.append(Fault("column_unknown", {"known": known}, line=1, column=name))
    doubled = sorted({name for name in header if name and list(header).count(name) > 1})
    return faults + [Fault("column_doubled", line=1, column=name) for name in doubled]
