"""Practice items: shown before the clock runs, never marked, never stored."""

from functools import cache
from typing import Any

from question_bank.delivery import deliver_item
from question_bank.form import Slot
from question_bank.importers import native
from question_bank.samples import practice_file


@cache
def practice_items() -> tuple[dict[str, Any], ...]:
    """The shipped practice items as a candidate's page draws them."""
    path = practice_file()
    report = native.read(path, path.read_text("utf-8"))
    assert not report.problems, report.problems
    return tuple(
        deliver_item(
            Slot(
                item_no=number,
                section=item.section,
                item_id=item.id,
                item_version=item.version,
                option_order=tuple(option.id for option in item.options),
            ),
            item,
        )
        for number, item in enumerate(report.items, start=1)
    )
