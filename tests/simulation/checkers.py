"""Independent checks of a simulated day. They read the raw journal and what clients were told.

None of them uses `decide`, `evolve`, `deadlines` or `standings`, except where two roads to the
same state are compared: a checker that shares the code under test cannot find its mistakes.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from exam_sessions import events, standings
from exam_sessions.events import canonical
from exam_sessions.own_break import OWN_BREAK
from question_bank.form import Slot
from question_bank.shown import to_canonical
from scoring import board as boards
from scoring.mark import mark
from scoring.response import from_json, to_json
from tests.factories import GRACE_MS
from tests.simulation.disk import BLUEPRINT, BREAK_MINUTES, FORMS, ITEMS, PEOPLE, load_from
from tests.simulation.world import World

Given = events.Responded | events.ResponseHeld
HeldDecision = events.LateDecided | events.HeldAdmitted | events.HeldRefused


BREAK_SLACK_MS = 30_000
"""How long the simulation may go without a look at its timers, several breaks together."""


def acknowledged_is_journaled(world: World) -> list[str]:
    """Whatever a client was told is saved stands in the journal with the same content."""
    journaled: dict[tuple[str | None, int], Given] = {
        (entry.participant_no, entry.event.client_seq): entry.event
        for entry in world.disk.entries
        if isinstance(entry.event, Given)
    }
    faults = []
    for told in world.acknowledged:
        slot = _slot(told.person, told.item_no)
        expected = to_json(to_canonical(slot, from_json(json.loads(told.shown))))
        found = journaled.get((told.person, told.client_seq))
        if found is None or canonical(found.response) != canonical(expected):
            faults.append(f"{told} is not in the journal")
    return faults


def journaled_once(world: World) -> list[str]:
    """One entry for each message, however often it was sent."""
    counted = Counter(
        (entry.participant_no, client_seq)
        for entry in world.disk.entries
        if (client_seq := getattr(entry.event, "client_seq", None)) is not None
    )
    return [f"{key} stands {count} times" for key, count in counted.items() if count > 1]


def replay_equals_live(world: World) -> list[str]:
    """The state in memory is the state that a new start would have."""
    live = world.engine.live("skd-pagi")
    replayed = load_from(world.disk.entries, world.faults)
    return [
        f"{person}: the replayed sitting differs"
        for person in PEOPLE
        if live.cells[person].sitting != replayed.cells[person].sitting
    ]


def totals_equal_remarking(world: World) -> list[str]:
    """Every score shown at the end is what the journaled responses earn, marked from scratch."""
    faults = []
    for person in PEOPLE:
        counting: dict[int, Given] = {}
        held: list[Given] = []
        for entry in world.disk.entries:
            if entry.participant_no != person:
                continue
            event = entry.event
            if isinstance(event, events.Responded):
                _keep_latest(counting, event)
            elif isinstance(event, events.ResponseHeld):
                held.append(event)
            elif isinstance(event, HeldDecision):
                held = _decided(counting, held, event)
            elif isinstance(event, events.Finished | events.Rescored):
                total = _marked(person, counting)
                if Fraction(event.total) != total:
                    faults.append(f"{person}: shown {event.total}, marking again gives {total}")
    return faults


@dataclass(slots=True)
class _Timeline:
    """One sitting's running time, added up entry by entry."""

    allotted_ms: int = 0
    ran_ms: int = 0
    running_since: int | None = None
    kept_ms: int = 0
    is_paused: bool = False
    stopped: tuple[int, int] = (0, 0)

    def is_over(self, at: int) -> bool:
        """Whether the clock and its grace have run out; it stands in a pause."""
        running_ms = 0 if self.running_since is None else at - self.running_since
        return not self.is_paused and self.ran_ms + running_ms > self.allotted_ms + GRACE_MS

    def take(self, event: events.Event, at: int) -> None:
        match event:
            case events.PartBegun(allotment_ms=allotment_ms):
                self.allotted_ms, self.running_since = allotment_ms + self.kept_ms, at
                self.ran_ms = self.kept_ms = 0
            case events.PartEnded() | events.Finished():
                self._stop(at)
            case events.Readmitted(extension_ms=extension_ms):
                self.allotted_ms, self.ran_ms = self.stopped
                self.allotted_ms += extension_ms
                self.running_since = at
            case events.Paused():
                if self.running_since is not None:
                    self.ran_ms += at - self.running_since
                self.is_paused, self.running_since = True, None
            case events.Resumed():
                self.is_paused = False
                self.running_since = at if self.allotted_ms else None
            case events.Extended(extension_ms=extension_ms) if self.allotted_ms:
                self.allotted_ms += extension_ms
            case events.Extended(extension_ms=extension_ms):
                self.kept_ms += extension_ms
            case events.ExtensionWithdrawn(extension_ms=extension_ms) if self.allotted_ms:
                self.allotted_ms -= extension_ms
            case events.ExtensionWithdrawn(extension_ms=extension_ms):
                self.kept_ms -= extension_ms
            case _:
                pass

    def _stop(self, at: int) -> None:
        if self.running_since is not None:
            self.ran_ms += at - self.running_since
        if self.allotted_ms:
            self.stopped = (self.allotted_ms, min(self.ran_ms, self.allotted_ms))
        self.allotted_ms = self.ran_ms = self.kept_ms = 0
        self.running_since, self.is_paused = None, False


