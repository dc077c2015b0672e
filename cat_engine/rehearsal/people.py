"""Virtual people: how they work through the items they are shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cat_engine.rehearsal.virtual import Step
from question_bank.draw import Stream
from question_bank.item import Image, Item
from scoring.mark import highest, mark
from scoring.response import Choice

Json = dict[str, Any]
Look = tuple[str, str]
PERCENT = 100
WORST_SHARE, BEST_SHARE = 35, 92
SECOND_THOUGHT_PERCENT = 12
MEAN_SECONDS = 50
"""SKD gives 54 s for each item."""
REAL_SECONDS = (15, 21, 26, 29, 33, 37, 40, 44, 47, 51, 56, 60, 65, 71, 78, 85, 95, 108, 128, 171)
"""How long real people took: the middles of the twentieths of 138,975 item times of a licensing
exam (818 people, 170 items; R package LNIRT, CredentialForm1)."""


class Knowledge:
    """Which of the shown options earns most: what a person who knows would choose.

    Only a tool with the bank beside it can have this; what a candidate is sent does not tell.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self._points: dict[tuple[str, Look], float] = {}
        self._highest: dict[str, float] = {}
        for item in items:
            stem = _stem(item.stem, item.image)
            self._highest[stem] = float(highest(item.rule))
            for option in item.options:
                points = float(mark(item.rule, Choice(option.id)))
                self._points[stem, (option.text, _url(option.image))] = points

    def best(self, shown: Json) -> str:
        """The letter that earns most."""
        stem = shown["stem"] + ((shown["image"] or {}).get("url") or "")
        letters = {
            option["letter"]: self._points.get(
                (stem, (option["text"], (option["image"] or {}).get("url") or "")), 0.0
            )
            for option in shown["options"]
        }
        best: str = max(sorted(letters), key=lambda letter: letters[letter])
        return best


def able_person(
    name: str, knowledge: Knowledge, *, speed: float
) -> Callable[[Sequence[Json]], Sequence[Step]]:
    """Somebody who knows a share of the answers, drawn from the name, and sometimes changes one.

    The times between the answers are distributed as those of real people.
    """
    stream = Stream("rehearsal", name)
    share = WORST_SHARE + stream.below(BEST_SHARE - WORST_SHARE)

    def plan(items: Sequence[Json]) -> list[Step]:
        steps: list[Step] = []
        for shown in items:
            wait_s = _real_seconds(stream) / speed
            steps.append(Step(wait_s / 2, shown["item_no"], None))
            if stream.below(PERCENT) < SECOND_THOUGHT_PERCENT:
                steps.append(Step(wait_s / 4, shown["item_no"], _any(shown, stream)))
            knows = stream.below(PERCENT) < share
            chosen = {"choice": knowledge.best(shown)} if knows else _any(shown, stream)
            steps.append(Step(wait_s / 2, shown["item_no"], chosen))
        return steps

    return plan


def recorded_person(
    responses: Sequence[str], seconds: Sequence[float], *, speed: float
) -> Callable[[Sequence[Json]], Sequence[Step]]:
    """A real person's recorded responses and times; empty means that nothing was given.

    The option that carries the recorded text is chosen, wherever it stands on this form.
    """

    def plan(items: Sequence[Json]) -> list[Step]:
        steps = []
        for shown in items:
            index = int(shown["stem"].rpartition(" ")[2]) - 1
            letters: Mapping[str, str] = {
                option["text"]: option["letter"] for option in shown["options"]
            }
            given = responses[index]
            response = {"choice": letters[given]} if given else None
            steps.append(Step(seconds[index] / speed, shown["item_no"], response))
        return steps

    return plan


def _real_seconds(stream: Stream) -> float:
    """A time as real people take it, at the pace of SKD."""
    drawn = REAL_SECONDS[stream.below(len(REAL_SECONDS))]
    return drawn * MEAN_SECONDS * len(REAL_SECONDS) / sum(REAL_SECONDS)


def _any(shown: Json, stream: Stream) -> Json:
    return {"choice": shown["options"][stream.below(len(shown["options"]))]["letter"]}


def _stem(stem: str, image: Image | None) -> str:
    return stem + _url(image)


def _url(image: Image | None) -> str:
    return f"/media/{image.digest}.{image.extension}" if image else ""
