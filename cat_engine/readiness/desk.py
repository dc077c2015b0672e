"""Readiness checks that are under way: codes, what workstations reported, one rehearsal each.

Kept in memory and bounded: a check lasts an hour or two, and what is to be kept is the signed
sheet. A code is short, random and short-lived; whoever has it can report a workstation of its room
and nothing else.
"""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from cat_engine.accounts.token_bucket import TokenBuckets
from cat_engine.readiness.station import Station

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CHECK_LIMIT = 50
SEAT_LIMIT = 2_000
TRIES = 20
TRY_WAIT_MS = 3_000
MS_PER_MINUTE = 60_000


@dataclass(slots=True)
class Check:
    """The readiness check of one room."""

    code: str
    site: str
    room: str
    seats_expected: int
    by: str
    made_at: int
    expires_at: int
    stations: dict[str, Station] = field(default_factory=dict)
    run: object | None = None
    """The rehearsal that was started last (`readiness.runs`)."""
    sheet: str = ""
    """The signed sheet that was made last, as its file."""

    def report(self, station: Station) -> None:
        """Keep the newest report of a seat."""
        if station.seat in self.stations or len(self.stations) < SEAT_LIMIT:
            self.stations[station.seat] = station

    @property
    def newest(self) -> Sequence[Station]:
        """The reports by seat."""
        return [self.stations[seat] for seat in sorted(self.stations, key=_by_number)]


class Desk:
    """Every check that this server knows."""

    def __init__(self) -> None:
        """Begin with none."""
        self._checks: OrderedDict[str, Check] = OrderedDict()
        self._tries = TokenBuckets(capacity=TRIES, refill_ms=TRY_WAIT_MS)

    def begin(self, site: str, room: str, *, seats: int, by: str, now: int, minutes: int) -> Check:
        """A new check with a code of its own; the oldest is forgotten when there are too many."""
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        expires_at = now + minutes * MS_PER_MINUTE
        check = Check(code, site, room, seats, by, made_at=now, expires_at=expires_at)
        self._checks[code] = check
        while len(self._checks) > CHECK_LIMIT:
            self._checks.popitem(last=False)
        return check

    def all(self) -> list[Check]:
        """Every check, the newest first."""
        return list(reversed(self._checks.values()))

    def find(self, code: str) -> Check | None:
        """The check of a code, for staff; also when the code has expired."""
        return self._checks.get(code)

    def admit(self, code: str, *, address: str, now: int) -> Check | None:
        """The check of a code that a workstation gave; None when it is wrong, late or guessed."""
        if self._tries.wait_ms(address, now=now) > 0:
            return None
        check = self._checks.get(code.strip().upper())
        if check is None or now >= check.expires_at:
            self._tries.take(address, now=now)
            return None
        return check


def _by_number(seat: str) -> tuple[int, str]:
    digits = "".join(filter(str.isdigit, seat))
    return int(digits[:9]) if digits else 0, seat
