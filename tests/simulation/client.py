"""A candidate's page in a simulated day, and what it was told."""

from dataclasses import dataclass, field

from scoring.response import Response

RESEND_MS = 4_000


@dataclass(slots=True)
class Client:
    """A candidate's page: an outbox, a connection, and what it was told."""

    person: str
    connection: int = 0
    is_entered: bool = False
    seq: int = 0
    pending: dict[int, tuple[int, Response]] = field(default_factory=dict)
    sent_at: int = -RESEND_MS
    working: bool = False
    offline_until: int = 0
    exchanged_at: int | None = None
    """Server time of the last exchange; the page's clocks count from it."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Something a client was told is saved."""

    person: str
    client_seq: int
    item_no: int
    shown: str


@dataclass(frozen=True, slots=True)
class TimeSeen:
    """The time left that a client was shown."""

    person: str
    at: int
    part_index: int
    time_left_ms: int
    journal_length: int
