"""How long it takes to draw, check and store the forms of an exam session: a made-up bank and hall.

The bank has three sections in the proportions of SKD, ten topics, three bands and statistics of
every item, all drawn from a fixed seed, so that two runs do the same work.
"""

import os
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Engine as Database

from cat_engine import db as databases
from cat_engine.clock import monotonic_s
from cat_engine.migrations import migrate
from cat_engine.preparation.assembly import keep
from cat_engine.preparation.fair_assembly import draw_fairly
from exam_sessions import store
from question_bank import statistics_store
from question_bank import store as bank_store
from question_bank.draw import Stream
from question_bank.item import DIFFICULTIES, Item, Option
from question_bank.item_statistics import ItemStatistics
from scoring.response import Choice
from scoring.rule import KeyRule

SEATS_PER_ROOM = 50
EXAM_SESSION = "bench"
BLUEPRINT = """\
blueprint: bench
title: {id: Uji kecepatan, en: Benchmark}
draw: 2
expected_score: {within: 2}
information: {abilities: [-1, 0, 1], within: 2}
exposure: {most_share: 0.2}
parts:
  - id: main
    title: {id: Utama, en: Main}
    minutes: 100
    sections:
      - {id: twk, title: {id: TWK, en: TWK}, items: 30, expected_score: {within: 1},
         topics: {t0: 6, t1: 6, t2: 6, t3: 6, t4: 6}, difficulties: {easy: 9, medium: 14, hard: 7}}
      - {id: tiu, title: {id: TIU, en: TIU}, items: 35, expected_score: {within: 1},
         topics: {t0: 7, t1: 7, t2: 7, t3: 7, t4: 7}, difficulties: {easy: 11, medium: 16, hard: 8}}
      - {id: tkp, title: {id: TKP, en: TKP}, items: 45, expected_score: {within: 1},
         topics: {t0: 9, t1: 9, t2: 9, t3: 9, t4: 9}}
rank_by: [total]
"""
SHARES = {"easy": 75, "medium": 55, "hard": 35}


def measure(
    form_count: int, item_count: int, on_form: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Seconds by what they were spent on."""
    with tempfile.TemporaryDirectory() as folder:
        database = databases.connect(f"sqlite:///{Path(folder) / 'bench.db'}")
        migrate(database)
        database = databases.writing(database)
        items = _prepare(database, form_count, item_count)
        began_s, before = monotonic_s(), os.times()
        with database.connect() as db:
            assembly = draw_fairly(db, EXAM_SESSION, items, on_form)
        with database.begin() as db:
            keep(db, assembly)
        took_s, after = monotonic_s() - began_s, os.times()
        database.dispose()
    return {
        "drawing, checking and storing": took_s,
        "on all processors": sum(after[:4]) - sum(before[:4]),
        "per 1,000 forms": took_s * 1000 / form_count,
    }


def _prepare(database: Database, form_count: int, item_count: int) -> list[Item]:
    stream = Stream("bench", "bank")
    items = [
        _item(("twk", "tiu", "tkp")[number % 3], number, stream) for number in range(item_count)
    ]
    known = [
        ItemStatistics(
            item_id=item.id,
            version=1,
            expected=Fraction(SHARES[item.difficulty] + stream.below(20), 100),
            a=Fraction(50 + stream.below(100), 100),
            b=Fraction(stream.below(300) - 150, 100),
        )
        for item in items
    ]
    rooms = [
        store.Room(EXAM_SESSION, f"R{number:04}", "", SEATS_PER_ROOM)
        for number in range(-(-form_count // SEATS_PER_ROOM))
    ]
    people = [
        store.Enrolment(
            exam_session=EXAM_SESSION,
            participant_no=f"P{number:06}",
            name="",
            formation="",
            formation_type="general",
            disability="",
            room=f"R{number // SEATS_PER_ROOM:04}",
            seat=str(number % SEATS_PER_ROOM + 1),
            pin_hash="",
        )
        for number in range(form_count)
    ]
    plan = store.SessionPlan(EXAM_SESSION, "bench", "Bench", 0, 0, "masked", "live")
    with database.begin() as db:
        bank_store.add_items(db, items, {})
        statistics_store.add_statistics(db, "bench", known)
        store.add_exam(db, store.Exam("bench", "Bench", "bench", BLUEPRINT, "bench"))
        store.add_session(db, plan, rooms)
        store.add_enrolments(db, people)
    return items


def _item(section: str, number: int, stream: Stream) -> Item:
    return Item(
        bank="bench",
        id=f"{section}-{number:05}",
        version=1,
        section=section,
        topic=f"t{stream.below(5)}",
        difficulty=DIFFICULTIES[stream.below(3)],
        kind="choice",
        stem=f"{section} {number}",
        options=tuple(Option(name, name) for name in "abcde"),
        rule=KeyRule(Choice("a"), right=Fraction(5)),
    )
