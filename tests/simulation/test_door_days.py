"""Mornings at the door under seeds: crashes, doubled clicks, late people, moves, PINs.

The engine and its rules are the real ones; disk and store lose what a crash loses. The checkers
read the raw journal and what staff were told.
"""

import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from exam_sessions import checking_in, commands, events
from exam_sessions.checking_in import Given
from exam_sessions.commands import Act
from exam_sessions.door_commands import (
    CheckIn,
    ConfirmAtDoor,
    EndCheckIn,
    Face,
    OpenCheckIn,
    ProposeClosing,
    ProposeLate,
)
from exam_sessions.engine import Engine, Plumbing
from exam_sessions.exam_session import ROOM_CLOSED, ExamSession
from exam_sessions.ground import Ground
from exam_sessions.journal import Draft, Entry, Lease
from exam_sessions.live_session import Enrolled, LiveSession, NoLock, replay_entry
from exam_sessions.refused import Refused
from exam_sessions.verify_door import DoorCheck
from question_bank.form import assemble, form_to_json
from question_bank.seat_draw import Arrival, Seat, commitment, draw_seat
from tests.cast import EXAM_SESSION, ROOM
from tests.factories import GRACE_MS, STARTS_AT, get_enrolment
from tests.simulation.disk import BANK, BLUEPRINT, EXAM, ITEMS, PLAN, ROOMS, Crashed, Disk, Faults

