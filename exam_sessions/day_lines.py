"""The record of an exam session written as lines of text, whole or as the public sees it.

One line is one entry of the journal. A line of the public grade shows only the fields named here,
and names the ones it does not show; of entries that tell of somebody's accommodations it shows
nothing but that they are there. Hashes and digests stand there as in the journal, so every link can
be computed. Pure. Format: docs/algorithms/day-export.md.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from exam_sessions import events
from exam_sessions.entry_hash import digest_of, place_text, salts_of
from exam_sessions.journal import StoredEntry
from exam_sessions.own_break import OWN_BREAK

Json = dict[str, Any]

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


PERSONAL_REASONS = frozenset({"health", "candidate_request"})
"""Reasons of acts on one person that the public is not told."""


def full_lines(day: Iterable[StoredEntry], key: str | None) -> Iterator[str]:
    """Entries with everything in them.

    Args:
        day: the entries of one journal, all of them.
        key: of that journal, as `journal.key_of` gives it.
    """
    return (_line(one, key, json.loads(one.body), []) for one in day)


def public_lines(
    day: Sequence[StoredEntry], key: str | None, *, with_answers: bool
) -> Iterator[str]:
    """Entries as the public sees them.

    Args:
        day: the entries of one journal, all of them.
        key: of that journal, as `journal.key_of` gives it.
        with_answers: only when the bank is not used again.
    """
    private, with_door = private_positions(day), shows_door(day)
    for one in day:
        if one.entry.position in private:
            yield _closed_line(one, key)
        else:
            yield _public_line(one, key, with_answers=with_answers, with_door=with_door)


def private_positions(day: Iterable[StoredEntry]) -> frozenset[int]:
    """Entries of which the public sees neither whose they are nor what: accommodations.

    A profile that came later, and breaks of one's own from beginning to end, by whomever it was
    ended: only whom a profile gives breaks takes them.
    """
    found: set[int] = set()
    on_break: set[str | None] = set()
    for entry in (one.entry for one in day):
        who = entry.participant_no
        match entry.event:
            case events.Accommodated():
                found.add(entry.position)
            case events.Paused(reason=reason) if reason == OWN_BREAK:
                found.add(entry.position)
                on_break.add(who)
            case events.Resumed() if who in on_break:
                found.add(entry.position)
                on_break.remove(who)
    return frozenset(found)


def shows_door(day: Iterable[StoredEntry]) -> bool:
    """Whether the public may see how seats were drawn: nobody needed an accessible one."""
    checked_in = (one.entry.event for one in day if isinstance(one.entry.event, events.CheckedIn))
    return not any(event.needs_access for event in checked_in)


def _public_line(
    stored: StoredEntry, key: str | None, *, with_answers: bool, with_door: bool
) -> str:
    body: Json = json.loads(stored.body)
    kind = events.kind_of(stored.entry.event)
    shown = SHOWN.get(kind) or (DOOR_SHOWN if with_door else DOOR_HIDDEN).get(kind, ())
    if with_answers and "points" in body:
        shown = (*shown, *_ANSWER)
    kept: Json = {name: value for name, value in body.items() if name in shown}
    if kept.get("reason") in PERSONAL_REASONS:
        del kept["reason"]
    hidden = sorted(body.keys() - kept.keys())
    if "response" in hidden:
        kept["is_given"] = body["response"] is not None
    return _line(stored, key, kept, hidden)


def _line(
    stored: StoredEntry, key: str | None, shown: Mapping[str, Any], hidden: Sequence[str]
) -> str:
    entry = stored.entry
    line: Json = {
        "position": entry.position,
        "participant_no": entry.participant_no,
        "at": entry.at,
        "kind": events.kind_of(entry.event),
        "body": shown,
        "hash": entry.hash,
    }
    if hidden:
        line["hidden"] = hidden
    if key is not None:
        of_place, of_body = salts_of(key, entry.position)
        line["salts"] = {"place": of_place} if hidden else {"place": of_place, "body": of_body}
        if hidden:
            line["digests"] = {"body": digest_of(of_body, stored.body)}
    return events.canonical(line)


def _closed_line(stored: StoredEntry, key: str | None) -> str:
    """A line that shows nothing but that there is an entry."""
    entry = stored.entry
    line: Json = {"position": entry.position, "hash": entry.hash}
    if key is not None:
        of_place, of_body = salts_of(key, entry.position)
        place = (entry.exam_session, entry.position, entry.participant_no)
        told = place_text(place, entry.at, events.kind_of(entry.event))
        line["digests"] = {
            "place": digest_of(of_place, told),
            "body": digest_of(of_body, stored.body),
        }
    return events.canonical(line)
