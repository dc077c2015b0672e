"""Tables of commands on a narrow terminal."""

import pytest

from cat_engine.cli.console import State

COLUMNS = ("exam_session", "entries", "verdict")
ROW = ("skd-surakarta-2026-sesi-1", 14_563, "holds")


def test_one_row_that_does_not_fit_is_drawn_from_top_to_bottom(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = State(config_path=None)

    monkeypatch.setenv("COLUMNS", "44")
    state.show("Day", COLUMNS, [ROW])
    narrow = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "100")
    state.show("Day", COLUMNS, [ROW])
    wide = capsys.readouterr().out

    pairs = [[cell.strip() for cell in line.split("│")[1:3]] for line in narrow.splitlines()]
    assert [list(map(str, pair)) for pair in zip(COLUMNS, ROW, strict=True)] == pairs[2:-1]
    assert any(all(word in line for word in COLUMNS) for line in wide.splitlines())
