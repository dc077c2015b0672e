"""The record of an exam session as lines of text, and everything that can be computed from them.

One line is one entry of the journal. A line of the public grade shows only the fields named here,
and names the ones it does not show; its hash and the digest of its body stand there as in the
journal, so every link can be computed. Pure: whoever has the lines needs no database. Format:
docs/algorithms/day-export.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from fractions import Fraction
from typing import Any

from exam_sessions import events, standings
from exam_sessions.entry_hash import digest_of, genesis, hash_entry, salt_of
from exam_sessions.journal import Entry
from exam_sessions.own_break import OWN_BREAK
from exam_sessions.verify_door import DoorCheck, SeatKey
from question_bank.blueprint import Blueprint
from scoring import board as boards
from scoring import display
from scoring.ranking import Contender, rank
from scoring.tally import TOTAL, Tally, passed, thresholds_for

Json = dict[str, Any]
Blanks = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By participant, section and item number: what an item without a response earns, if not 0."""

_ACT = ("reason",)
_RESPONSE = ("client_seq", "item_no", "section", "held_ms")
_ANSWER = ("item", "response", "points")
SHOWN: Mapping[str, tuple[str, ...]] = {
    "Seated": (
        "form_digest", "formation", "formation_type", "room", "seat", "part_item_counts",
    ),
    "Attached": ("epoch", "took_over", "heard_at"),
    "LineLost": ("epoch", "cause", "heard_at"),
    "PartBegun": ("part_index",),
    "Viewed": ("client_seq", "item_no"),
    "Flagged": ("client_seq", "item_no", "flagged"),
    "Responded": _RESPONSE,
    "ResponseHeld": (*_RESPONSE, "late_ms", "ack_at", "since_ack_ms"),
    "LateDecided": tuple(one.name for one in fields(events.LateDecided)),
    "HeldAdmitted": _ACT,
    "HeldRefused": _ACT,
    "OutboxBrought": (*_ACT, "epoch", "digest", "answer_count"),
    "PartEnded": ("part_index", "cause", "client_seq"),
    "Finished": ("cause", "sections", "total", "passed"),
    "Rescored": ("sections", "total", "passed"),
    "Paused": _ACT,
    "Resumed": _ACT,
    "Extended": (*_ACT, "extension_ms", "measured_ms"),
    "ExtensionWithdrawn": (*_ACT, "extension_ms"),
    "Readmitted": (*_ACT, "extension_ms"),
    "Moved": (*_ACT, "room", "seat"),
    "Ended": _ACT,
    "Voided": ("kind",),
    "RoomOpened": ("room",),
    "RoomStarted": ("room",),
    "BoardFrozen": (),
    "BoardResumed": (),
    "BoardFinalized": (),
    "ClosingProposed": (),
    "ClosingWithdrawn": (),
    "SessionClosed": ("head_position", "head_hash"),
    "ServerResumed": ("away_from", "away_until"),
}  # fmt: skip
"""What the public sees of each kind; of a kind that is not here, nothing but its hash."""
DOOR_SHOWN: Mapping[str, tuple[str, ...]] = {
    "CheckInOpened": ("commitment", "closes_at", "seats"),
    "CheckedIn": ("number", "room", "needs_access", "dealt", "is_late"),
    "DoorProposed": ("act_id", "what", "participant_no", "closes_at"),
    "DoorConfirmed": ("act_id", "proposal"),
    "DoorWithdrawn": ("act_id", "proposal"),
    "CheckInEnded": ("key",),
}
"""By which every seat can be drawn again; shown to the public where nobody needed another seat.

With the key of the draw anybody could find out for whom accessible seats came first.
"""
DOOR_HIDDEN: Mapping[str, tuple[str, ...]] = {"CheckInOpened": ("commitment", "closes_at")}
"""What of it the public sees otherwise."""


def full_line(entry: Entry, key: str | None) -> str:
    """An entry with everything in it.

    Args:
        entry: of the journal.
        key: of that journal, as `journal.key_of` gives it.
    """
    return _text(entry, key, events.body_of(entry.event), [])


def shows_door(entries: Iterable[Entry]) -> bool:
    """Whether the public may see how seats were drawn: nobody needed an accessible one."""
    return not any(
        isinstance(one.event, events.CheckedIn) and one.event.needs_access for one in entries
    )


def public_line(
    entry: Entry, key: str | None, *, with_answers: bool, with_door: bool = False
) -> str:
    """An entry as the public sees it.

    Args:
        entry: of the journal.
        key: of that journal, as `journal.key_of` gives it.
        with_answers: only when the bank is not used again.
        with_door: only where `shows_door`.
    """
    body = events.body_of(entry.event)
    kind = events.kind_of(entry.event)
    shown = SHOWN.get(kind) or (DOOR_SHOWN if with_door else DOOR_HIDDEN).get(kind, ())
    if with_answers and "points" in body:
        shown = (*shown, *_ANSWER)
    if body.get("reason") == OWN_BREAK:  # only whom a profile gives breaks takes them
        shown = ()
    kept: Json = {name: value for name, value in body.items() if name in shown}
    hidden = sorted(body.keys() - kept.keys())
    if "response" in hidden:
        kept["is_given"] = body["response"] is not None
    return _text(entry, key, kept, hidden)


