"""Standings of a programming contest by ICPC's rule: more solved, then less penalty.

A problem's penalty is the time at which it was solved and 20 minutes for each rejected submission
before; problems that are not solved cost nothing. How seconds become minutes differs between
contests (`Counting`). What comes after the first accepted submission to a problem changes nothing,
nor do compilation errors. Here as a stream of changes to a board: of all live rankings there is
real data for, none moves more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from scoring.board import Change, Entrant, Standing
from scoring.ranking import Key

SOLVED, PENALTY = "solved", "penalty"
KEYS: Sequence[Key] = (SOLVED, PENALTY)
"""Higher wins, so the penalty on the board, in minutes, is negative."""
MINUTE_MS = 60_000
SECOND_MS = 1_000


class Counting(StrEnum):
    """Which part of the time of a solution counts: names as in XCPCIO's configuration."""

    MINUTES = "in_minutes"
    """Of each problem the whole minutes."""
    SECONDS = "in_seconds"
    """Of each problem the whole seconds."""
    SUM_MINUTES = "accumulate_in_seconds_and_finally_to_the_minute"
    """Of all problems together the whole minutes."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a rejected submission costs, and how time counts."""

    penalty_ms: int = 20 * MINUTE_MS
    counting: Counting = Counting.MINUTES


@dataclass(frozen=True, slots=True)
class Submission:
    """One try at a problem; `is_accepted` is None where it does not count."""

    team: str
    problem: str
    at_ms: int
    is_accepted: bool | None


@dataclass(frozen=True, slots=True)
class Tries:
    """What a team has done so far: rejected tries by problem, and when each was solved."""

    rejected: Mapping[str, int] = field(default_factory=dict)
    solved_at_ms: Mapping[str, int] = field(default_factory=dict)

    def penalty_ms(self, rules: Rules) -> int:
        """Of all solved problems together."""
        unit = SECOND_MS if rules.counting is not Counting.MINUTES else MINUTE_MS
        times = sum(at_ms // unit * unit for at_ms in self.solved_at_ms.values())
        tries = sum(self.rejected.get(problem, 0) for problem in self.solved_at_ms)
        whole = times + rules.penalty_ms * tries
        is_cut = rules.counting is Counting.SUM_MINUTES
        return whole // MINUTE_MS * MINUTE_MS if is_cut else whole


def fold(tries: Tries, one: Submission) -> Tries:
    """Take in the next submission of a team."""
    if one.problem in tries.solved_at_ms or one.is_accepted is None:
        return tries
    if one.is_accepted:
        return Tries(tries.rejected, {**tries.solved_at_ms, one.problem: one.at_ms})
    rejected = tries.rejected.get(one.problem, 0)
    return Tries({**tries.rejected, one.problem: rejected + 1}, tries.solved_at_ms)


def changes(
    teams: Sequence[str], submissions: Iterable[Submission], rules: Rules
) -> Iterator[list[Change]]:
    """All teams with nothing solved, then one change for each submission, in the order of time.

    Submissions of one instant stay in the order in which they are given.
    """
    so_far = dict.fromkeys(teams, Tries())
    yield [_change(team, tries, rules) for team, tries in so_far.items()]
    for one in sorted(submissions, key=lambda submission: submission.at_ms):
        so_far[one.team] = fold(so_far[one.team], one)
        yield [_change(one.team, so_far[one.team], rules)]


def _change(team: str, tries: Tries, rules: Rules) -> Change:
    solved = Fraction(len(tries.solved_at_ms))
    penalty = -Fraction(tries.penalty_ms(rules), MINUTE_MS)
    standing = Standing(
        id=team,
        sections={SOLVED: solved, PENALTY: penalty},
        total=solved,
        answered=len(tries.solved_at_ms) + sum(tries.rejected.values()),
        item_count=0,
        status="working",
        passed=None,
    )
    return Change(Entrant(team, team, "", "", ""), standing)
