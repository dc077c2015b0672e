"""From what a proctor's page asks to a command; what an act needs and does not have is refused."""

from collections.abc import Callable, Mapping

from cat_engine.live.messages import ActIn
from exam_sessions import commands
from exam_sessions.commands import Act
from exam_sessions.decide import Refused

MS_PER_MINUTE = 60_000
REASONS = (
    "technical",
    "power",
    "health",
    "conduct",
    "candidate_request",
    "procedure",
    "other",
)
PLAIN_ACTS: Mapping[str, Callable[[Act], commands.SittingCommand]] = {
    "pause": commands.Pause,
    "resume": commands.Resume,
    "release": commands.Release,
    "end": commands.End,
    "admit_held": commands.AdmitHeld,
    "refuse_held": commands.RefuseHeld,
    "answer_call": commands.AnswerCall,
    "compensate": commands.Compensate,
    "waive_browser": commands.WaiveBrowser,
    "void": commands.Void,
    "disqualify": commands.Disqualify,
}


def sitting_command(message: ActIn, user: str) -> commands.SittingCommand:
    """The command of an act on sittings.

    Raises:
        Refused: the act is not known, or something that it needs is missing.
    """
    act = Act(act_id=message.act_id, by=user, reason=message.reason, words=message.words)
    if message.act in PLAIN_ACTS:
        return PLAIN_ACTS[message.act](act)
    match message.act:
        case "extend":
            if message.minutes is None:
                raise Refused("minutes_missing")
            return commands.Extend(act, message.minutes * MS_PER_MINUTE)
        case "readmit":
            return commands.Readmit(act, (message.minutes or 0) * MS_PER_MINUTE)
        case "message":
            return commands.Message(act, message.text)
        case "move":
            if not message.room:
                raise Refused("seat_missing")
            return commands.Move(act, message.room, message.seat)
        case "confirm":
            return commands.Confirm(act, message.proposal)
        case "withdraw":
            return commands.Withdraw(act, message.proposal)
        case "undo":
            return commands.Undo(act, message.of)
        case _:
            raise Refused("unknown_act")
