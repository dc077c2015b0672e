"""The pace at which somebody answers."""

from exam_sessions.pace import WINDOW, Pace


def test_too_few_items_say_nothing() -> None:
    pace = Pace()
    for item_no in range(1, WINDOW + 1):
        pace.note(item_no, item_no * 8_000)

    assert pace.item_ms is None


def test_the_pace_is_that_of_the_last_items() -> None:
    pace = Pace()
    for item_no in range(1, 6):
        pace.note(item_no, item_no * 60_000)
    for item_no in range(6, 6 + WINDOW):
        pace.note(item_no, 300_000 + (item_no - 5) * 8_000)

    assert pace.item_ms == 8_000


def test_a_changed_response_is_no_new_item() -> None:
    pace = Pace()
    for item_no in range(1, WINDOW + 2):
        pace.note(item_no, item_no * 30_000)
    before = pace.item_ms

    pace.note(3, 400_000)
    pace.note(3, 400_001)

    assert pace.item_ms == before == 30_000
