import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.board import (
    Board,
    Change,
    Delta,
    Entrant,
    Removal,
    Row,
    Standing,
    apply,
    apply_delta,
    delta_to_json,
    empty,
    ranks,
    to_json,
)
from scoring.ranking import Contender, Key, Reason, rank
from tests.cast import ANI, BUDI
from tests.unit.scoring.strategies import changes

KEYS = ("total", "tkp", "twk")
THIRD, FOURTH = "24-5521-0019", "24-5521-0020"


def _change(entrant_id: str, twk: int | Fraction, tkp: int, **standing: object) -> Change:
    sections = {"twk": Fraction(twk), "tkp": Fraction(tkp)}
    values = Standing(
        id=entrant_id,
        sections=sections,
        total=sum(sections.values(), Fraction(0)),
        answered=1,
        item_count=2,
        status="working",
        passed=None,
    )
    entrant = Entrant(entrant_id, f"name of {entrant_id}", "general", "analis", "A")
    return Change(entrant, replace(values, **standing))  # type: ignore[arg-type]


def _board(*those: Change, keys: Sequence[Key] = KEYS) -> Board:
    return apply(empty(keys), those)[0]


def _ids(rows: Sequence[Row]) -> list[str]:
    return [row.entrant.id for row in rows]


def test_rows_stand_in_order_with_ties_and_reasons() -> None:
    board = _board(
        _change(BUDI, 10, 4), _change(ANI, 10, 4), _change(THIRD, 5, 9), _change(FOURTH, 10, 0)
    )

    assert [THIRD, ANI, BUDI, FOURTH] == _ids(board.rows)
    assert [1, 2, 2, 4] == ranks(board.rows)
    assert [False, False, True, False] == [row.tied for row in board.rows]
    assert [
        Reason("tkp", Fraction(9), Fraction(4)),
        Reason(None),
        Reason("total", Fraction(14), Fraction(10)),
        None,
    ] == [row.reason for row in board.rows]


def test_a_row_that_moves_touches_only_its_old_and_new_neighbours() -> None:
    """A hall of five hundred must not be sent again because one person moved."""
    crowd = [_change(f"c{number:02}", 100 - number, 0) for number in range(20)]
    board = _board(*crowd, _change(ANI, 0, 0))

    moved, delta = apply(board, [_change(ANI, Fraction(1, 2), 95)])

    assert 5 == _ids(moved.rows).index(ANI)
    assert [(4, "c04"), (5, ANI), (20, "c19")] == [
        (position, row.entrant.id) for position, row in delta.rows
    ]


def test_a_change_that_shows_nothing_new_gives_no_version() -> None:
    board = _board(_change(ANI, 10, 4), _change(BUDI, 5, 4))

    same, silence = apply(board, [_change(ANI, 10, 4)])
    other, delta = apply(board, [_change(ANI, 10, 4, answered=2)])

    assert same is board
    assert Delta(board.version, ()) == silence
    assert board.version + 1 == other.version == delta.version
    assert [(0, ANI)] == [(position, row.entrant.id) for position, row in delta.rows]


def test_of_several_changes_to_one_entrant_the_last_counts() -> None:
    once = _board(_change(ANI, 10, 4))

    twice = _board(_change(ANI, 0, 0), _change(ANI, 10, 4))

    assert once == twice


def test_who_leaves_is_named_and_the_row_above_gets_a_new_reason() -> None:
    board = _board(_change(ANI, 10, 4), _change(BUDI, 8, 4), _change(THIRD, 5, 4))

    after, delta = apply(board, [Removal(BUDI), Removal("nobody")])

    assert [ANI, THIRD] == _ids(after.rows)
    assert (BUDI,) == delta.removed
    assert [(0, ANI)] == [(position, row.entrant.id) for position, row in delta.rows]
    assert list(after.rows) == apply_delta(board.rows, delta)


def test_a_board_that_everybody_leaves_is_empty() -> None:
    board = _board(_change(ANI, 10, 4), _change(BUDI, 8, 4))

    after, delta = apply(board, [Removal(BUDI), Removal(ANI)])

    assert () == after.rows
    assert (ANI, BUDI) == delta.removed
    assert [] == apply_delta(board.rows, delta)
    assert (after, Delta(after.version, ())) == apply(after, [Removal(ANI)])