SEED_COUNT = 60
STEP_COUNT = 60
CLOSES_AT = STARTS_AT - 300_000
KEY = "07" * 32
PEOPLE = tuple(f"q{number}" for number in range(9))
SEATS = tuple(Seat(ROOM, f"{n}", n // 4, n % 4, n == 0) for n in range(12))
FORMS = {seat.key: assemble(BLUEPRINT, BANK, "seed", f"seat/{seat.name}") for seat in SEATS}
ENROLLED = {no: get_enrolment(no, "", room="", disability="motor" * (no == "q3")) for no in PEOPLE}


@dataclass
class Morning:
    """One seed, one morning; `helps` is what somebody does who wants to decide a seat."""

    seed: int
    helps: Callable[[list[Any]], list[Any]] = lambda dealt: dealt
    now: int = CLOSES_AT - 200_000
    forms: dict[str, tuple[str, str]] = field(default_factory=dict)
    pins: dict[str, int] = field(default_factory=dict)
    told: list[tuple[str, tuple[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.disk = Disk(self.chance, Faults())
        self.engine = self.start()

    def start(self) -> Engine:
        """A new process."""
        plumbing = Plumbing(lambda: self.now, NoLock, lambda work, *given: work(*given))
        engine = Engine(self, self.disk, plumbing, grace_ms=GRACE_MS)
        calm, self.disk.is_calm = self.disk.is_calm, True
        engine.recover(Lease(1, None))
        self.disk.is_calm = calm
        return engine

    # --- what the engine reads ---

    def session_ids(self) -> Sequence[str]:
        return [EXAM_SESSION]

    def head(self, session_id: str) -> tuple[int, str]:
        return len(self.disk.entries), ""

    def load(self, session_id: str) -> LiveSession:
        live = LiveSession(
            plan=replace(PLAN, seats_drawn=True),
            exam=EXAM,
            rooms=ROOMS,
            blueprint=BLUEPRINT,
            items=ITEMS,
            state=ExamSession(EXAM_SESSION, rooms={ROOM: ROOM_CLOSED}),
            lock=NoLock(),
            enrolments=dict(ENROLLED),
        )
        grounds = {
            no: Ground(BLUEPRINT, FORMS[key], ITEMS, GRACE_MS) for no, key in self.forms.items()
        }
        for entry in self.disk.entries:
            replay_entry(live, entry, grounds, NoLock)
        return live

    def read_enrolled(self, live: LiveSession) -> Enrolled:
        return dict(ENROLLED), {}

    # --- the morning ---

    def run(self) -> None:
        rows = tuple((s.room, s.name, s.row, s.column, int(s.is_accessible)) for s in SEATS)
        self.disk.is_calm = True
        self.at_door(OpenCheckIn("citra", commitment(KEY), CLOSES_AT, rows))
        self.engine.handle_hall(EXAM_SESSION, commands.OpenRoom(ROOM, "dewi"))
        self.disk.is_calm = False
        for step in range(STEP_COUNT):
            self.now += self.chance.randrange(10_000)
            self.step(f"{self.seed}-{step}")
        self.disk.is_calm = True
        self.now = CLOSES_AT + 3_600_000
        self.at_door(EndCheckIn("citra", KEY))

    def step(self, act_id: str) -> None:
        person = self.chance.choice(PEOPLE)
        act = Act(act_id, self.chance.choice(("citra", "dewi")), "other", "bus mogok")
        live = self.engine.live(EXAM_SESSION)
        proposal = self.chance.choice([*live.door.proposals, "none"])
        doing: Callable[[], Any] = self.chance.choice(
            (
                lambda: self.check_in(act, person),
                lambda: self.check_in(act, person),
                lambda: self.at_door(ProposeLate(act, person)),
                lambda: self.at_door(ProposeClosing(act, self.now + 20_000)),
                lambda: self.at_door(ConfirmAtDoor(act, proposal)),
                lambda: self.use_pin(person),
                lambda: self.move(act, person),
                lambda: self.reissue(act, person),
            )
        )
        for _ in range(self.chance.choice((1, 1, 2))):  # the same click twice
            with contextlib.suppress(Refused):
                try:
                    doing()
                except Crashed:
                    self.engine = self.start()

    def check_in(self, act: Act, person: str) -> None:
        said = self.chance.choice(("by_eye", "match", "unsure"))
        command = CheckIn(act, person, Face(said), self.chance.random() < 0.5)
        after = checking_in.check_in(self.engine, EXAM_SESSION, command, self.give)
        self.told.append((person, (after.seated.room, after.seated.seat)))

    def give(self, who: Arrival, choices: Sequence[Seat]) -> Given:
        """The store: what it keeps is there also when the journal has nothing of it."""
        dealt = self.helps(draw_seat(KEY, who, choices, lambda _seat: 0))
        seat = dealt[-1].seat
        self.forms[who.participant_no] = seat.key
        self.pins[who.participant_no] = self.pins.get(who.participant_no, 0) + 1
        pin_no = self.pins[who.participant_no]
        return Given(dealt, form_to_json(FORMS[seat.key]), pin_no)

    def at_door(self, command: Any) -> None:
        checking_in.act_at_door(self.engine, EXAM_SESSION, command)

    def use_pin(self, person: str) -> None:
        seated = self.engine.cell(EXAM_SESSION, person).sitting.seated
        pinned = self.chance.random() < 0.5
        pin_no = self.chance.randrange(1, self.pins.get(person, 1) + 1)
        command = commands.UsePin(pin_no, seated.room, seated.seat, pinned)
        self.engine.handle(EXAM_SESSION, person, command)

    def move(self, act: Act, person: str) -> None:
        command = commands.Move(act, ROOM, self.chance.choice(SEATS).name)
        self.engine.act(EXAM_SESSION, [person], command)

    def reissue(self, act: Act, person: str) -> None:
        self.engine.cell(EXAM_SESSION, person)
        self.pins[person] += 1
        self.engine.handle(EXAM_SESSION, person, commands.IssuePin(act, self.pins[person]))


def entries_of(morning: Morning, kind: type) -> list[Entry]:
    return [entry for entry in morning.disk.entries if isinstance(entry.event, kind)]


def told_is_journaled(morning: Morning) -> list[str]:
    """Whoever was told a seat stands in the journal with it, once."""
    seated: dict[str, list[tuple[str, str]]] = {}
    for entry in entries_of(morning, events.Seated):
        assert isinstance(entry.event, events.Seated)
        place = (entry.event.room, entry.event.seat)
        seated.setdefault(str(entry.participant_no), []).append(place)
    wrong = [f"{no} was told {seat}" for no, seat in morning.told if seated.get(no) != [seat]]
    return wrong + [f"{no} was seated twice" for no, places in seated.items() if len(places) > 1]


def no_seat_is_given_twice(morning: Morning) -> list[str]:
    """Nobody draws a seat that somebody drew or sits at."""
    at: dict[str, str] = {}
    drawn: set[str] = set()
    wrong = []
    for entry in morning.disk.entries:
        if isinstance(entry.event, events.Seated):
            seat = entry.event.seat
            if seat in drawn or seat in at.values():
                wrong.append(f"{seat} was given twice")
            drawn.add(seat)
            at[str(entry.participant_no)] = seat
        elif isinstance(entry.event, events.Moved):
            at[str(entry.participant_no)] = entry.event.seat
    return wrong


def late_by_two(morning: Morning) -> list[str]:
    """Everybody who came after the closing stands between two people's names."""
    closes_at, proposed, wrong = CLOSES_AT, {}, []
    admitted: set[str] = set()
    for entry in morning.disk.entries:
        event = entry.event
        if isinstance(event, events.DoorProposed):
            proposed[event.act_id] = event
        elif isinstance(event, events.DoorConfirmed):
            first = proposed[event.proposal]
            if first.by == event.by:
                wrong.append(f"{event.by} confirmed the own proposal")
            if first.what == "closing":
                closes_at = first.closes_at
            admitted.add(first.participant_no)
        elif isinstance(event, events.CheckedIn) and entry.at > closes_at:
            wrong += [f"{entry.participant_no} came late"] * (entry.participant_no not in admitted)
    return wrong


def pins_open_as_promised(morning: Morning) -> list[str]:
    """Only the newest PIN opens, and away from its workstation once."""
    newest: dict[str | None, int] = {}
    used: set[str | None] = set()
    wrong = []
    for entry in morning.disk.entries:
        event, who = entry.event, entry.participant_no
        if isinstance(event, events.PinIssued):
            newest[who] = event.pin_no
            used.discard(who)
        elif isinstance(event, events.Moved):
            used.discard(who)
        elif isinstance(event, events.PinUsed):
            if event.pin_no != newest[who]:
                wrong.append(f"{who}: an old PIN opened")
            if who in used and not event.is_pinned:
                wrong.append(f"{who}: the PIN opened twice")
            used.add(who)
    return wrong


def every_seat_is_the_draws(morning: Morning) -> list[str]:
    """An auditor draws every seat again."""
    check = DoorCheck({key: form.digest for key, form in FORMS.items()})
    seats: dict[str, tuple[str, str]] = {}
    digests: dict[str, str] = {}
    for entry in morning.disk.entries:
        if isinstance(entry.event, events.Seated):
            digests[str(entry.participant_no)] = entry.event.form_digest
        if isinstance(entry.event, events.Seated | events.Moved):
            seats[str(entry.participant_no)] = (entry.event.room, entry.event.seat)
        check.take(entry, seats, digests.get(str(entry.participant_no), ""))
    return check.conclude(None)


def replay_is_live(morning: Morning) -> list[str]:
    """A new start knows what this process knows."""
    live, again = morning.engine.live(EXAM_SESSION), morning.load(EXAM_SESSION)
    same = {no: cell.sitting for no, cell in live.cells.items()} == {
        no: cell.sitting for no, cell in again.cells.items()
    }
    return [] if same and live.door == again.door else ["the replayed door differs"]


CHECKERS = (
    told_is_journaled,
    no_seat_is_given_twice,
    late_by_two,
    pins_open_as_promised,
    every_seat_is_the_draws,
    replay_is_live,
)


def test_a_morning_at_the_door_keeps_every_promise() -> None:
    kinds: set[str] = set()
    for seed in range(SEED_COUNT):
        morning = Morning(seed)

        morning.run()

        faults = [fault for checker in CHECKERS for fault in checker(morning)]
        assert faults == [], f"seed {seed}"
        kinds |= {type(entry.event).__name__ for entry in morning.disk.entries}
    assert {"CheckedIn", "DoorConfirmed", "PinIssued", "PinUsed", "Moved", "CheckInEnded"} <= kinds


def append(morning: Morning, event: events.Event, who: str | None, at: int | None = None) -> None:
    draft = Draft(EXAM_SESSION, who, at or morning.now, event)
    morning.disk.append(draft)


def seated_again(morning: Morning) -> None:
    first = entries_of(morning, events.Seated)[0]
    append(morning, first.event, first.participant_no)


def confirmed_alone(morning: Morning) -> None:
    append(morning, events.DoorProposed("x", "citra", "", "", "closing", "", 2**60), None)
    append(morning, events.DoorConfirmed("y", "citra", "", "", "x"), None)


def old_pin_used(morning: Morning) -> None:
    first = entries_of(morning, events.Seated)[0]
    append(morning, events.PinUsed(0, ROOM, "1", is_pinned=False), first.participant_no)


def told_another(morning: Morning) -> None:
    morning.told.append((morning.told[0][0], (ROOM, "99")))


def lost_in_memory(morning: Morning) -> None:
    live = morning.engine.live(EXAM_SESSION)
    live.door = replace(live.door, count=live.door.count + 1)


@pytest.mark.parametrize(
    ("checker", "plant"),
    [
        (told_is_journaled, told_another),
        (no_seat_is_given_twice, seated_again),
        (late_by_two, confirmed_alone),
        (pins_open_as_promised, old_pin_used),
        (replay_is_live, lost_in_memory),
    ],
)
def test_each_checker_sees_its_planted_fault(
    checker: Callable[[Morning], list[str]], plant: Callable[[Morning], None]
) -> None:
    morning = Morning(1)
    morning.run()
    assert checker(morning) == []

    plant(morning)

    assert checker(morning) != []


def test_a_seat_that_somebody_chose_is_seen() -> None:
    def choose(dealt: list[Any]) -> list[Any]:
        return [replace(dealt[0], seat=SEATS[5])]

    morning = Morning(1, helps=choose)
    morning.run()

    assert every_seat_is_the_draws(morning) != []
