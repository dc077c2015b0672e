"""A live ranking under its heaviest load: every submission of real contests through the board."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from cat_engine.cli.main import group
from cat_engine.cli.rank import play
from cat_engine.rehearsal.contest_file import read_configuration, read_submissions, read_teams
from scoring import board as boards
from scoring.contest import PENALTY, SOLVED, Counting, Rules, Submission, Tries, fold
from scoring.text_table import BadTable


def brute_force(teams: list[str], submissions: list[Submission]) -> list[tuple[int, str, int, int]]:
    """Rank, team, solved and penalty, each counted anew from all submissions."""
    scores = {}
    for team in teams:
        solved = penalty = 0
        mine = [one for one in submissions if one.team == team]
        for problem in {one.problem for one in mine}:
            tries = [one for one in mine if one.problem == problem and one.is_accepted is not None]
            tries.sort(key=lambda one: one.at_ms)
            firsts = [at for at, one in enumerate(tries) if one.is_accepted]
            if firsts:
                solved += 1
                penalty += tries[firsts[0]].at_ms // 60_000 + 20 * firsts[0]
        scores[team] = (solved, -penalty)
    return sorted(
        (1 + sum(other > mine for other in scores.values()), team, mine[0], -mine[1])
        for team, mine in scores.items()
    )


def shown(board: boards.Board) -> list[tuple[int, str, int, int]]:
    return sorted(
        (rank, row.entrant.id, int(row.standing.sections[SOLVED]),
         int(-row.standing.sections[PENALTY]))
        for rank, row in zip(boards.ranks(board.rows), board.rows, strict=True)
    )  # fmt: skip


@pytest.mark.parametrize("until_minutes", [240, 300])
def test_the_world_finals_play_through_the_board(until_minutes: int, shared_data: Path) -> None:
    """2,658 submissions of 141 teams; at minute 240 the board was frozen."""
    folder = shared_data / "ranking/icpc-wf48"
    config = read_configuration((folder / "config.json").read_text("utf-8"))
    every = read_submissions((folder / "run.json").read_text("utf-8"), config.unit_ms)
    teams = sorted(read_teams((folder / "team.json").read_text("utf-8")))
    assert (2658, 141) == (len(every), len(teams))
    seen = [one for one in every if one.at_ms < until_minutes * 60_000]

    final = play(teams, seen, config.rules)

    assert brute_force(teams, seen) == shown(final)


def test_a_published_table_is_reproduced_where_its_feed_is_whole(shared_data: Path) -> None:
    """13 teams of the 92 have compilation errors that the feed does not mark."""
    folder = shared_data / "ranking"
    tries = read_submissions((folder / "neerc-northern-2015-runs.csv").read_text("utf-8"))
    with (folder / "neerc-northern-2015-standings.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))

    found = {row[1]: row for row in shown(play([row["team"] for row in table], tries, Rules()))}

    assert all(int(row["solved"]) == found[row["team"]][2] for row in table)
    assert 79 == sum(int(row["penalty_minutes"]) == found[row["team"]][3] for row in table)


def test_tries_after_the_solution_and_compilation_errors_change_nothing() -> None:
    tries = Tries()
    for at_ms, is_accepted in ((59_999, False), (60_000, None), (119_999, True), (10**6, False)):
        tries = fold(tries, Submission("t", "A", at_ms, is_accepted))

    assert ({"A": 1}, {"A": 119_999}) == (tries.rejected, tries.solved_at_ms)


@pytest.mark.parametrize(
    ("counting", "expected_ms"),
    [
        (Counting.MINUTES, 1_200_000 + 60_000 + 120_000),
        (Counting.SECONDS, 1_200_000 + 119_000 + 131_000),
        (Counting.SUM_MINUTES, 1_200_000 + 240_000),
    ],
)
def test_every_way_of_counting_time_cuts_where_it_says(
    counting: Counting, expected_ms: int
) -> None:
    tries = Tries({"A": 1, "C": 5}, {"A": 119_999, "B": 131_500})

    assert expected_ms == tries.penalty_ms(Rules(counting=counting))


def test_a_configuration_gives_unit_penalty_and_counting() -> None:
    config = read_configuration(
        '{"penalty": 600, "options": {"calculation_of_penalty": "in_seconds"}}'
    )

    assert Rules(600_000, Counting.SECONDS) == config.rules
    run = '[{"team_id": "a", "problem_id": 0, "timestamp": 5, "status": "correct"}]'
    assert [5_000] == [one.at_ms for one in read_submissions(run, config.unit_ms)]
    assert {"a": "Alfa"} == read_teams('{"a": {"name": "Alfa"}}')
    for bad in ("[]", '{"options": {"submission_timestamp_unit": "fortnight"}}', "{"):
        with pytest.raises(BadTable, match="configuration"):
            read_configuration(bad)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("team,problem,time_s,status\na,A,x,OK\n", "line 2: column time_s: 'x' is no time"),
        ("team,problem,time_s,status\na,A,-1,OK\n", "line 2: column time_s: '-1' is no time"),
        ("team,problem,status\na,A,OK\n", "line 2: no time (one of time_ms"),
        ("team,problem,time_s,status\na,,1,\n", "line 2: no problem (one of problem"),
        ('[{"team_id": "a", "problem_id": 1, "timestamp": 5}]', "entry 1: no verdict"),
        ("[1]", "a list of objects"),
        ("[", "not JSON"),
    ],
)
def test_a_feed_that_lacks_something_is_refused_with_its_row(text: str, said: str) -> None:
    with pytest.raises(BadTable) as refused:
        read_submissions(text)

    assert said in str(refused.value)


def test_commands_rank_a_table_and_a_contest_of_ones_own(tmp_path: Path) -> None:
    runs, table, out = tmp_path / "runs.csv", tmp_path / "t.csv", tmp_path / "out.csv"
    runs.write_text("team;problem;minutes;outcome\nb;A;3;accepted\na;A;2;wrong\na;A;4,5;OK\n")
    table.write_text("no,nilai,ke\nx,1,2\ny,2,1\n")

    played = CliRunner().invoke(group, ["rank", "contest", str(runs), "--out", str(out)])
    right = CliRunner().invoke(
        group, ["rank", "people", str(table), "--by", "nilai", "--expect", "ke"]
    )
    wrong = CliRunner().invoke(
        group, ["rank", "people", str(table), "--by=-nilai", "--expect", "ke"]
    )

    assert "rank,team,name,solved,penalty\n1,b,,1,3\n2,a,,1,24\n" == out.read_text()
    assert "every delta led from one to the next" in played.stderr
    assert (0, 1) == (right.exit_code, wrong.exit_code)
    assert "x: expected rank 2, found 1" in wrong.stderr
