"""Standings of a programming contest by ICPC's rule: more solved, then less penalty.

A problem's penalty is the minute in which it was solved (begun minutes do not count) and so many
minutes for each rejected submission before; problems that are not solved cost nothing. What comes
after the first accepted submission to a problem changes nothing, nor do compilation errors. Here as
a stream of changes to a board: of all live rankings there is real data for, none moves more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scoring.board import Change, Entrant, Standing
from scoring.ranking import Key

SOLVED, PENALTY = "solved", "penalty"
KEYS: Sequence[Key] = (SOLVED, PENALTY)
"""Higher wins, so the penalty on the board is negative."""
MINUTE_MS = 60_000
PENALTY_MINUTES = 20


@dataclass(frozen=True, slots=True)
class Submission:
    """One try at a problem; `is_accepted` is None where it does not count."""

    team: str
    problem: str
    at_ms: int
    is_accepted: bool | None


@dataclass(frozen=True, slots=True)
class Tries:
    """What a team has done so far: rejected tries by problem, and the penalty of each solved."""

    rejected: Mapping[str, int] = field(default_factory=dict)
    solved: Mapping[str, int] = field(default_factory=dict)

    @property
    def penalty_minutes(self) -> int:
        """Of all solved problems together."""
        return sum(self.solved.values())


def fold(tries: Tries, one: Submission, *, penalty_minutes: int = PENALTY_MINUTES) -> Tries:
    """Take in the next submission of a team."""
    if one.problem in tries.solved or one.is_accepted is None:
        return tries
    rejected = tries.rejected.get(one.problem, 0)
    if not one.is_accepted:
        return Tries({**tries.rejected, one.problem: rejected + 1}, tries.solved)
    cost = one.at_ms // MINUTE_MS + penalty_minutes * rejected
    return Tries(tries.rejected, {**tries.solved, one.problem: cost})


def changes(
    teams: Sequence[str],
    submissions: Iterable[Submission],
    *,
    penalty_minutes: int = PENALTY_MINUTES,
) -> Iterator[list[Change]]:
    """All teams with nothing solved, then one change for each submission, in the order of time.

    Submissions of one instant stay in the order in which they are given.
    """
    so_far = dict.fromkeys(teams, Tries())
    yield [_change(team, tries) for team, tries in so_far.items()]
    for one in sorted(submissions, key=lambda submission: submission.at_ms):
        tries = fold(so_far[one.team], one, penalty_minutes=penalty_minutes)
        so_far[one.team] = tries
        yield [_change(one.team, tries)]


def _change(team: str, tries: Tries) -> Change:
    solved, penalty = Fraction(len(tries.solved)), Fraction(-tries.penalty_minutes)
    standing = Standing(
        id=team,
        sections={SOLVED: solved, PENALTY: penalty},
        total=solved,
        answered=len(tries.solved) + sum(tries.rejected.values()),
        item_count=0,
        status="working",
        passed=None,
    )
    return Change(Entrant(team, team, "", "", ""), standing)