def test_a_standing_of_somebody_else_is_impossible() -> None:
    ani, budi = _change(ANI, 10, 4), _change(BUDI, 10, 4)

    with pytest.raises(AssertionError, match="belongs to its entrant"):
        _board(Change(ani.entrant, budi.standing))


batches = st.lists(
    st.lists(
        changes() | st.builds(Removal, st.sampled_from([f"24-{number}" for number in range(8)])),
        max_size=6,
    ),
    max_size=6,
)


@given(batches)
def test_deltas_applied_to_an_old_view_give_the_new_board(
    history: list[list[Change | Removal]],
) -> None:
    board = empty(KEYS)
    view: list[Row] = []

    for batch in history:
        before = board
        board, delta = apply(board, batch)
        view = apply_delta(view, delta)

        assert list(board.rows) == view
        assert delta.version == board.version
        positions = [position for position, _ in delta.rows]
        assert sorted(set(positions)) == positions
        old = {row.entrant.id: row for row in before.rows}
        assert all(old.get(row.entrant.id) != row for _, row in delta.rows)
        assert (board.version > before.version) == (board.rows != before.rows)


@given(batches)
def test_a_board_kept_up_to_date_equals_one_built_afresh(
    history: list[list[Change | Removal]],
) -> None:
    board = empty(KEYS)
    standing: dict[str, Change] = {}

    for batch in history:
        board, _ = apply(board, batch)
        for one in batch:
            if isinstance(one, Removal):
                standing.pop(one.id, None)
            else:
                standing[one.entrant.id] = one

    assert _board(*standing.values()).rows == board.rows


@given(st.lists(changes(), max_size=12))
def test_a_board_ranks_as_the_ranking_does(those: list[Change]) -> None:
    board = _board(*those)
    contenders = [
        Contender(row.entrant.id, {**row.standing.sections, "total": row.standing.total})
        for row in board.rows
    ]

    ranked = rank(contenders, KEYS)

    assert [(one.id, one.rank) for one in ranked] == list(
        zip(_ids(board.rows), ranks(board.rows), strict=True)
    )


def test_a_nation_of_thirty_thousand_follows_single_changes_quickly() -> None:
    """Comparing everybody with everybody at each of these changes would take hours."""
    board = _board(*(_change(f"{number:05}", number * 7919 % 550, 0) for number in range(30_000)))
    view: list[Row] = list(board.rows)

    for number in range(20):
        board, delta = apply(board, [_change(f"{number:05}", number * 31 % 550, 1)])
        view = apply_delta(view, delta)
        assert len(delta.rows) <= 5

    assert list(board.rows) == view


def test_readers_get_points_as_text_and_no_ranks() -> None:
    those = [
        _change(ANI, Fraction(125, 2), 4, status="finished", passed=True),
        _change(BUDI, 60, 4),
    ]
    board, delta = apply(empty(KEYS), those)

    document = to_json(board)

    assert document["version"] == 1
    assert document["rows"][0] == {
        "id": ANI,
        "label": f"name of {ANI}",
        "formation": "analis",
        "formation_type": "general",
        "room": "A",
        "sections": {"twk": "62.5", "tkp": "4"},
        "total": "66.5",
        "answered": 1,
        "item_count": 2,
        "status": "finished",
        "passed": True,
        "tied": False,
        "reason": {"key": "total", "above": "66.5", "below": "64"},
    }
    assert document["rows"][1]["reason"] is None
    assert delta_to_json(delta) == {
        "version": 1,
        "rows": [[0, document["rows"][0]], [1, document["rows"][1]]],
        "removed": [],
    }
    assert document == json.loads(json.dumps(document))


def test_readers_see_that_equals_are_equal_and_which_sections_decided() -> None:
    keys: tuple[Key, ...] = (("twk", "tkp"),)
    equal = _board(_change(ANI, 10, 4), _change(BUDI, 4, 10), keys=keys)
    differing = _board(_change(ANI, 10, 4), _change(BUDI, 4, 9), keys=keys)

    assert {"key": None} == to_json(equal)["rows"][0]["reason"]
    assert {"key": ["twk", "tkp"], "above": "14", "below": "13"} == to_json(differing)["rows"][0][
        "reason"
    ]
