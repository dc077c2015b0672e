"""exam.yaml: a whole plan or every problem with its line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from cat_engine.preparation import exam_plan
from cat_engine.preparation.exam_plan import BadExamPlan, Board, ExamPlan, Ground
from exam_sessions.late_rule import BY_RULE, LateRule
from exam_sessions.seat_plan import grid
from exam_sessions.sites import SiteRoom

DEFAULT = Board(60, "masked", "live")
HALL = SiteRoom("manahan", "utama", "Ruang Utama", grid(2, 3, unusable=["6"]))
GOOD = """\
exam: skd-2026
title: SKD
bank: skd-sample
blueprint: skd-2024
seed: dadu
sessions:
  - id: sesi-1
    title: Sesi 1
    starts_at: 2026-11-24T08:00+07:00
    rooms:
      - {id: A, name: Ruang A, seats: 40}
      - {id: B, seats: 20}
"""


def read(tmp_path: Path, text: str) -> ExamPlan:
    path = tmp_path / "exam.yaml"
    path.write_text(text)
    rooms = {(HALL.site, HALL.id): HALL}
    ground = Ground(DEFAULT, find_room=lambda *key: rooms.get(key))
    return exam_plan.read_text(exam_plan.text_of(path), ground)


def test_a_plan_is_read_with_its_sessions_and_rooms(tmp_path: Path) -> None:
    planned = read(tmp_path, GOOD)

    (plan, rooms), *others = planned.sessions
    assert (planned.exam.id, plan.id, others) == ("skd-2026", "skd-2026-sesi-1", [])
    assert (plan.starts_at, plan.board_delay_s) == (1_795_482_000_000, 60)
    assert [(room.id, room.name, room.seat_count) for room in rooms] == [
        ("A", "Ruang A", 40),
        ("B", "B", 20),
    ]


def test_the_board_of_a_plan_replaces_the_defaults(tmp_path: Path) -> None:
    text = GOOD + "board: {delay_s: 0, names: none, reveal: finished}\n"

    plan, _ = read(tmp_path, text).sessions[0]

    assert (0, "none", "finished") == (plan.board_delay_s, plan.board_names, plan.board_reveal)


def test_late_answers_are_of_the_plan_of_one_session_or_of_the_configuration(
    tmp_path: Path,
) -> None:
    also = """\
  - {id: sesi-2, title: Dua, starts_at: 2026-11-24T10:00+07:00, rooms: [{id: A, seats: 4}],
     late: {within_s: 60}}
