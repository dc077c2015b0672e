"""JSON that is written already comes out as if it had been a value."""

import json
from typing import Any

import pytest

from cat_engine import strict_json
from question_bank.written import Written

ITEMS = [{"item_no": 1, "stem": 'Pukul "tujuh" – \\ '}, {"item_no": 2, "stem": ""}]
TEXT = json.dumps(ITEMS, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("name", ["Ani", 'A"ni', "\ue000written\ue000", '"\ue000written\ue000"'])
def test_written_parts_stand_in_their_place(name: str) -> None:
    value: Any = [{"name": name, "items": Written(TEXT), "more": {"items": Written("[]")}}]

    found = json.loads(strict_json.dumps(value))

    assert [{"name": name, "items": ITEMS, "more": {"items": []}}] == found


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}])
def test_what_is_not_json_is_an_error_beside_written_parts_too(value: Any) -> None:
    for given in (value, [Written("[]"), value], [value, Written("[]")]):
        with pytest.raises((TypeError, ValueError)):
            strict_json.dumps(given)
