"""What the public record does not tell: whose breaks and accommodations, and personal reasons."""

import json

from exam_sessions import events
from exam_sessions.day_lines import full_lines, private_positions, public_lines
from exam_sessions.events import Event
from exam_sessions.journal import Entry, StoredEntry
from exam_sessions.own_break import OWN_BREAK
from tests.cast import ANI, BUDI, CITRA, EXAM_SESSION

KEY = "5a" * 32


def entries(*told: tuple[str, Event]) -> list[StoredEntry]:
    return [
        StoredEntry(
            Entry(EXAM_SESSION, number, who, 1_000 + number, event, f"{number:064}"),
            events.canonical(events.body_of(event)),
        )
        for number, (who, event) in enumerate(told, start=1)
    ]


def paused(reason: str, by: str = CITRA) -> events.Paused:
    return events.Paused("act", by, reason, "")


def resumed(reason: str, by: str = CITRA) -> events.Resumed:
    return events.Resumed("act", by, reason, "")


def test_a_break_is_private_from_its_beginning_to_its_end_whoever_ends_it() -> None:
    day = entries(
        (ANI, paused(OWN_BREAK, ANI)),
        (BUDI, paused("technical")),
        (ANI, resumed("procedure")),
        (BUDI, resumed("technical")),
        (ANI, paused("technical")),
        (ANI, resumed("technical")),
    )

    assert {1, 3} == private_positions(day)


def test_a_private_entry_shows_that_it_is_there_and_nothing_else() -> None:
    day = entries((ANI, paused(OWN_BREAK, ANI)), (ANI, resumed(OWN_BREAK, ANI)))

    for text in public_lines(day, KEY, with_answers=True):
        line = json.loads(text)
        assert {"position", "hash", "digests"} == line.keys()
        assert {"place", "body"} == line["digests"].keys()


def test_a_personal_reason_is_not_told_and_others_are() -> None:
    reasons = ("health", "candidate_request", "technical", "conduct")
    day = entries(*((ANI, paused(reason)) for reason in reasons))

    shown = [json.loads(one) for one in public_lines(day, KEY, with_answers=False)]

    assert [None, None, "technical", "conduct"] == [one["body"].get("reason") for one in shown]
    assert ["Paused"] * 4 == [one["kind"] for one in shown]
    assert all("reason" in one["hidden"] for one in shown[:2])


def test_the_official_record_tells_everything() -> None:
    day = entries((ANI, paused(OWN_BREAK, ANI)), (BUDI, paused("health")))

    shown = [json.loads(one) for one in full_lines(day, KEY)]

    assert [OWN_BREAK, "health"] == [one["body"]["reason"] for one in shown]
    assert all({"place", "body"} == one["salts"].keys() for one in shown)
