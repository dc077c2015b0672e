"""The writer that is made once writes what `json.dumps` writes, and refuses what it refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.json_writer import make_writer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@pytest.mark.parametrize("sort_keys", [True, False])
@given(value=JSON)
def test_it_writes_what_json_dumps_writes(value: Any, *, sort_keys: bool) -> None:
    expected = json.dumps(
        value, sort_keys=sort_keys, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )

    assert expected == make_writer(sort_keys=sort_keys)(value)


def _loop() -> list[Any]:
    one: list[Any] = []
    one.append(one)
    return one


@pytest.mark.parametrize("wrong", [object(), float("nan"), float("inf"), {1, 2}, _loop()])
def test_an_error_leaves_nothing_behind(wrong: Any) -> None:
    write = make_writer()
    inner: list[Any] = [wrong]

    with pytest.raises((TypeError, ValueError, RecursionError)):
        write([inner])
    inner[0] = 1

    assert "[[1]]" == write([inner])
