"""Forms made by other processes are those made here."""

from dataclasses import replace

import pytest

from cat_engine.preparation.forming import form_all
from question_bank.form import CannotAssemble
from question_bank.seating import Place
from question_bank.session_draw import SessionDraw
from tests.factories import get_item
from tests.unit.question_bank.bank import get_blueprint, get_section

pytestmark = pytest.mark.timeout(120)


def _asked(count: int) -> SessionDraw:
    places = [Place(f"P-{number:04}", "A", str(number)) for number in range(count)]
    blueprint = replace(get_blueprint(get_section("twk", 5)), draw=2)
    items = [get_item("twk", number) for number in range(20)]
    return SessionDraw("pagi", blueprint, items, {}, "benih", places)


def test_other_processes_make_the_same_forms() -> None:
    here = list(form_all(_asked(250)))

    elsewhere = list(form_all(_asked(250), parallel_from=1))

    assert 250 == len(here)
    assert here == elsewhere


def test_refusal_reaches_the_caller_while_others_work() -> None:
    asked = replace(_asked(150), items=[get_item("twk", number) for number in range(4)])

    with pytest.raises(CannotAssemble, match="lacks 1 item"):
        list(form_all(asked, parallel_from=1))
