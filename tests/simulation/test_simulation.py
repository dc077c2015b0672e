"""Seeds of simulated exam days, and one planted fault for every checker."""

import os
from collections.abc import Callable

import pytest

from exam_sessions.events import LateDecided
from tests.simulation import checkers
from tests.simulation.disk import Faults
from tests.simulation.world import World

SEED_COUNT = int(os.environ.get("CAT_SEEDS", "2000"))
BLOCK = 100
PLANTED_SEEDS = range(400)


@pytest.mark.parametrize("block", range(0, SEED_COUNT, BLOCK))
@pytest.mark.timeout(600)
def test_a_simulated_day_keeps_every_promise(block: int) -> None:
    for seed in range(block, min(block + BLOCK, SEED_COUNT)):
        world = World(seed)

        world.run()

        assert checkers.check(world) == [], f"seed {seed}"


def test_days_are_eventful_enough_to_mean_something() -> None:
    worlds = [World(seed) for seed in range(240)]

    for world in worlds:
        world.run()

    kinds = {type(entry.event).__name__ for world in worlds for entry in world.disk.entries}
    assert {"Responded", "ResponseHeld", "Paused", "Resumed", "Extended", "Ended"} <= kinds
    assert {"Attached", "LineLost", "Finished", "PartEnded", "ServerResumed"} <= kinds
    assert {"Moved", "Messaged", "Readmitted", "ExtensionWithdrawn", "Proposed"} <= kinds
    assert {"Confirmed", "Voided", "Withdrawn", "Called", "MessagesRead"} <= kinds
    assert {"LateDecided", "HeldAdmitted", "HeldRefused"} <= kinds
    decisions = [
        entry.event
        for world in worlds
        for entry in world.disk.entries
        if isinstance(entry.event, LateDecided)
    ]
    assert {True, False} == {one.is_admitted for one in decisions}
    assert sum(world.crash_count for world in worlds) > 20
    assert sum(len(world.acknowledged) for world in worlds) > 1_000


@pytest.mark.parametrize(
    ("checker", "faults"),
    [
        (checkers.acknowledged_is_journaled, Faults(acknowledge_before_commit=True)),
        (checkers.journaled_once, Faults(journal_twice=True)),
        (checkers.replay_equals_live, Faults(forget_in_replay=True)),
        (checkers.totals_equal_remarking, Faults(change_points=True)),
        (checkers.nothing_late_counts, Faults(grace_ms=3_600_000)),
        (checkers.breaks_keep_their_allowance, Faults(give_long_breaks=True)),
        (checkers.no_lie_pays, Faults(believe_pages=True)),
        (checkers.time_never_rises, Faults(clock_jumps_back=True)),
        (checkers.board_equals_fold, Faults(forget_in_replay=True)),
    ],
)
def test_each_checker_sees_its_planted_fault(
    checker: Callable[[World], list[str]], faults: Faults
) -> None:
    for seed in PLANTED_SEEDS:
        world = World(seed, faults)
        try:
            world.run()
        except (AssertionError, KeyError):
            continue  # some faults also break the engine's own assertions
        if checker(world):
            return

    pytest.fail(f"{checker.__name__} saw nothing in {len(PLANTED_SEEDS)} days")