"""
    usual, _ = read(tmp_path, GOOD).sessions[0]
    planned = read(tmp_path, GOOD + also + "late: {answers: hand, within_s: 120}\n").sessions

    assert ("rule", 900) == (usual.late_answers, usual.late_within_s)
    assert [("hand", 120), ("hand", 60)] == [
        (plan.late_answers, plan.late_within_s) for plan, _ in planned
    ]
    assert LateRule(is_on=False, delivered_within_ms=60_000) == planned[1][0].late_rule(BY_RULE)
    assert BY_RULE == replace(usual, late_answers="").late_rule(BY_RULE)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("exam: skd-2026", "exam: skd 2026!", "line 1: 'exam' may hold letters"),
        ("title: SKD\n", "", "'title' is missing"),
        ("seed: dadu", "sede: dadu", "line 5: unknown key 'sede'"),
        ("blueprint: skd-2024", "blueprint: nowhere", "line 4: no blueprint 'nowhere'"),
        ("2026-11-24T08:00+07:00", "2026-11-24T08:00", "line 9: 'starts_at' is not a time"),
        ("2026-11-24T08:00+07:00", "besok", "with the offset"),
        ("seats: 40", "seats: 0", "line 11: 'seats' must be a whole number from 1"),
        ("seats: 40", "seats: many", "line 11: 'seats' must be"),
        ("id: B", "id: A", "A"),
        ("title: SKD\n", "title: SKD\ntitle: SKD\n", "line 3: 'title' stands twice"),
        ("    title: Sesi 1\n", "    title: [Sesi, 1]\n", "'title' must be text"),
        ("title: SKD\n", "title: null\n", "'title' must be text"),
        ("title: SKD\n", 'title: "S\\0D"\n', "holds an unprintable character"),
        ("title: SKD\n", "title: SKD\nlate: {answers: perhaps}\n", "'answers'"),
        ("title: SKD\n", "title: SKD\nlate: {within_s: 86401}\n", "from 0 to 86400"),
        ("2026-11-24T08:00+07:00", "0001-11-24T08:00+07:00", "'starts_at' is not a time"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD

    with pytest.raises(BadExamPlan) as bad:
        read(tmp_path, GOOD.replace(old, new, 1))

    assert problem in str(bad.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("exam: [", "cannot be read"),
        ("exam: x\nsessions: []\n", "'sessions' must list"),
        ("exam: [" * 2_000, "cannot be read"),
        (GOOD.partition("    rooms:")[0], "'rooms' must list"),
        (GOOD + "board: {names: all}\n", "'names' must be one of none, masked, full"),
        (GOOD + "board: {delay_s: -1}\n", "'delay_s' must be a whole number from 0"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(BadExamPlan) as bad:
        read(tmp_path, text)

    assert problem in str(bad.value)


def test_a_plan_may_leave_its_sessions_for_later(tmp_path: Path) -> None:
    assert () == read(tmp_path, GOOD.partition("sessions:")[0]).sessions


def test_seats_are_drawn_where_the_plan_says_so(tmp_path: Path) -> None:
    (usual, _), (drawn, _) = (
        read(tmp_path, text).sessions[0] for text in (GOOD, GOOD + "seats: drawn\n")
    )

    assert (False, True) == (usual.seats_drawn, drawn.seats_drawn)


def test_a_room_of_a_site_takes_its_name_and_usable_seats(tmp_path: Path) -> None:
    text = GOOD.replace("{id: B, seats: 20}", "{id: B, site: manahan, site_room: utama}")

    _, rooms = read(tmp_path, text).sessions[0]

    assert ("Ruang Utama", 5, "manahan", "utama") == (
        rooms[1].name,
        rooms[1].seat_count,
        rooms[1].site,
        rooms[1].site_room,
    )


@pytest.mark.parametrize(
    ("room", "problem"),
    [
        ("{id: B, site: manahan, site_room: gudang}", "site manahan has no room gudang"),
        ("{id: B, site: manahan}", "'site_room' is missing"),
        ("{id: B, site: manahan, site_room: utama, seats: 6}", "the plan has 5 seats"),
    ],
)
def test_a_room_that_the_site_does_not_have_is_named(
    tmp_path: Path, room: str, problem: str
) -> None:
    with pytest.raises(BadExamPlan, match=problem):
        read(tmp_path, GOOD.replace("{id: B, seats: 20}", room))


def test_further_sessions_share_board_and_seats_with_what_was_there() -> None:
    text = GOOD[GOOD.index("sessions:") :]
    ground = Ground(Board(5, "none", "finished"), seats_drawn=True)

    ((plan, _),) = exam_plan.read_more_sessions(text, "skd-2026", ground)

    assert ("skd-2026-sesi-1", 5, True) == (plan.id, plan.board_delay_s, plan.seats_drawn)
    with pytest.raises(BadExamPlan, match="unknown key 'title'"):
        exam_plan.read_more_sessions(f"title: x\n{text}", "skd-2026", ground)
    with pytest.raises(BadExamPlan, match="'sessions' must list"):
        exam_plan.read_more_sessions("seats: drawn", "skd-2026", ground)


def test_a_plan_in_json_is_the_same_plan(tmp_path: Path) -> None:
    as_json = json.dumps(yaml.load(GOOD, Loader=yaml.BaseLoader), indent=1)  # noqa: S506

    assert read(tmp_path, GOOD) == read(tmp_path, as_json)
