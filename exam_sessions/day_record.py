"""Everything that can be computed from the record of an exam session, line by line.

Pure: whoever has the lines that `day_lines` wrote needs no database. Format:
docs/algorithms/day-export.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from fractions import Fraction
from typing import Any

from exam_sessions import events, standings
from exam_sessions.day_lines import DOOR_SHOWN, SHOWN, Json
from exam_sessions.entry_hash import digest_of, genesis, link, place_text
from exam_sessions.journal import Entry
from exam_sessions.verify_door import DoorCheck, SeatKey
from question_bank.blueprint import Blueprint
from scoring import board as boards
from scoring import display
from scoring.ranking import Contender, rank
from scoring.tally import TOTAL, Tally, passed, thresholds_for

Blanks = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By participant, section and item number: what an item without a response earns, if not 0."""


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
        lines: as `day_lines` wrote them.
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
    reading.whole_count += "kind" in line and not line.get("hidden")
    covered = _covered(reading.exam_session, line)
    if covered is not None:
        reading.linked_count += 1
        if link(before, *covered) != line["hash"]:
            reading.findings.append(f"entry {position}: its content does not fit its hash")
    if line.get("kind") == events.SessionClosed.__name__:
        body = line["body"]
        if (body["head_position"], body["head_hash"]) != reading.head:
            reading.findings.append(f"entry {position}: closes another journal")
    reading.entry_count += 1
    reading.head = (position, line["hash"])


def _covered(exam_session: str, line: Json) -> tuple[str, str] | None:
    """What the hash of a line covers of place and body; None: the line does not hold it."""
    salts, digests = line.get("salts", {}), line.get("digests", {})
    place, body = digests.get("place"), digests.get("body")
    if "kind" in line:
        whose = (exam_session, line["position"], line["participant_no"])
        place = _salted(salts.get("place"), place_text(whose, line["at"], line["kind"]))
        if not line.get("hidden"):
            body = _salted(salts.get("body"), events.canonical(line["body"]))
    return None if place is None or body is None else (place, body)


def _salted(salt: str | None, text: str) -> str:
    return text if salt is None else digest_of(salt, text)


def _take(reading: Reading, line: Json, blueprint: Blueprint, blanks: Blanks) -> None:
    if "kind" not in line:
        return
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