def _text(entry: Entry, key: str | None, body: Mapping[str, Any], hidden: list[str]) -> str:
    line: Json = {
        "position": entry.position,
        "participant_no": entry.participant_no,
        "at": entry.at,
        "kind": events.kind_of(entry.event),
        "body": body,
        "hash": entry.hash,
    }
    if hidden:
        line["hidden"] = hidden
    if key is not None:
        salt = salt_of(key, entry.position)
        whole = events.canonical(events.body_of(entry.event))
        line |= {"digest": digest_of(salt, whole)} if hidden else {"salt": salt}
    return events.canonical(line)


@dataclass(slots=True)
class Reading:
    """What was read of the lines of an exam session, and what does not hold."""

    exam_session: str
    entry_count: int = 0
    whole_count: int = 0
    """Entries that are shown whole."""
    linked_count: int = 0
    """Entries whose hash was computed again, from the body or from its digest."""
    shows_points: bool = True
    """False: the points of the responses are hidden, and scores are taken as they were shown."""
    scored_count: int = 0
    """Scores that were computed again from the points of the responses."""
    head: tuple[int, str] = (0, "")
    closed: events.SessionClosed | None = None
    form_digests: dict[str, str] = field(default_factory=dict)
    progress: dict[str, standings.Progress] = field(default_factory=dict)
    finished: dict[str, events.Finished | events.Rescored] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    door: DoorCheck = field(default_factory=lambda: DoorCheck(None))
    shows_door: bool = True
    """False: what seats were drawn by is hidden, and none is drawn again."""
    seats: dict[str, SeatKey] = field(default_factory=dict)

    @property
    def drawn_count(self) -> int:
        """Seats that were drawn again."""
        return self.door.draw_count if self.shows_door else 0


def read_lines(
    exam_session: str,
    lines: Iterable[str],
    blueprint: Blueprint,
    blanks: Blanks,
    *,
    seat_forms: Mapping[SeatKey, str] | None = None,
) -> Reading:
    """Check the chain of the lines, fold them, and draw every seat again.

    Args:
        exam_session: whose lines.
        lines: as `full_line` or `public_line` wrote them.
        blueprint: of the exam.
        blanks: as `blanks_of` gives them.
        seat_forms: digests of the forms that lay on seats, by room and seat; None: not known.
    """
    reading = Reading(exam_session, head=(0, genesis(exam_session)), door=DoorCheck(seat_forms))
    for number, text in enumerate(lines, start=1):
        try:
            line = json.loads(text)
            _check_link(reading, line, number)
            _take(reading, line, blueprint, blanks)
        except (ValueError, KeyError, TypeError, AttributeError, events.UnknownEvent) as error:
            reading.findings.append(f"entry {number}: cannot be read: {error!r}")
            break
    if reading.closed is None:
        reading.findings.append("the record does not end with the closing of the session")
    if reading.shows_door:
        reading.findings += reading.door.conclude(None)
    return reading


def _check_link(reading: Reading, line: Json, number: int) -> None:
    position, before = line["position"], reading.head[1]
    if reading.closed is not None:
        reading.findings.append(f"entry {position}: stands behind the end of the session")
    if position != number:
        reading.findings.append(f"entry {number}: is missing")
    reading.whole_count += not line.get("hidden")
    content = _content(line)
    if content is not None:
        place = (reading.exam_session, position, line["participant_no"])
        kind = line["kind"]
        again = hash_entry(before, place=place, at=line["at"], kind=kind, content=content)
        reading.linked_count += 1
        if again != line["hash"]:
            reading.findings.append(f"entry {position}: its content does not fit its hash")
    if line["kind"] == events.SessionClosed.__name__:
        body = line["body"]
        if (body["head_position"], body["head_hash"]) != reading.head:
            reading.findings.append(f"entry {position}: closes another journal")
    reading.entry_count += 1
    reading.head = (position, line["hash"])


def _content(line: Json) -> str | None:
    """What the hash of a line covers of its body; None: the line does not hold it."""
    if line.get("hidden"):
        return line.get("digest")
    body = events.canonical(line["body"])
    return digest_of(line["salt"], body) if "salt" in line else body


