"""What passes between a candidate and staff: messages, calls, proposals, and whether it counts.

Part of the acknowledged state of a sitting: whatever a page must know comes with its next
heartbeat, so a push that was lost never matters.
"""

from dataclasses import dataclass, replace

from exam_sessions import events


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to the candidate."""

    act_id: str
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Calling:
    """The candidate waits for a proctor."""

    at: int
    topic: str


@dataclass(frozen=True, slots=True)
class Care:
    """Messages with how many were read, an open call, an open proposal, `kind` when it is void."""

    messages: tuple[Sent, ...] = ()
    read_count: int = 0
    call: Calling | None = None
    proposal: events.Proposed | None = None
    proposed_at: int | None = None
    void_kind: str = ""

    @property
    def unread_count(self) -> int:
        """Messages that the candidate has not confirmed."""
        return max(0, len(self.messages) - self.read_count)


CareEvent = (
    events.Messaged
    | events.MessagesRead
    | events.Called
    | events.CallAnswered
    | events.Proposed
    | events.Confirmed
    | events.Withdrawn
    | events.Voided
)


def evolve_care(care: Care, event: CareEvent, at: int) -> Care:
    """Fold one journaled event."""
    match event:
        case events.Messaged():
            return replace(care, messages=(*care.messages, Sent(event.act_id, at, event.text)))
        case events.MessagesRead():
            return replace(care, read_count=max(care.read_count, event.count))
        case events.Called():
            return replace(care, call=Calling(at, event.topic))
        case events.CallAnswered():
            return replace(care, call=None)
        case events.Proposed():
            return replace(care, proposal=event, proposed_at=at)
        case events.Confirmed() | events.Withdrawn():
            return replace(care, proposal=None, proposed_at=None)
        case events.Voided():
            return replace(care, void_kind=event.kind)
