"""The people the server knows, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

EVERY_ROOM: Literal["*"] = "*"

Rooms = frozenset[tuple[str, str]] | Literal["*"]
"""The rooms of a proctor: (exam session, room) pairs, or "*" for every room of every session."""


class Role(StrEnum):
    """What a person is to this server. Nobody has two roles in one login."""

    ADMINISTRATOR = "administrator"
    PROCTOR = "proctor"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    CANDIDATE = "candidate"
    PUBLIC = "public"


STAFF = frozenset({Role.ADMINISTRATOR, Role.PROCTOR, Role.AUTHOR, Role.REVIEWER})
HALL_STAFF = frozenset({Role.ADMINISTRATOR, Role.PROCTOR})
"""Who looks after exam sessions; authors and reviewers work on the bank and see no hall."""


class Need(StrEnum):
    """What a login of staff still lacks; until then it opens nothing but the page that gives it."""

    CODE = "code"
    """The code of the second factor."""
    PASSWORD = "password"  # noqa: S105 - the name of a need
    """A password of their own, in place of the first one that somebody gave them."""
    ENROL = "enrol"
    """A second factor, where their role obliges to one."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff as stored."""

    username: str
    name: str
    role: Role
    rooms: Rooms
    password_hash: str
    first_password_until: int | None = None
    """The password is a first one: it must be changed, and after this instant it opens nothing."""

    def __post_init__(self) -> None:
        assert self.role in STAFF, "staff have a role of staff"


@dataclass(frozen=True, slots=True)
class Login:
    """A person who has proved who they are.

    `exam_session` and `participant_no` are given for candidates and for nobody else; `rooms` is
    empty for candidates and "*" for administrators.
    """

    user: str
    name: str
    role: Role
    exam_session: str | None = None
    participant_no: str | None = None
    rooms: Rooms = frozenset()

    def __post_init__(self) -> None:
        is_candidate = self.role is Role.CANDIDATE
        assert is_candidate == (self.exam_session is not None)
        assert is_candidate == (self.participant_no is not None)


def login_of_staff(staff: Staff) -> Login:
    """Give the login of a member of staff."""
    rooms = EVERY_ROOM if staff.role is Role.ADMINISTRATOR else staff.rooms
    if staff.role not in HALL_STAFF:
        rooms = frozenset()
    return Login(user=staff.username, name=staff.name, role=staff.role, rooms=rooms)


def login_of_candidate(exam_session: str, participant_no: str) -> Login:
    """Give the login of a candidate; the name stays on the roster, where it can be corrected."""
    return Login(
        user=participant_no,
        name=participant_no,
        role=Role.CANDIDATE,
        exam_session=exam_session,
        participant_no=participant_no,
    )
