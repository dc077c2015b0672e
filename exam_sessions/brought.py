"""One answer of a file that staff bring."""

from dataclasses import dataclass

from scoring.response import Response


@dataclass(frozen=True, slots=True)
class Brought:
    """One answer of a file that staff bring, with what the page says of its time."""

    client_seq: int
    item_no: int
    response: Response
    ack_at: int | None
    since_ack_ms: int
    waited_ms: int
    """By the computer's clock, from the answer to the file."""
