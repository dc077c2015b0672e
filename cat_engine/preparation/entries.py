"""Agencies, formations, sites, rooms and profiles, from the fields that somebody filled in.

Pages, API and commands give the same fields as texts; each mistake names its field (`key`).
"""

from collections.abc import Mapping, Sequence

from cat_engine.preparation.exam_plan import IDENTIFIER_LIMIT, is_identifier
from cat_engine.preparation.fault import Fault, Faulty
from exam_sessions.accommodation import (
    BREAK_LIMIT_MINUTES,
    CONTRASTS,
    DISABILITIES,
    TEXT_SIZES,
    TIMERS,
)
from exam_sessions.agencies import Agency, Formation
from exam_sessions.profiles import Profile
from exam_sessions.seat_plan import (
    COLUMN_LIMIT,
    NAMINGS,
    ROW_LIMIT,
    SEAT_LIMIT,
    SeatPlan,
    grid,
)
from exam_sessions.sites import Site, SiteRoom

TEXT_LIMIT = 200
OPENINGS_LIMIT = 1_000_000
OFFSETS: Mapping[str, int] = {"WIB": 420, "WITA": 480, "WIT": 540}
"""Minutes from UTC; other offsets are written as +05:30."""

AGENCY_FIELDS = ("id", "name")
FORMATION_FIELDS = ("id", "agency", "title", "location", "formation_type", "openings")
SITE_FIELDS = ("id", "name", "address", "zone")
ROOM_FIELDS = ("id", "name", "rows", "columns", "naming", "aisles", "unusable", "accessible")
PROFILE_FIELDS = ("person", "disability", "text_size", "contrast", "timer", "break_minutes",
                  "source", "confirmed_by")  # fmt: skip

Given = Mapping[str, str]


class BadEntry(Faulty):
    """Fields that cannot be taken; each mistake with its field."""

    code = "bad_entry"


class _Fields:
    """Takes values out of given fields and collects what is wrong."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.faults: list[Fault] = []

    def note(self, key: str, code: str, **values: str) -> None:
        self.faults.append(Fault(code, {"key": key, **values}, key=key))

    def words(self, key: str, *, limit: int = TEXT_LIMIT, is_needed: bool = True) -> str:
        value = " ".join(self._given.get(key, "").split())
        if not value and is_needed:
            self.note(key, "empty")
        elif len(value) > limit:
            self.note(key, "too_long", limit=str(limit))
        elif not value.isprintable():
            self.note(key, "unprintable")
        return value

    def identifier(self, key: str) -> str:
        value = self.words(key, limit=IDENTIFIER_LIMIT)
        if value and not is_identifier(value):
            self.note(key, "no_identifier", limit=str(IDENTIFIER_LIMIT))
        return value

    def number(self, key: str, *, least: int, most: int, usual: str = "") -> int:
        value = self.words(key, is_needed=not usual) or usual
        if not value:
            return least
        is_number = value.isascii() and value.isdigit() and len(value) <= 9
        if not is_number or not least <= int(value) <= most:
            self.note(key, "out_of_range", least=str(least), most=str(most))
            return least
        return int(value)

    def choice(self, key: str, known: Sequence[str], usual: str) -> str:
        value = self.words(key, is_needed=False) or usual
        if value not in known:
            self.note(key, "not_one_of", what=value, known=", ".join(filter(None, known)))
            return usual
        return value

    def check(self) -> None:
        if self.faults:
            raise BadEntry(self.faults)


def read_agency(given: Given) -> Agency:
    """An agency.

    Raises:
        BadEntry: with every mistake.
    """
    fields = _Fields(given)
    agency = Agency(fields.identifier("id"), fields.words("name"))
    fields.check()
    return agency


def read_formation(given: Given, agencies: Sequence[str]) -> Formation:
    """A formation of one of these agencies; refusals as for `read_agency`."""
    fields = _Fields(given)
    formation = Formation(
        id=fields.identifier("id"),
        agency=fields.choice("agency", agencies, ""),
        title=fields.words("title", limit=120),
        location=fields.words("location", limit=120),
        formation_type=fields.words("formation_type", limit=40, is_needed=False) or "general",
        openings=fields.number("openings", least=1, most=OPENINGS_LIMIT),
    )
    fields.check()
    return formation


def read_site(given: Given) -> Site:
    """A site; `zone` is WIB, WITA, WIT or an offset such as +05:30; refusals as above."""
    fields = _Fields(given)
    site = Site(
        id=fields.identifier("id"),
        name=fields.words("name"),
        address=fields.words("address", is_needed=False),
        utc_offset_minutes=_offset(fields),
    )
    fields.check()
    return site


def read_site_room(given: Given, site: str) -> SiteRoom:
    """A room with a seat plan: a grid with aisles and seats out of use; refusals as above."""
    fields = _Fields(given)
    room_id, name = fields.identifier("id"), fields.words("name", limit=60)
    rows = fields.number("rows", least=1, most=ROW_LIMIT)
    columns = fields.number("columns", least=1, most=COLUMN_LIMIT // 2)
    naming = fields.choice("naming", NAMINGS, "numbers")
    most = COLUMN_LIMIT if fields.faults else columns - 1
    aisles = _numbers(fields, "aisles", most=most)
    if rows * columns > SEAT_LIMIT:
        fields.note("rows", "too_many_seats", limit=str(SEAT_LIMIT))
    fields.check()
    unusable = given.get("unusable", "").replace(",", " ").split()
    accessible = given.get("accessible", "").replace(",", " ").split()
    plan = grid(
        rows, columns, naming=naming, aisles=aisles, unusable=unusable, accessible=accessible
    )
    for key, seats in (("unusable", unusable), ("accessible", accessible)):
        for seat in sorted(set(seats) - plan.by_name.keys()):
            fields.note(key, "not_in_plan", seat=seat)
    if not plan.usable:
        fields.note("unusable", "nothing_usable")
    fields.check()
    return SiteRoom(site, room_id, name, plan)


def read_profile(given: Given, *, revision: int, recorded_at: int) -> Profile:
    """The next revision of a person's standing profile; refusals as above."""
    fields = _Fields(given)
    profile = Profile(
        person=fields.words("person", limit=60),
        revision=revision,
        disability=fields.choice("disability", DISABILITIES, ""),
        text_size=fields.choice("text_size", TEXT_SIZES, "normal"),
        contrast=fields.choice("contrast", CONTRASTS, "normal"),
        timer=fields.choice("timer", TIMERS, "shown"),
        break_minutes=fields.number("break_minutes", least=0, most=BREAK_LIMIT_MINUTES, usual="0"),
        source=fields.words("source"),
        confirmed_by=fields.words("confirmed_by", limit=64),
        recorded_at=recorded_at,
    )
    fields.check()
    return profile


