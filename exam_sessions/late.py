"""What follows from a response that came after the end of its part: the rule's word, a new score.

Pure. The engine decides by it, and `verify` decides again from the journal and compares.
"""

from exam_sessions import deadlines, events
from exam_sessions.ground import Ground
from exam_sessions.late_rule import Claim, LateRule, judge
from exam_sessions.score import score_of
from exam_sessions.sitting import Sitting, claim_of, evolve_hold


def end_of_part(sitting: Sitting, part_index: int) -> int | None:
    """When a part ended, or None: it runs, stands, or has never begun."""
    if sitting.clock is not None and part_index == sitting.part_index and not sitting.finished:
        return deadlines.deadline_at(sitting.clock)
    return dict(sitting.part_ends).get(part_index)


def decide_late(
    sitting: Sitting, of: int, claim: Claim, rule: LateRule, *, part_index: int, now: int
) -> events.LateDecided:
    """Apply the rule to the response of this number, which was held at `now`."""
    end_at = end_of_part(sitting, part_index)
    judged = judge(claim, sitting.outages, rule, end_at=end_at, now=now)
    return events.LateDecided(
        of=of,
        is_admitted=judged.is_admitted,
        why=judged.why,
        given_at=claim.given_at,
        end_at=end_at,
        outage_since=judged.outage_since,
        outage_until=judged.outage_until,
        delivered_within_ms=rule.delivered_within_ms,
    )


def after_held(
    sitting: Sitting, held: events.ResponseHeld, ground: Ground, now: int
) -> tuple[events.SittingEvent, ...]:
    """What happens to a response that was just held; nothing when people decide."""
    if not ground.late.is_on:
        return ()
    part_index = ground.part_of[held.item_no]
    claim = claim_of(held)
    decided = decide_late(
        sitting, held.client_seq, claim, ground.late, part_index=part_index, now=now
    )
    if not decided.is_admitted or not sitting.finished:
        return (decided,)
    return (decided, rescored(evolve_hold(evolve_hold(sitting, held, now), decided, now), ground))


def rescored(after: Sitting, ground: Ground) -> events.Rescored:
    """The score of a finished sitting with the answers that count by now."""
    sections, total, is_passed = score_of(after, ground)
    return events.Rescored(sections=sections, total=total, passed=is_passed)
