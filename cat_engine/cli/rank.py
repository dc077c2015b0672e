"""rank: order the people of any table by any keys, and the teams of a contest, live."""

import csv
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from cat_engine.cli.console import State, write_csv
from cat_engine.cli.text_file import FILE, read_text
from cat_engine.rehearsal.contest_file import (
    Configuration,
    read_configuration,
    read_submissions,
    read_teams,
)
from scoring import board as boards
from scoring import contest, display
from scoring.ranked_table import Absent, Line, Order, rank_table, shown_key
from scoring.text_table import BadTable, exact, read_table

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
PERCENT_PLACES = 6
VALUE_PLACES = 10
SHOWN_DIFFERENCES = 20


@click.group()
def rank() -> None:
    """Rank people of any table, or teams of a contest; needs no database."""


@rank.command()
@click.argument("table", type=FILE)
@click.option(
    "--by", multiple=True, required=True, help="Columns in the order in which they decide."
)
@click.option("--person", help="The column of identifiers. Default: the first.")
@click.option("--weigh", multiple=True, help="A value: final=40*skd/550+60*skb/500.")
@click.option("--within", default="", help="A column; each of its values is ranked by itself.")
@click.option("--need", multiple=True, help="Least score to be selected, tkp=166.")
@click.option(
    "--places", type=click.IntRange(min=0), help="Select so many, and all equal to the last."
)
@click.option(
    "--absent",
    type=click.Choice([one.value for one in Absent]),
    default=Absent.REFUSE.value,
    show_default=True,
    help="Somebody without a value: refuse the file, count zero, or give no rank.",
)
@click.option("--expect", help="A column of known ranks; exit status 1 when ours differ.")
@click.option("--out", type=NEW_FILE, help="Write a CSV here.")
@click.pass_obj
def people(
    state: State,
    table: Path,
    by: Sequence[str],
    person: str | None,
    weigh: Sequence[str],
    within: str,
    need: Sequence[str],
    places: int | None,
    absent: str,
    expect: str | None,
    out: Path | None,
) -> None:
    """Rank the rows of TABLE (CSV) by columns, exactly.

    --by total --by tkp --by tiu --by twk compares total, then tkp, and so on; the higher value
    stands above. --by=-penalty turns one round, --by twk+tiu takes a sum. Equal in all means the
    same rank, and the next rank skips; dense and average ranks, percentiles and what decided stand
    beside it. With --need and --places also who meets the thresholds, and who of them is selected.
    See docs/algorithms/ranking.md.
    """
    read = read_table(read_text(table))
    order = Order(
        by=by,
        person=person or read.header[0],
        weighed=weigh,
        within=within,
        needs=need,
        place_count=places,
        absent=Absent(absent),
    )
    lines = rank_table(read, order)
    rows = [_row(line, order) for line in lines]
    _give(state, table.name, rows, out)
    if expect is not None:
        at, person_at = read.column(expect), read.column(order.person)
        known = {cells[person_at]: cells[at] for _, cells in read.rows}
        _compare(known, lines)


