"""How a response is taken in: from a page that is attached, or from a file that was brought."""

from exam_sessions import commands, deadlines, events
from exam_sessions.ground import Ground
from exam_sessions.late import after_held, end_of_part
from exam_sessions.prints import Print, print_response
from exam_sessions.refused import Refused
from exam_sessions.sitting import Sitting
from question_bank.answers import fits
from question_bank.shown import to_canonical
from scoring.response import MalformedResponse, to_json

EPOCH_SEQ_SPAN = 100_000
"""Each attached workstation numbers its messages from epoch * this, so two never collide."""
HELD_LIMIT = 500
HELD_MS_LIMIT = 24 * 3_600_000


def take_response(
    sitting: Sitting, command: commands.Respond, ground: Ground, now: int
) -> tuple[events.SittingEvent, ...]:
    """A response counts, is held with the rule's word on it, or had come already.

    Raises:
        Refused: with the stable code that says why not.
    """
    slot = ground.slots.get(command.item_no)
    if slot is None:
        raise Refused("unknown_item")
    try:
        canonical = to_canonical(slot, command.response)
    except MalformedResponse as error:
        raise Refused("malformed") from error
    if not fits(ground.item(command.item_no), canonical):
        raise Refused("malformed")
    response = to_json(canonical)
    if is_repeat(sitting, command.client_seq, print_response(command.item_no, response)):
        return ()
    late_ms = check_working(sitting, ground, command.item_no, now)
    responded = events.Responded(
        command.client_seq,
        command.item_no,
        f"{slot.item_id}@{slot.item_version}",
        slot.section,
        response,
        str(ground.earned(command.item_no, canonical)),
        _bounded_ms(command.held_ms),
    )
    if late_ms is None:
        return (responded,)
    if len(sitting.held) >= HELD_LIMIT:
        raise Refused("part_over")
    held = events.ResponseHeld(
        responded.client_seq,
        responded.item_no,
        responded.item,
        responded.section,
        responded.response,
        responded.points,
        responded.held_ms,
        late_ms=late_ms,
        ack_at=command.ack_at,
        since_ack_ms=_bounded_ms(command.since_ack_ms),
    )
    return (held, *after_held(sitting, held, ground, now))


def _bounded_ms(said_ms: int) -> int:
    """What a page said of a time, within bounds; nearly always 0."""
    return min(max(0, said_ms), HELD_MS_LIMIT) if said_ms else 0


def check_working(sitting: Sitting, ground: Ground, item_no: int, now: int) -> int | None:
    """None while the item may be worked on, or by how many ms the message came after the end."""
    part_index = ground.part_of[item_no]
    if sitting.finished or part_index < sitting.part_index:
        return max(0, now - (end_of_part(sitting, part_index) or sitting.finished_at or now))
    if part_index > sitting.part_index or sitting.clock is None:
        raise Refused("not_working")
    if sitting.paused and sitting.paused_at is not None:
        if now > sitting.paused_at + ground.grace_ms:
            raise Refused("paused")
        return None
    if deadlines.is_over(sitting.clock, now, grace_ms=ground.grace_ms):
        return now - (deadlines.deadline_at(sitting.clock) or now)
    return None


def is_repeat(sitting: Sitting, client_seq: int, said: Print) -> bool:
    """Whether this very message came before.

    Raises:
        Refused: the number was used for something else, or belongs to another workstation.
    """
    seen = sitting.seen.get(client_seq)
    if seen is None:
        if not 0 < client_seq < (sitting.epoch + 1) * EPOCH_SEQ_SPAN:
            raise Refused("conflict")
        return False
    if seen != said:
        raise Refused("conflict")
    return True
