"""The rhythm of virtual people."""

from statistics import mean, median
from typing import Any

from cat_engine.rehearsal.people import MEAN_SECONDS, Knowledge, able_person


def shown_items(count: int) -> list[dict[str, Any]]:
    """Items as a page is shown them."""
    options = [{"letter": letter, "text": letter, "image": None} for letter in "ABCDE"]
    return [
        {"item_no": number, "stem": f"Soal {number}", "image": None, "options": options}
        for number in range(1, count + 1)
    ]


def seconds_for_each_item(*, speed: float = 1) -> list[float]:
    """How long a person takes over a thousand items."""
    plan = able_person("Ani", Knowledge([]), speed=speed)
    taken: dict[int, float] = {}
    for step in plan(shown_items(1_000)):
        taken[step.item_no] = taken.get(step.item_no, 0) + step.wait_s
    return list(taken.values())


def test_times_are_spread_as_those_of_real_people() -> None:
    taken = seconds_for_each_item()

    assert 0.8 * MEAN_SECONDS < mean(taken) < 1.3 * MEAN_SECONDS
    assert median(taken) < mean(taken), "a few items take much longer"
    assert max(taken) > 3 * median(taken) > 9 * min(taken)


def test_at_a_greater_speed_everything_is_sooner() -> None:
    slow, fast = seconds_for_each_item(), seconds_for_each_item(speed=10)

    assert abs(sum(slow) / 10 - sum(fast)) < 1e-6 * sum(slow)