def nothing_late_counts(world: World) -> list[str]:
    """No response counts that came when the clock had run out, beyond the grace."""
    faults = []
    for person in PEOPLE:
        line = _Timeline()
        for entry in world.disk.entries:
            if entry.participant_no != person:
                continue
            event = entry.event
            if isinstance(event, events.Responded) and line.is_over(entry.at):
                faults.append(f"{person}: message {event.client_seq} counts, but came late")
            line.take(event, entry.at)
    return faults


def breaks_keep_their_allowance(world: World) -> list[str]:
    """Nobody's breaks last longer than was allowed, while the server looks at its timers."""
    faults = []
    for person in PEOPLE:
        used_ms, since = 0, None
        for entry in world.disk.entries:
            event = entry.event
            if entry.participant_no != person:
                continue
            if isinstance(event, events.Paused) and event.reason == OWN_BREAK:
                since = entry.at
            elif since is not None and isinstance(event, events.Resumed | events.Finished):
                used_ms += entry.at - since
                used_ms -= sum(
                    max(0, min(entry.at, until) - max(since, away))
                    for away, until in world.unwatched
                )
                since = None
        if used_ms > BREAK_MINUTES * 60_000 + BREAK_SLACK_MS:
            faults.append(f"{person}: breaks of {used_ms} ms, {BREAK_MINUTES} minutes are allowed")
    return faults


def no_lie_pays(world: World) -> list[str]:
    """Whatever the rule admitted was given before the end, or the line was measured down over it.

    The truth is the simulation's own: when the candidate clicked, and when the line was cut.
    """
    faults = []
    for entry in world.disk.entries:
        event = entry.event
        if not isinstance(event, events.LateDecided) or not event.is_admitted:
            continue
        person = str(entry.participant_no)
        clicked_at = world.clicked[person, event.of]
        assert event.end_at is not None
        was_down = any(
            since <= event.end_at <= until for since, until in _silences(world, person, entry.at)
        )
        if not was_down:
            faults.append(f"{person}: message {event.of} was admitted, but the line was up")
        if clicked_at > event.end_at and not world.is_liar(person):
            faults.append(f"{person}: message {event.of} was given after the end")
    return faults


def _silences(world: World, person: str, until: int) -> list[tuple[int, int]]:
    """From the last word that the journal says was heard until somebody attached again."""
    found: list[tuple[int, int]] = []
    since: int | None = None
    for entry in world.disk.entries:
        if entry.participant_no != person or entry.at > until:
            continue
        event = entry.event
        if isinstance(event, events.LineLost | events.Released | events.Moved) and since is None:
            since = getattr(event, "heard_at", None) or entry.at
        elif isinstance(event, events.Attached) and since is not None:
            found.append((since, entry.at))
            since = None
    return found if since is None else [*found, (since, until)]


def time_never_rises(world: World) -> list[str]:
    """The time left that a page is shown never rises unless an act stands in the journal."""
    faults = []
    last: dict[tuple[str, int], tuple[int, int]] = {}
    for seen in world.times_seen:
        key = (seen.person, seen.part_index)
        before = last.get(key)
        last[key] = (seen.time_left_ms, seen.journal_length)
        if before is None or seen.time_left_ms <= before[0]:
            continue
        acts = (
            entry
            for entry in world.disk.entries[before[1] - 1 : seen.journal_length]
            if entry.participant_no == seen.person
            and isinstance(entry.event, events.Extended | events.Readmitted)
        )
        if next(acts, None) is None:
            faults.append(f"{seen} rose from {before[0]}")
    return faults


