"""Who may do what: one table, read by pages, API and sockets alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cat_engine.accounts.user import EVERY_ROOM, HALL_STAFF, STAFF, Login, Role


class Act(StrEnum):
    """Everything that asks for a right."""

    VIEW_BOARD = "view_board"
    SIT = "sit"
    VIEW_RESULT = "view_result"
    LIST_EXAM_SESSIONS = "list_exam_sessions"
    WATCH_ROOM = "watch_room"
    ACT_ON_ROOM = "act_on_room"
    CHECK_IN = "check_in"
    MANAGE_BOARD = "manage_board"
    DOWNLOAD_RESULTS = "download_results"
    VIEW_BANK = "view_bank"
    WRITE_ITEMS = "write_items"
    REVIEW_ITEMS = "review_items"
    IMPORT_ITEMS = "import_items"
    OPEN_SEAL = "open_seal"
    OWN_ACCOUNT = "own_account"
    MANAGE_STAFF = "manage_staff"
    PLAN_EXAMS = "plan_exams"
    REHEARSE = "rehearse"


@dataclass(frozen=True, slots=True)
class Place:
    """An exam session, or one room of it; without a room: "any room of it"."""

    exam_session: str
    room: str | None = None


@dataclass(frozen=True, slots=True)
class OwnSitting:
    """One candidate's sitting."""

    exam_session: str
    participant_no: str


Target = Place | OwnSitting | None

_ADMINISTRATOR_ONLY = frozenset(
    {
        Act.MANAGE_BOARD,
        Act.DOWNLOAD_RESULTS,
        Act.IMPORT_ITEMS,
        Act.OPEN_SEAL,
        Act.MANAGE_STAFF,
        Act.PLAN_EXAMS,
        Act.REHEARSE,
    }
)
# Of the bank; that nobody approves what they wrote is decided in question_bank.life, for all.
_BANK_WORK = {
    Role.AUTHOR: frozenset({Act.VIEW_BANK, Act.WRITE_ITEMS}),
    Role.REVIEWER: frozenset({Act.VIEW_BANK, Act.WRITE_ITEMS, Act.REVIEW_ITEMS}),
    Role.ADMINISTRATOR: frozenset({Act.VIEW_BANK, Act.WRITE_ITEMS, Act.REVIEW_ITEMS}),
}
_OF_ROOMS = frozenset({Act.WATCH_ROOM, Act.ACT_ON_ROOM, Act.CHECK_IN})


def may(login: Login | None, act: Act, target: Target = None) -> bool:
    """Say whether this person may do this to that; None is the public. Silence means no."""
    if act is Act.VIEW_BOARD:
        return True
    if login is None:
        return False
    if act in (Act.SIT, Act.VIEW_RESULT):
        return _owns(login, target)
    if act is Act.OWN_ACCOUNT:
        return login.role in STAFF
    if act is Act.LIST_EXAM_SESSIONS:
        return login.role in HALL_STAFF
    if act in _BANK_WORK.get(login.role, frozenset()):
        return True
    if login.role is Role.ADMINISTRATOR:
        return act in _ADMINISTRATOR_ONLY or act in _OF_ROOMS
    if act in _OF_ROOMS:
        return login.role is Role.PROCTOR and _looks_after(login, target)
    return False


def rooms_of(login: Login | None, exam_session: str, rooms: Iterable[str]) -> frozenset[str]:
    """Keep the rooms of this exam session that the person may watch and act on."""
    return frozenset(
        room for room in rooms if may(login, Act.ACT_ON_ROOM, Place(exam_session, room))
    )


def _owns(login: Login, target: Target) -> bool:
    return (
        login.role is Role.CANDIDATE
        and isinstance(target, OwnSitting)
        and login.exam_session == target.exam_session
        and login.participant_no == target.participant_no
    )


def _looks_after(login: Login, target: Target) -> bool:
    if not isinstance(target, Place):
        return False
    if login.rooms == EVERY_ROOM:
        return True
    if target.room is None:
        return any(exam_session == target.exam_session for exam_session, _ in login.rooms)
    return (target.exam_session, target.room) in login.rooms
