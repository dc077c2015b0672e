"""The rule for late answers: given before the end, delivered after it. Pure, and the same for all.

The page says when an answer was given: the server's time of its last acknowledged exchange, plus
what its monotonic clock counted since (`ack_at` + `since_ack_ms`); and, by another clock, how long
the answer has waited (`held_ms`). Neither is believed alone. An answer counts only if

1. by the page's own word it was given before the end of its part;
2. the server itself measured that the line was down over that end, and the answer was given after
   the server had last heard of the workstation;
3. the two clocks of the page agree with each other and with the server's;
4. it came within `SETTLE_MS` of the line's return, and within the bound of the exam.

So no word of a page admits anything on a line that was up: docs/exam-day.md, "Late answers".
"""

from dataclasses import dataclass

from exam_sessions.outages import Outages, outage_over

SETTLE_MS = 60_000
"""An outbox is emptied within seconds of the line's return; what comes later was written later."""
AGREE_MS = 5_000
"""By how much the clocks of a page, and the road of a message, may disagree."""
EXCHANGE_MS = 10_000
"""An answer may have waited behind another one that was still being acknowledged."""
DELIVERED_WITHIN_MS = 15 * 60_000
DECIDED_BY = ("rule", "hand")
"""Who decides on late answers, as plans and the configuration say it."""

COVERED = "covered"
"""Why an answer was admitted; each other reason says why it stays held."""
NO_EVIDENCE, AFTER_END, LINE_WAS_UP = "no_evidence", "after_end", "line_was_up"
CLOCKS_DISAGREE, DELIVERED_LATE = "clocks_disagree", "delivered_late"
REASONS = (COVERED, NO_EVIDENCE, AFTER_END, LINE_WAS_UP, CLOCKS_DISAGREE, DELIVERED_LATE)


@dataclass(frozen=True, slots=True)
class LateRule:
    """Whether late answers are decided by rule, and how long after the end they may come."""

    is_on: bool = True
    delivered_within_ms: int = DELIVERED_WITHIN_MS


BY_RULE = LateRule()
"""The default."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a page says of an answer: the time of its last exchange, counted since, and waited."""

    ack_at: int | None
    since_ack_ms: int
    held_ms: int

    @property
    def given_at(self) -> int | None:
        """When the answer was given by the page's word, in server time."""
        return None if self.ack_at is None else self.ack_at + self.since_ack_ms


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rule says of a late answer, with the outage that the server measured."""

    why: str
    outage_since: int | None = None
    outage_until: int | None = None

    @property
    def is_admitted(self) -> bool:
        """Whether the answer counts."""
        return self.why == COVERED


def judge(
    claim: Claim, outages: Outages, rule: LateRule, *, end_at: int | None, now: int
) -> Judged:
    """Apply the rule to an answer that came at `now`.

    Args:
        claim: what the page says.
        outages: what the server measured of this sitting's line.
        rule: the bound of the exam.
        end_at: when the part of the answer ended; None: it has never begun.
        now: server time of the arrival.
    """
    given_at = claim.given_at
    if given_at is None or claim.ack_at is None:
        return Judged(NO_EVIDENCE)
    if end_at is None or given_at > end_at:
        return Judged(AFTER_END)
    outage = outage_over(outages, end_at, joined_ms=SETTLE_MS)
    if outage is None or given_at < outage.since - EXCHANGE_MS:
        return Judged(LINE_WAS_UP)
    measured = (outage.since, outage.until)
    agree = abs(given_at - (now - claim.held_ms)) <= AGREE_MS
    if not agree or claim.since_ack_ms < 0 or claim.ack_at > outage.since + AGREE_MS:
        return Judged(CLOCKS_DISAGREE, *measured)
    back_at = now if outage.until is None else outage.until
    if now > back_at + SETTLE_MS or now > end_at + rule.delivered_within_ms:
        return Judged(DELIVERED_LATE, *measured)
    return Judged(COVERED, *measured)
