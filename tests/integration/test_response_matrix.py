"""From a finished exam session to item analysis and to a ranking of one's own."""

import csv
import io
from fractions import Fraction

from sqlalchemy import Engine as Database

from exam_sessions.live_session import replay_session
from exam_sessions.response_matrix import response_matrix
from exam_sessions.results import export_rows
from scoring.item_analysis.matrix import Layout, points_of, read_matrix
from scoring.ranked_table import Absent, Order, rank_table
from scoring.text_table import read_table
from tests.cast import ANI, BUDI, EXAM_SESSION
from tests.integration.test_day_export import sit


def as_csv(columns: list[str], rows: list[list[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue()


def test_the_points_of_the_matrix_are_those_of_the_results(sqlite: Database) -> None:
    sit(sqlite)
    live = replay_session(sqlite, EXAM_SESSION)
    assert live is not None

    points, right = (response_matrix(live, as_right=one) for one in (False, True))

    results = {row["participant_no"]: row for row in export_rows(live)}
    finished = {no: row for no, row in results.items() if row["status"] == "finished"}
    assert {ANI, BUDI} == set(finished) == {row[0] for row in points.rows}
    for row in points.rows:
        earned = sum(Fraction(cell) for cell in row[1:] if cell)
        assert Fraction(finished[row[0]]["total"]) == earned
    rights = [cell for row in right.rows for cell in row[1:] if cell]
    marks = [float(cell) for row in points.rows for cell in row[1:] if cell]
    assert {"0", "1"} == set(rights)
    assert {5.0} == {mark for mark, is_right in zip(marks, rights, strict=True) if is_right == "1"}
    text = as_csv(list(points.columns), [list(row) for row in points.rows])
    matrix = read_matrix(text, Layout(person="participant_no"))
    assert (2, len(points.columns) - 1) == points_of(matrix).shape


def test_a_ranking_of_the_exported_results_is_that_of_the_export(sqlite: Database) -> None:
    sit(sqlite)
    live = replay_session(sqlite, EXAM_SESSION)
    assert live is not None
    rows = export_rows(live)
    table = read_table(as_csv(list(rows[0]), [list(row.values()) for row in rows]))
    keys = [key if isinstance(key, str) else "+".join(key) for key in live.blueprint.rank_by]

    lines = rank_table(table, Order(keys, "participant_no", absent=Absent.UNRANKED))

    ranks = {line.id: line.placed.rank if line.placed else None for line in lines}
    assert {row["participant_no"]: row["rank"] for row in rows} == ranks
    assert None in ranks.values()
