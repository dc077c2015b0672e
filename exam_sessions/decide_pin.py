"""Whether a PIN opens a sitting, or is issued anew. Pure."""

from exam_sessions import commands, events
from exam_sessions.decide_acts import Signed
from exam_sessions.refused import Refused
from exam_sessions.sitting import Sitting

AT_CHECK_IN = "check_in"
"""The reason of a PIN that came with the seat; any other reason is a reissue."""


def decide_pin(
    sitting: Sitting, command: commands.IssuePin | commands.UsePin
) -> tuple[events.PinIssued | events.PinUsed, ...]:
    """Say whether a PIN is issued anew, or opens.

    A PIN opens one sitting at one seat. At a workstation that is pinned to the seat it opens again:
    it is the same candidate at the same machine, and a browser that had to be started anew costs
    nobody a wait. Elsewhere it opens once; then staff let the candidate in again, or issue another.

    Raises:
        Refused: with the stable code that says why not.
    """
    entrance = sitting.entrance
    if isinstance(command, commands.IssuePin):
        act = command.act
        if act.act_id in sitting.acts:
            return ()
        if command.pin_no <= entrance.pin_no:
            raise Refused("pin_replaced")
        signed = Signed(act_id=act.act_id, by=act.by, reason=act.reason, words=act.words)
        return (events.PinIssued(**signed, pin_no=command.pin_no),)
    if command.pin_no != entrance.pin_no:
        raise Refused("pin_replaced")
    if sitting.finished:
        return ()  # only the result is left to see
    if not command.seat:
        raise Refused("seat_needed")
    if (command.room, command.seat) != (sitting.seated.room, sitting.seated.seat):
        raise Refused("wrong_seat")
    if entrance.is_pin_used and not command.is_pinned:
        raise Refused("pin_used")
    return (events.PinUsed(command.pin_no, command.room, command.seat, command.is_pinned),)
