"""kill -9 under load: real processes, real sockets, real disk."""

import asyncio
import threading
import time
from collections.abc import Sequence
from typing import Any

from cat_engine.rehearsal import stage
from cat_engine.rehearsal.audit import audit
from cat_engine.rehearsal.run import run_all
from cat_engine.rehearsal.virtual import Person, Step, Story
from exam_sessions import store
from exam_sessions.verify import verify_session
from question_bank import store as bank_store
from tests.factories import STARTS_AT, get_blueprint_text, get_item
from tests.integration.server import ServerProcess

PEOPLE = 40
ITEMS = 40
KILLS = 2


def test_after_kill_9_every_acknowledged_answer_is_there_and_everybody_goes_on(
    server: ServerProcess,
) -> None:
    database = server.database()
    items = [
        get_item(section, n, stem=f"Butir {n + 1}")
        for section in ("twk", "tkp", "interview")
        for n in range(ITEMS)
    ]
    blueprint = get_blueprint_text(main_count=ITEMS, interview_count=2)
    exam = store.Exam("kill", "Kill", "small", blueprint, "seed")
    with database.begin() as db:
        bank_store.add_items(db, items, {})
        store.add_exam(db, exam)
    plan = store.SessionPlan("kill-1", "kill", "Pagi", STARTS_AT, 0, "none", "live")
    extras = [stage.Extra(f"k{n:03}", f"Peserta {n}") for n in range(PEOPLE)]
    pins = stage.enrol(database, plan, extras)
    with stage.staff_for_a_while(database, STARTS_AT) as (username, password):
        stage.open_and_start(server.url, plan.id, username, password)
    people = [Person(no, pin, _steady) for no, pin in pins.items()]
    answers = Counter()
    stories: list[Story] = []

    def sit() -> None:
        stories.extend(asyncio.run(run_all(server.url, people, answers.count))[0])

    sitting = threading.Thread(target=sit)
    sitting.start()
    for kill in range(1, KILLS + 1):
        answers.wait_for(kill * PEOPLE * ITEMS // 2)
        server.kill()
        server.start()
    sitting.join(100)

    assert [None] * PEOPLE == [story.failure for story in stories]
    assert all(story.result is not None for story in stories)
    assert all(story.reconnects >= 1 for story in stories)
    found = audit(database, plan.id, stories)
    assert ([], [], []) == (found.lost, found.doubled, found.changed)
    assert found.acknowledged_count >= PEOPLE * ITEMS
    assert [] == verify_session(database, plan.id).findings
    database.dispose()


class Counter:
    """Counts acknowledged answers and lets a test wait for a number of them."""

    def __init__(self) -> None:
        self._value = 0

    def count(self) -> None:
        self._value += 1

    def wait_for(self, value: int) -> None:
        limit = time.monotonic() + 60
        while self._value < value:
            assert time.monotonic() < limit, f"only {self._value} answers"
            time.sleep(0.01)


def _steady(items: Sequence[dict[str, Any]]) -> list[Step]:
    return [Step(0.05, item["item_no"], {"choice": "B"}) for item in items]
