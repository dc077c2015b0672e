"""Checking the door of an exam session: every seat drawn again, every late admission by two people.

From the journal alone once it holds the key of the draw; before that with the key of the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exam_sessions import events
from exam_sessions.door import Door, dealt_of, evolve_door
from exam_sessions.journal import Entry
from question_bank.seat_draw import Arrival, Dealt, Seat, chosen, commitment, eligible, faults

SeatKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Draw:
    place: str
    who: Arrival
    choices: Sequence[Seat]
    dealt: Sequence[Dealt]


@dataclass(slots=True)
class DoorCheck:
    """What the journal has told of the door so far, and what does not fit."""

    form_digests: Mapping[SeatKey, str] | None
    """Of the forms that lie on seats, by room and seat; None: they are not known here."""
    door: Door = field(default_factory=Door)
    findings: list[str] = field(default_factory=list)
    _draws: list[_Draw] = field(default_factory=list)

    @property
    def draw_count(self) -> int:
        """Seats whose draw is checked again at the end."""
        return len(self._draws)

    def take(
        self,
        entry: Entry,
        seats: Mapping[str, SeatKey],
        form_digest: str = "",
        *,
        shows_people: bool = True,
    ) -> None:
        """Take in one entry.

        Args:
            entry: of any kind; most change nothing.
            seats: where everybody has been seated by now, by participant number.
            form_digest: of the form that this entry's candidate was seated with.
            shows_people: False where it is hidden who acted, so that nobody can compare two.
        """
        event = entry.event
        place = f"{entry.exam_session}, entry {entry.position}"
        if isinstance(event, events.CheckedIn):
            self._take_check_in(entry, event, place, seats)
            seat = chosen(dealt_of(self.door, event)).key if event.dealt else ("", "")
            if self.form_digests is not None and self.form_digests.get(seat) != form_digest:
                self.findings.append(f"{place}: another form than the one that lay on the seat")
        if isinstance(event, events.DoorConfirmed):
            proposal = self.door.proposals.get(event.proposal)
            if proposal is None or (shows_people and proposal.by == event.by):
                self.findings.append(f"{place}: confirmed without a second person")
                return
        if isinstance(event, events.CheckedIn) and not event.dealt:
            return
        self.door = evolve_door(self.door, entry)

    def conclude(self, stored_key: str | None) -> list[str]:
        """Draw every seat again, with the journal's key or, before it has one, a stored one."""
        key = self.door.key or stored_key
        if not self._draws:
            return self.findings
        if key is None or commitment(key) != self.door.commitment:
            return [*self.findings, "the key of the seat draw is not the one committed to"]
        for draw in self._draws:
            self.findings += [
                f"{draw.place}: {fault}"
                for fault in faults(key, draw.who, draw.choices, draw.dealt)
            ]
        return self.findings

    def _take_check_in(
        self, entry: Entry, event: events.CheckedIn, place: str, seats: Mapping[str, SeatKey]
    ) -> None:
        participant_no = entry.participant_no
        assert participant_no is not None, "a check-in is somebody's"
        door, note = self.door, self.findings.append
        if not door.is_opened or door.is_ended:
            note(f"{place}: checked in while check-in was not open")
        if event.number != door.count + 1:
            note(f"{place}: check-in {event.number} follows check-in {door.count}")
        if door.is_closed(entry.at) and participant_no not in door.late:
            note(f"{place}: checked in after the closing without two people's agreement")
        if event.is_late != door.is_closed(entry.at):
            note(f"{place}: says wrongly whether it was after the closing")
        dealt = dealt_of(door, event)
        if not dealt or seats.get(participant_no) != chosen(dealt).key:
            note(f"{place}: seated elsewhere than drawn")
        who = Arrival(
            exam_session=entry.exam_session,
            number=event.number,
            participant_no=participant_no,
            previous=door.previous,
            room=event.room,
            needs_access=event.needs_access,
        )
        others = {seat for no, seat in seats.items() if no != participant_no}
        choices = eligible(door.seats, door.given | others, who)
        self._draws.append(_Draw(place, who, choices, dealt))
