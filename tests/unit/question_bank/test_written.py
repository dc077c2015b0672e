"""What is written of items beforehand is what is delivered of them."""

import json
from pathlib import Path

import pytest

from question_bank.delivery import deliver
from question_bank.form import Form, assemble
from question_bank.importers import read
from question_bank.item import KINDS, Item
from question_bank.samples import bank_files
from question_bank.written import ItemTexts, write_items
from tests.cast import ANI, BUDI
from tests.unit.question_bank.bank import get_blueprint, get_section
from tests.unit.question_bank.kinds import items_of_every_kind

EVERY = items_of_every_kind()


def _form(item: Item, key: str) -> Form:
    return assemble(get_blueprint(get_section(item.section, 1)), [item], "seed", key)


@pytest.mark.parametrize("kind", KINDS)
def test_written_items_of_every_kind_are_those_delivered_for_every_order(kind: str) -> None:
    item, _ = EVERY[kind]
    items, known = {item.ref: item}, ItemTexts()

    for key in (ANI, BUDI, "3", "4", "5"):
        part = _form(item, key).parts[0]

        assert deliver(part, items) == json.loads(write_items(part, items, known).text)


@pytest.mark.parametrize("path", bank_files(), ids=lambda path: path.stem)
def test_written_items_of_the_sample_bank_are_those_delivered(path: Path) -> None:
    known = ItemTexts()

    for item in read(path).items:
        for key in (ANI, BUDI):
            part = _form(item, key).parts[0]
            written = write_items(part, {item.ref: item}, known).text

            assert written == json.dumps(
                deliver(part, {item.ref: item}), ensure_ascii=False, separators=(",", ":")
            )