def board_equals_fold(world: World) -> list[str]:
    """A reader who got every delta has the board of somebody who reads all at once.

    And its totals are those of marking the journal from scratch.
    """
    board = boards.empty(BLUEPRINT.rank_by)
    rows: list[boards.Row] = []
    progress: dict[str, standings.Progress] = {}
    drop = world.seed % 5 + 3 if world.faults.forget_in_replay else 0
    for number, entry in enumerate(world.disk.entries):
        person = entry.participant_no
        if person is None or (drop and number % drop == 0 and person in progress):
            continue
        if isinstance(entry.event, events.Seated):
            progress[person] = standings.begin(entry, BLUEPRINT, label="")
        else:
            progress[person] = standings.fold(progress[person], entry.event)
        board, delta = boards.apply(board, [_change(progress[person])])
        rows = boards.apply_delta(rows, delta)
    fresh, _ = boards.apply(
        boards.empty(BLUEPRINT.rank_by), [_change(one) for one in _whole(world).values()]
    )
    faults = [] if tuple(rows) == fresh.rows else ["deltas give another board than the whole"]
    for row in rows:
        counting = _latest(world, row.entrant.id)
        if row.standing.status != "finished" and row.standing.total != _marked(
            row.entrant.id, counting, blank=False
        ):
            faults.append(f"{row.entrant.id}: the board shows {row.standing.total}")
    return faults


CHECKERS = (
    acknowledged_is_journaled,
    journaled_once,
    replay_equals_live,
    totals_equal_remarking,
    nothing_late_counts,
    breaks_keep_their_allowance,
    no_lie_pays,
    time_never_rises,
    board_equals_fold,
)


def check(world: World) -> list[str]:
    """Every fault that any checker finds."""
    return [f"{one.__name__}: {fault}" for one in CHECKERS for fault in one(world)]


def _whole(world: World) -> Mapping[str, standings.Progress]:
    found: dict[str, standings.Progress] = {}
    for entry in world.disk.entries:
        person = entry.participant_no
        if person is None:
            continue
        if isinstance(entry.event, events.Seated):
            found[person] = standings.begin(entry, BLUEPRINT, label="")
        else:
            found[person] = standings.fold(found[person], entry.event)
    return found


def _change(progress: standings.Progress) -> boards.Change | boards.Removal:
    if progress.status == standings.VOID:
        return boards.Removal(progress.entrant.id)
    standing = standings.standing(progress, BLUEPRINT, reveal="live")
    return boards.Change(progress.entrant, standing)


def _latest(world: World, person: str) -> dict[int, Given]:
    counting: dict[int, Given] = {}
    held: list[Given] = []
    for entry in world.disk.entries:
        if entry.participant_no != person:
            continue
        if isinstance(entry.event, events.Responded):
            _keep_latest(counting, entry.event)
        elif isinstance(entry.event, events.ResponseHeld):
            held.append(entry.event)
        elif isinstance(entry.event, HeldDecision):
            held = _decided(counting, held, entry.event)
    return counting


def _decided(counting: dict[int, Given], held: list[Given], event: HeldDecision) -> list[Given]:
    """What stays held after a decision."""
    if isinstance(event, events.LateDecided):
        chosen = [late for late in held if late.client_seq == event.of and event.is_admitted]
    else:
        chosen = held
    if not isinstance(event, events.HeldRefused):
        for late in chosen:
            _keep_latest(counting, late)
    return [late for late in held if late not in chosen]


def _keep_latest(counting: dict[int, Given], event: Given) -> None:
    before = counting.get(event.item_no)
    if before is None or before.client_seq < event.client_seq:
        counting[event.item_no] = event


def _marked(person: str, counting: Mapping[int, Given], *, blank: bool = True) -> Fraction:
    total = Fraction(0)
    for part in FORMS[person].parts:
        for slot in part.slots:
            rule = ITEMS[slot.item_id, slot.item_version].rule
            event = counting.get(slot.item_no)
            if event is not None:
                total += mark(rule, from_json(event.response))
            elif blank:
                total += rule.blank
    return total


def _slot(person: str, item_no: int) -> Slot:
    return next(s for part in FORMS[person].parts for s in part.slots if s.item_no == item_no)
