"""What a brought file makes happen to a sitting: each answer goes the road of a late one. Pure."""

from dataclasses import dataclass

from exam_sessions import commands, events
from exam_sessions.brought import Brought
from exam_sessions.ground import Ground
from exam_sessions.refused import Refused
from exam_sessions.sitting import Sitting, evolve
from exam_sessions.taking import take_response

COUNTS, ALREADY = "counts", "already"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one answer: counts, already, why it stays held, or why it is refused."""

    client_seq: int
    item_no: int
    outcome: str
    given_at: int | None


def bring(
    sitting: Sitting, command: commands.BringOutbox, ground: Ground, now: int
) -> tuple[tuple[events.SittingEvent, ...], tuple[Fate, ...]]:
    """The events and, for whoever looks before deciding, the fate of every answer.

    Raises:
        Refused: the candidate went on at another workstation after the file was made.
    """
    if command.epoch != sitting.epoch:
        raise Refused("outbox_older" if command.epoch < sitting.epoch else "outbox_not_theirs")
    act = command.act
    signed = {"act_id": act.act_id, "by": act.by, "reason": act.reason, "words": act.words}
    brought = events.OutboxBrought(
        **signed, epoch=command.epoch, digest=command.digest, answer_count=len(command.answers)
    )
    happened: list[events.SittingEvent] = [brought]
    fates: list[Fate] = []
    sitting = evolve(sitting, brought, now)
    for answer in sorted(command.answers, key=lambda one: one.client_seq):
        given_at = None if answer.ack_at is None else answer.ack_at + answer.since_ack_ms
        try:
            more = take_response(sitting, _respond(command, answer, now), ground, now)
            outcome = _outcome(more)
        except Refused as refusal:
            more, outcome = (), refusal.code
        for event in more:
            sitting = evolve(sitting, event, now)
        happened += more
        fates.append(Fate(answer.client_seq, answer.item_no, outcome, given_at))
    return tuple(happened), tuple(fates)


def _respond(command: commands.BringOutbox, answer: Brought, now: int) -> commands.Respond:
    """The answer as a page would have sent it now."""
    since_made_ms = 0 if command.made_at is None else max(0, now - command.made_at)
    return commands.Respond(
        command.epoch,
        answer.client_seq,
        answer.item_no,
        answer.response,
        held_ms=answer.waited_ms + since_made_ms,
        ack_at=answer.ack_at,
        since_ack_ms=answer.since_ack_ms,
    )


def _outcome(happened: tuple[events.SittingEvent, ...]) -> str:
    for event in happened:
        if isinstance(event, events.LateDecided):
            return COUNTS if event.is_admitted else event.why
    if any(isinstance(event, events.ResponseHeld) for event in happened):
        return "by_hand"
    return COUNTS if happened else ALREADY