@rank.command(name="contest")
@click.argument("submissions", type=FILE)
@click.option("--teams", type=FILE, help="All teams (JSON or CSV), also those that tried nothing.")
@click.option("--contest-config", type=FILE, help="XCPCIO's config.json: unit of time, penalty.")
@click.option("--until", type=float, help="Only so many minutes of it, as a frozen board shows.")
@click.option("--out", type=NEW_FILE, help="Write a CSV here.")
@click.pass_obj
def contest_board(
    state: State,
    submissions: Path,
    teams: Path | None,
    contest_config: Path | None,
    until: float | None,
    out: Path | None,
) -> None:
    """Play the SUBMISSIONS of a programming contest (JSON or CSV) through a live board.

    Every submission changes the board as an answer in an exam does. Each delta is applied by a
    reader; at the end the reader's rows, the board and a ranking computed anew must agree.
    """
    known_rules = Configuration()
    if contest_config is not None:
        known_rules = read_configuration(read_text(contest_config))
    tries = read_submissions(read_text(submissions), known_rules.unit_ms)
    names = read_teams(read_text(teams)) if teams is not None else {}
    if teams is not None and (unknown := sorted({one.team for one in tries} - names.keys())):
        raise click.ClickException(f"{teams.name} has no team {unknown[0]}")
    known = sorted(names.keys() | {one.team for one in tries})
    shown = [one for one in tries if until is None or one.at_ms < until * contest.MINUTE_MS]
    final = play(known, shown, known_rules.rules)
    rows = [
        {
            "rank": place,
            "team": row.entrant.id,
            "name": names.get(row.entrant.id, ""),
            "solved": display(row.standing.sections[contest.SOLVED]),
            "penalty": display(-row.standing.sections[contest.PENALTY]),
        }
        for place, row in zip(boards.ranks(final.rows), final.rows, strict=True)
    ]
    _give(state, submissions.name, rows, out)
    said = f"{len(shown)} submissions, {final.version} versions of the board"
    click.echo(f"{said}; every delta led from one to the next", err=True)


def play(
    teams: Sequence[str], submissions: Sequence[contest.Submission], rules: contest.Rules
) -> boards.Board:
    """The board after all submissions, checked against its deltas and a board laid anew."""
    now = boards.empty(contest.KEYS)
    reader: list[boards.Row] = []
    newest: dict[str, boards.Change] = {}
    for news in contest.changes(teams, submissions, rules):
        now, delta = boards.apply(now, news)
        reader = boards.apply_delta(reader, delta)
        newest |= {one.entrant.id: one for one in news}
        assert tuple(reader) == now.rows, "a reader of deltas sees the board"
    fresh, _ = boards.apply(boards.empty(contest.KEYS), newest.values())
    assert fresh.rows == now.rows, "the board is the ranking computed anew"
    return now


def _row(line: Line, order: Order) -> dict[str, Any]:
    placed = line.placed
    values = {
        name: "" if value is None else display(value, VALUE_PLACES).rstrip("0").rstrip(".")
        for name, value in line.values.items()
    }
    found: dict[str, Any] = {"person": line.id}
    found |= {"within": line.group} if order.within else {}
    found |= values | {
        "rank": placed.rank if placed else "",
        "dense": placed.dense if placed else "",
        "average": display(placed.average) if placed else "",
        "percentile_weak": display(placed.percentile_weak, PERCENT_PLACES) if placed else "",
        "percentile_mean": display(placed.percentile_mean, PERCENT_PLACES) if placed else "",
    }
    why = line.reason
    found |= {"above_next_by": "" if why is None else shown_key(order.by, why) or "equal"}
    found |= {"passed": "yes" if line.is_passed else "no"} if order.needs else {}
    if order.place_count is not None:
        found["selected"] = "yes" if line.is_selected else "no"
    return found


def _compare(known: dict[str, str], lines: Sequence[Line]) -> None:
    different = [
        f"{line.id}: expected rank {known[line.id]}, found {ours}"
        for line in lines
        if exact(known[line.id]) != (ours := line.placed.rank if line.placed else None)
    ]
    for one in islice(different, SHOWN_DIFFERENCES):
        click.echo(one, err=True)
    click.echo(f"{len(lines) - len(different)} of {len(lines)} ranks are the known ones", err=True)
    if different:
        raise SystemExit(1)


def _give(state: State, title: str, rows: Sequence[dict[str, Any]], out: Path | None) -> None:
    if not rows:
        raise BadTable(["nobody is left to rank"])
    columns = list(rows[0])
    if out is not None:
        write_csv(out, columns, rows)
    elif state.as_json or sys.stdout.isatty():
        state.show(title, columns, [list(row.values()) for row in rows])
    else:
        writer = csv.DictWriter(sys.stdout, columns)
        writer.writeheader()
        writer.writerows(rows)
