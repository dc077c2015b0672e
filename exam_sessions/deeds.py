"""What a sitting keeps of one deed: a response that counts, one that is held, an act of staff."""

from dataclasses import dataclass

from exam_sessions.events import JsonValue
from exam_sessions.late_rule import Claim
from scoring.value import value


@value
class Answer:
    """The response that counts for one item."""

    client_seq: int
    response: JsonValue
    points: str
    section: str
    at: int


@dataclass(frozen=True, slots=True)
class Held:
    """A late response and what is known about its lateness."""

    client_seq: int
    item_no: int
    answer: Answer
    claim: Claim
    late_ms: int
    why: str = ""
    """Why the rule left it held; empty: it has not been decided by rule."""


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was carried out: what it was, when, and how much time it gave."""

    kind: str
    at: int
    extension_ms: int = 0
