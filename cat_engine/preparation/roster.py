"""Reading a roster: a CSV file of candidates into enrolments, all rows or none.

Columns: participant_no, name, room, seat are needed; formation, formation_type, disability, pin
may be left out or empty. A PIN that is left out is made, and stands in the list of PIN slips only:
the database keeps its Argon2id hash.
"""

import csv
import io
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from exam_sessions.store import Enrolment, Room

NEEDED = ("participant_no", "name", "room", "seat")
OPTIONAL = ("formation", "formation_type", "disability", "pin")
LENGTHS: Mapping[str, int] = {
    "participant_no": 40,
    "name": 120,
    "room": 60,
    "seat": 20,
    "formation": 120,
    "formation_type": 40,
    "disability": 40,
    "pin": 20,
}
DISABILITIES = ("", "visual", "hearing", "motor", "other")
PIN_DIGITS = 6
SIZE_LIMIT_BYTES = 50 * 1024 * 1024
ROW_LIMIT = 200_000
PROBLEM_LIMIT = 100


class BadRoster(Exception):
    """A roster that cannot be imported; one line for each problem, nothing was stored."""

    code = "bad_roster"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems[:PROBLEM_LIMIT]))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One candidate as the file has it, checked."""

    line: int
    participant_no: str
    name: str
    room: str
    seat: str
    formation: str
    formation_type: str
    disability: str
    pin: str


def read(
    path: Path,
    *,
    rooms: Iterable[Room],
    formation_types: Iterable[str],
    enrolled: Iterable[Enrolment] = (),
) -> list[RosterRow]:
    """Read and check a roster file.

    Args:
        path: a CSV file with a heading line; comma or semicolon; UTF-8.
        rooms: of the exam session.
        formation_types: for which the blueprint has thresholds; empty: any.
        enrolled: who is enrolled already.

    Raises:
        BadRoster: with every problem, each with line and column.
    """
    reader = csv.DictReader(
        io.StringIO(_text(path)), delimiter=_delimiter(_text(path)), strict=True
    )
    header = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    _check_header(header)
    checker = _Checker(rooms, formation_types, enrolled)
    rows: list[RosterRow] = []
    try:
        for values in reader:
            if not any(isinstance(value, str) and value.strip() for value in values.values()):
                continue
            rows.append(checker.check(reader.line_num, values))
            if len(rows) > ROW_LIMIT:
                raise BadRoster([f"more than {ROW_LIMIT} rows; split the file"])
    except csv.Error as error:
        checker.problems.append(f"line {reader.line_num}: not CSV: {error}")
    if not rows and not checker.problems:
        checker.problems.append("the file has a heading but no candidates")
    if checker.problems:
        raise BadRoster(checker.problems)
    return rows


def enrol(
    row: RosterRow, exam_session: str, hash_pin: Callable[[str], str]
) -> tuple[Enrolment, str]:
    """The enrolment of a row and the PIN that goes on the candidate's slip."""
    pin = row.pin or make_pin()
    enrolment = Enrolment(
        exam_session=exam_session,
        participant_no=row.participant_no,
        name=row.name,
        formation=row.formation,
        formation_type=row.formation_type,
        disability=row.disability,
        room=row.room,
        seat=row.seat,
        pin_hash=hash_pin(pin),
    )
    return enrolment, pin


def make_pin() -> str:
    """A PIN of six digits."""
    return "".join(str(secrets.randbelow(10)) for _ in range(PIN_DIGITS))


class _Checker:
    """Checks rows one after another and remembers numbers and seats."""

    def __init__(
        self, rooms: Iterable[Room], formation_types: Iterable[str], enrolled: Iterable[Enrolment]
    ) -> None:
        self._rooms = {room.id: room for room in rooms}
        self._formation_types = frozenset(formation_types)
        self._numbers = {one.participant_no: "already enrolled" for one in enrolled}
        self._seats = {(one.room, one.seat): "already taken" for one in enrolled}
        self._in_room: dict[str, int] = {}
        self.problems: list[str] = []

    def check(self, line: int, raw: Mapping[str | None, str | list[str] | None]) -> RosterRow:
        """The row with its problems noted."""
        if None in raw:
            self.problems.append(f"line {line}: more values than columns; check the commas")
        values = {name: str(raw.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)}
        for column, value in values.items():
            self._check_value(line, column, value)
        row = RosterRow(line=line, **values | {
            "formation_type": values["formation_type"] or "general",
        })  # fmt: skip
        self._check_row(row)
        return row

    def _check_value(self, line: int, column: str, value: str) -> None:
        if column in NEEDED and not value:
            self.problems.append(f"line {line}, column {column}: is empty")
        if len(value) > LENGTHS[column]:
            self.problems.append(f"line {line}, column {column}: longer than {LENGTHS[column]}")
        if any(not letter.isprintable() for letter in value):
            self.problems.append(f"line {line}, column {column}: holds an unprintable character")

    def _check_row(self, row: RosterRow) -> None:
        def problem(column: str, text: str) -> None:
            self.problems.append(f"line {row.line}, column {column}: {text}")

        if row.participant_no in self._numbers:
            problem(
                "participant_no", f"{row.participant_no} is {self._numbers[row.participant_no]}"
            )
        self._numbers[row.participant_no] = f"also on line {row.line}"
        if self._formation_types and row.formation_type not in self._formation_types:
            known = ", ".join(sorted(self._formation_types))
            problem("formation_type", f"{row.formation_type!r} is not one of {known}")
        if row.disability not in DISABILITIES:
            problem("disability", f"{row.disability!r} is not one of {', '.join(DISABILITIES[1:])}")
        if row.pin and not (row.pin.isascii() and row.pin.isdigit() and len(row.pin) >= PIN_DIGITS):
            problem("pin", f"a PIN has at least {PIN_DIGITS} digits and nothing else")
        room = self._rooms.get(row.room)
        if room is None:
            problem("room", f"{row.room!r} is not one of {', '.join(sorted(self._rooms))}")
            return
        seat = (row.room, row.seat)
        if seat in self._seats:
            problem("seat", f"{row.seat} in room {row.room} is {self._seats[seat]}")
        self._seats[seat] = f"also on line {row.line}"
        self._in_room[row.room] = self._in_room.get(row.room, 0) + 1
        if self._in_room[row.room] == room.seat_count + 1:
            problem("room", f"room {row.room} has {room.seat_count} seats and gets more candidates")


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadRoster([f"{path} cannot be read: {error.strerror}"]) from error
    if len(raw) > SIZE_LIMIT_BYTES:
        raise BadRoster([f"larger than {SIZE_LIMIT_BYTES // 1024 // 1024} MB; split the file"])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadRoster([f"line {line}: not UTF-8; save the sheet as CSV UTF-8"]) from error


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return ";" if first.count(";") > first.count(",") else ","


def _check_header(header: Sequence[str]) -> None:
    problems = [f"column {name} is missing" for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in (*NEEDED, *OPTIONAL)]
    if unknown:
        known = ", ".join((*NEEDED, *OPTIONAL))
        problems.append(f"unknown columns {', '.join(unknown)}; known: {known}")
    if len(set(header)) != len(header):
        problems.append("a column stands twice")
    if problems:
        raise BadRoster([f"line 1: {problem}" for problem in problems])