def _take(reading: Reading, line: Json, blueprint: Blueprint, blanks: Blanks) -> None:
    hidden, kind = line.get("hidden", []), line["kind"]
    is_at_door = kind in DOOR_SHOWN
    if hidden and set(DOOR_SHOWN.get(kind, ())) & set(hidden):
        reading.shows_door = False
        return
    if hidden and kind not in SHOWN and not is_at_door:
        return
    event = events.decode(kind, _filled(kind, line["body"], hidden))
    participant_no = line["participant_no"]
    if is_at_door:
        place = (reading.exam_session, line["position"], participant_no, line["at"])
        digest = reading.form_digests.get(participant_no, "")
        entry = Entry(*place, event, line["hash"])
        reading.door.take(entry, reading.seats, digest, shows_people="by" not in hidden)
    if "points" in hidden:
        reading.shows_points = False
    if isinstance(event, events.SessionClosed):
        reading.closed = event
    if participant_no is None:
        return
    if isinstance(event, events.Seated):
        entry = Entry(reading.exam_session, line["position"], participant_no, line["at"], event, "")
        reading.progress[participant_no] = standings.begin(entry, blueprint, label="")
        reading.form_digests[participant_no] = event.form_digest
        reading.seats[participant_no] = (event.room, event.seat)
        return
    if isinstance(event, events.Moved):
        reading.seats[participant_no] = (event.room, event.seat)
    before = reading.progress[participant_no]
    if isinstance(event, events.Finished | events.Rescored):
        reading.finished[participant_no] = event
        if reading.shows_points:
            _check_score(reading, line, event, blanks.get(participant_no, {}))
    if isinstance(event, events.Readmitted):
        reading.finished.pop(participant_no, None)
    reading.progress[participant_no] = standings.fold(before, event)


_EMPTY: Mapping[Any, Any] = {str: "", int: 0, bool: False}


def _filled(kind: str, body: Json, hidden: list[str]) -> Json:
    """The body with something in the place of what is hidden; nothing is computed from it."""
    if not hidden:
        return body
    given = {name: value for name, value in body.items() if name != "is_given"}
    if "response" in hidden:
        given["response"] = True if body["is_given"] else None
    for one in fields(events.type_of(kind)):
        if one.name in hidden and one.name not in given and one.default is MISSING:
            given[one.name] = "0" if one.name == "points" else _EMPTY.get(one.type, ())
    return given


def _check_score(
    reading: Reading,
    line: Json,
    event: events.Finished | events.Rescored,
    blanks: Mapping[str, Mapping[str, str]],
) -> None:
    """Add up the points of the responses that count, and of the items without one."""
    progress = reading.progress[line["participant_no"]]
    sections = dict.fromkeys(progress.sections, Fraction(0))
    for _, section, points, _ in progress.counting.values():
        sections[section] += points
    for section, items in blanks.items():
        left = [points for no, points in items.items() if int(no) not in progress.counting]
        sections[section] += sum(map(Fraction, left))
    reading.scored_count += 1
    shown = {name: Fraction(points) for name, points in event.sections.items()}
    if shown != sections or Fraction(event.total) != sum(sections.values()):
        reading.findings.append(
            f"entry {line['position']}: shown {event.total}, but the responses give "
            f"{sum(sections.values())}"
        )


def results_of(reading: Reading, blueprint: Blueprint) -> list[Json]:
    """Everybody who finished and counts, ranked, as the results show it."""
    counted = {
        no: event
        for no, event in reading.finished.items()
        if reading.progress[no].status == "finished"
    }
    contenders = [Contender(no, _values(event)) for no, event in counted.items()]
    rows = []
    for ranked in rank(contenders, tuple(blueprint.rank_by)):
        values = _values(counted[ranked.id])
        rows.append(
            {
                "participant_no": ranked.id,
                "rank": ranked.rank,
                **{name: display(points) for name, points in values.items()},
                "passed": _is_passed(reading.progress[ranked.id], values, blueprint),
            }
        )
    return rows


def _values(event: events.Finished | events.Rescored) -> dict[str, Fraction]:
    values = {name: Fraction(points) for name, points in event.sections.items()}
    return values | {TOTAL: Fraction(event.total)}


def _is_passed(
    progress: standings.Progress, values: Mapping[str, Fraction], blueprint: Blueprint
) -> bool | None:
    chosen = thresholds_for(blueprint.thresholds, progress.entrant.formation_type)
    sections = {name: points for name, points in values.items() if name != TOTAL}
    return passed(chosen, Tally(sections, values[TOTAL], answered={})) if chosen else None


def board_of(
    reading: Reading, blueprint: Blueprint, labels: Mapping[str, str], *, reveal: str
) -> list[Json]:
    """The rows of the final board."""
    changes: list[boards.Change | boards.Removal] = []
    for no, progress in sorted(reading.progress.items()):
        if progress.status == standings.VOID:
            continue
        entrant = standings.labelled(progress.entrant, labels.get(no, ""))
        changes.append(
            boards.Change(entrant, standings.standing(progress, blueprint, reveal=reveal))
        )
    board, _ = boards.apply(boards.empty(tuple(blueprint.rank_by)), changes)
    return [boards.row_to_json(row) for row in board.rows]


def blanks_of(grounds: Iterable[tuple[str, Any]]) -> Blanks:
    """What items without a response earn, where that is not 0, by participant."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for participant_no, ground in grounds:
        for item_no, slot in ground.slots.items():
            points = ground.blank_points(item_no)
            if points:
                by_section = found.setdefault(participant_no, {}).setdefault(slot.section, {})
                by_section[str(item_no)] = str(points)
    return found
