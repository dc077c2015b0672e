"""Ten thousand mutated frames against a running server, and the attack shown able to fail.

A million: make fuzz.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cat_engine.live.messages import INCOMING, Malformed, parse
from tests.integration.fuzz.attack import DEEP, Report
from tests.integration.fuzz.messages import message
from tests.integration.fuzz.stage import AS_SHIPPED, PATIENT, attack

COUNT = 10_000
SEED = 20_261_125
WITHOUT_GATE = (
    "-c",
    """
import socketio.packet
from cat_engine import app
app.StrictPacket = socketio.packet.Packet
from cat_engine.cli import main
main()
""",
)
STOOD = Report(
    seed=1,
    sent_count=1_000,
    honest_count=1,
    journaled_count=1,
    rss_warm_bytes=100_000_000,
    rss_end_bytes=101_000_000,
    outcomes=Counter({f"{name}: accepted": 1 for name in DEEP}),
)


@pytest.mark.parametrize("program", [AS_SHIPPED, PATIENT], ids=["as-shipped", "patient"])
def test_mutated_frames_are_refused_and_honest_people_are_served(
    tmp_path: Path, program: tuple[str, ...]
) -> None:
    report = attack(tmp_path, program, seed=SEED, count=COUNT // 2)

    assert [] == report.problems(), report
    assert report.refused_count > 0, "the junk reached the gate"


@pytest.mark.parametrize("namespace", sorted(INCOMING))
def test_the_attack_sends_every_message_that_is_declared_well_formed_too(namespace: str) -> None:
    rng = Random(SEED)
    drawn = [message(rng, namespace) for _ in range(2_000)]

    right = {name for name, body in drawn if is_well_formed(INCOMING[namespace][name], body)}

    assert set(INCOMING[namespace]) == right


def is_well_formed(message_type: type, body: Any) -> bool:
    try:
        parse(message_type, body)
    except Malformed:
        return False
    return True


def test_the_attack_finds_a_server_without_its_gate(tmp_path: Path) -> None:
    report = attack(tmp_path, WITHOUT_GATE, seed=SEED, count=1_000)

    assert any("in the log" in problem for problem in report.problems()), report


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        (replace(STOOD, rss_end_bytes=104_000_000), "memory grew"),
        (replace(STOOD, log_bytes=201_000), "bytes of log"),
        (replace(STOOD, outcomes=STOOD.outcomes | Counter({"door: HTTP 500": 2})), "HTTP 500"),
        (replace(STOOD, outcomes=STOOD.outcomes - Counter({"/ready: accepted": 1})), "not go deep"),
        (replace(STOOD, stuck=[7]), "never answered"),
        (replace(STOOD, honest_refused=["slow_down"]), "honest person was refused"),
        (replace(STOOD, honest_count=0, journaled_count=0), "no honest person"),
        (replace(STOOD, journaled_count=0), "in the journal"),
        (replace(STOOD, log_faults=["Traceback"]), "in the log"),
    ],
)
def test_every_thing_that_must_not_be_is_a_problem(planted: Report, words: str) -> None:
    assert [] == STOOD.problems()
    assert [True] == [words in problem for problem in planted.problems()]