def zone_of(offset_minutes: int) -> str:
    """The name of a zone as `read_site` takes it."""
    for name, minutes in OFFSETS.items():
        if minutes == offset_minutes:
            return name
    sign = "-" if offset_minutes < 0 else "+"
    hours, minutes = divmod(abs(offset_minutes), 60)
    return f"{sign}{hours:02d}:{minutes:02d}"


def plan_fields(plan: SeatPlan) -> dict[str, str]:
    """The fields of `read_site_room` that make this plan again."""
    first_row = [seat for seat in plan.seats if seat.row_index == 0]
    columns = [seat.column_index for seat in first_row]
    aisles = [
        str(place)
        for place, column in enumerate(columns, start=1)
        if column + 1 not in columns and place < len(columns)
    ]
    by_rows = bool(plan.seats) and plan.seats[0].name == "A1"
    return {
        "rows": str(plan.row_count),
        "columns": str(len(columns)),
        "naming": "rows" if by_rows else "numbers",
        "aisles": " ".join(aisles),
        "unusable": " ".join(seat.name for seat in plan.seats if not seat.is_usable),
        "accessible": " ".join(seat.name for seat in plan.seats if seat.is_accessible),
    }


def _offset(fields: _Fields) -> int:
    zone = fields.words("zone")
    if zone in OFFSETS or not zone:
        return OFFSETS.get(zone, 0)
    sign, _, rest = zone[:1], zone[:1], zone[1:]
    hours, colon, minutes = rest.partition(":")
    is_offset = (
        sign in ("+", "-")
        and colon == ":"
        and (len(hours), len(minutes)) == (2, 2)
        and rest.replace(":", "").isascii()
        and (hours + minutes).isdigit()
    )
    offset = int(f"{sign}{int(hours) * 60 + int(minutes)}") if is_offset else 10_000
    if not -720 <= offset <= 840:
        fields.note("zone", "no_zone")
        return 0
    return offset


def _numbers(fields: _Fields, key: str, *, most: int) -> list[int]:
    """Whole numbers from 1, separated by spaces or commas."""
    words = fields.words(key, is_needed=False).replace(",", " ").split()
    numbers = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 4]
    if len(numbers) != len(words) or any(not 1 <= one <= most for one in numbers):
        fields.note(key, "out_of_range", least="1", most=str(max(most, 1)))
        return []
    return sorted(set(numbers))
