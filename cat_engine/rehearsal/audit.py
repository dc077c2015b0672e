"""After a run: is every acknowledgement in the journal, once, with the same content?

The check reads the journal and the forms by itself; it shares no state with the clients' side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine as Database

from cat_engine.rehearsal.virtual import Story
from exam_sessions import events, journal, store
from exam_sessions.events import JsonValue, canonical
from question_bank.form import Form, form_from_json
from question_bank.shown import to_canonical
from scoring.response import from_json, to_json


@dataclass(slots=True)
class Audit:
    """What a comparison of acknowledgements with the journal found."""

    acknowledged_count: int = 0
    journaled_count: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled or changed."""
        return not (self.lost or self.doubled or self.changed)


Journaled = Mapping[tuple[str, int], Sequence[tuple[int, JsonValue]]]


def audit(database: Database, exam_session: str, stories: Iterable[Story]) -> Audit:
    """Compare what clients were told with what the journal holds.

    Raises:
        JournalBroken: the journal's chain does not hold.
    """
    with database.connect() as db:
        forms = {
            participant_no: form_from_json(stored.document)
            for participant_no, stored in store.get_forms(db, exam_session).items()
        }
        journaled = _journaled(journal.read_all(db, exam_session))
    return compare(journaled, forms, stories)


def compare(journaled: Journaled, forms: Mapping[str, Form], stories: Iterable[Story]) -> Audit:
    """The comparison itself, on values."""
    found = Audit(journaled_count=sum(len(given) for given in journaled.values()))
    for (participant_no, client_seq), given in sorted(journaled.items()):
        if len(given) > 1:
            found.doubled.append(f"{participant_no} message {client_seq}: {len(given)} entries")
    for story in stories:
        for client_seq, (item_no, shown) in sorted(story.acknowledged.items()):
            found.acknowledged_count += 1
            place = f"{story.participant_no} message {client_seq}, item {item_no}"
            given = journaled.get((story.participant_no, client_seq), ())
            if not given:
                found.lost.append(place)
                continue
            expected = _canonical_response(forms[story.participant_no], item_no, shown)
            item_stored, stored = given[0]
            if item_stored != item_no or canonical(stored) != canonical(expected):
                found.changed.append(place)
    return found


def _journaled(entries: Iterable[journal.Entry]) -> Journaled:
    found: dict[tuple[str, int], list[tuple[int, JsonValue]]] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, events.Responded | events.ResponseHeld):
            assert entry.participant_no is not None
            key = (entry.participant_no, event.client_seq)
            found.setdefault(key, []).append((event.item_no, event.response))
    return found


def _canonical_response(form: Form, item_no: int, shown: object) -> JsonValue:
    slot = next(slot for part in form.parts for slot in part.slots if slot.item_no == item_no)
    response: JsonValue = to_json(to_canonical(slot, from_json(shown)))
    return response
