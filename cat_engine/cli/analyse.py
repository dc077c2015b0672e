"""analyse: statistics of the items of any exam from a CSV matrix of responses."""

import csv
import json
from collections.abc import Sequence
from math import isnan
from pathlib import Path

import click

from cat_engine.cli.console import State
from cat_engine.cli.matrix_options import matrix_options
from cat_engine.cli.text_file import read_text
from question_bank.item_statistics import COLUMNS
from scoring.item_analysis.key import Key, read_key
from scoring.item_analysis.matrix import Layout, read_matrix
from scoring.item_analysis.options import Chosen
from scoring.item_analysis.report import Analysis, Model, Unanswered, Wish, analysis, difficulties
from scoring.item_analysis.report import to_json as report_to_json

FEWEST_COLUMNS = 5
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@matrix_options(person="The column of identifiers; without: people are lines.")
@click.option(
    "--unanswered",
    type=click.Choice([one.value for one in Unanswered]),
    help="What no response is. Default: wrong with a key, unknown without.",
)
@click.option("--model", type=click.Choice([one.value for one in Model]), help="Also fit a model.")
@click.option("--group", default="", help="Compare groups in this column, item by item.")
@click.option("--focal", default="", help="The group compared with all others.")
@click.option("--out", type=NEW_FILE, help="Write everything here (JSON).")
@click.option("--statistics", type=NEW_FILE, help="Write a CSV for `bank statistics import` here.")
@click.pass_obj
def analyse(
    state: State,
    responses: Path,
    key: Path | None,
    person: str | None,
    items: Sequence[str],
    skip: Sequence[str],
    missing: Sequence[str],
    unanswered: str | None,
    model: str | None,
    group: str,
    focal: str,
    out: Path | None,
    statistics: Path | None,
) -> None:
    """Compute statistics of items and test from RESPONSES, a CSV file: one row a person.

    Classical figures always: means, correlations with the total and with the rest, alpha,
    upper-lower indices, with a key the shares of options. With --model also Rasch by conditional
    (`rasch`) or marginal estimation, one slope for all, two parameters, or graded responses. With
    --group Mantel-Haenszel between two groups. Needs no database. All figures stand in --out; on
    the screen as many as fit. Conventions: docs/algorithms/item-analysis.md.
    """
    layout = Layout(person, items, [group] if group else [], skip, missing)
    matrix = read_matrix(read_text(responses), layout)
    right: Key | None = read_key(read_text(key), matrix.items) if key is not None else None
    default = Unanswered.UNKNOWN if right is None else Unanswered.WRONG
    wish = Wish(
        key=right,
        unanswered=Unanswered(unanswered) if unanswered else default,
        model=Model(model) if model else None,
        group=group,
        focal=focal,
    )
    found = analysis(matrix, wish)
    document = report_to_json(found)
    if out is not None:
        out.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if statistics is not None:
        _write_statistics(found, statistics)
    if state.as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    _show(state, responses.name, found)


def _show(state: State, name: str, found: Analysis) -> None:
    figures = found.figures
    whole = [
        ("people, of them with complete rows", f"{figures.person_count}, {figures.complete_count}"),
        ("mean, standard deviation", f"{_n(figures.mean)}, {_n(figures.sd)}"),
        ("least, median, most", f"{_n(figures.least)}, {_n(figures.median)}, {_n(figures.most)}"),
        ("alpha (standardized)", f"{_n(figures.alpha)} ({_n(figures.alpha_standardized)})"),
        ("standard error of measurement", _n(figures.sem)),
    ]
    state.show(name, ("what", "value"), whole)
    columns, rows = _item_table(found)
    state.show("Items", columns, rows)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)


def _item_table(found: Analysis) -> tuple[list[str], list[list[object]]]:
    """As much as fits a line; a model and groups stand in place of what the file has anyway."""
    items = found.figures.items
    is_plain = found.fitted is None and found.differences is None and found.options is None
    columns = ["item", "people", "mean", "r total", "r rest"]
    columns += ["sd", "alpha without", "upper-lower"] if is_plain else []
    rows: list[list[object]] = []
    for at, item in enumerate(found.items):
        more = (items.sd, items.alpha_without, items.upper_lower_thirds) if is_plain else ()
        shown = (items.mean, items.item_total, items.item_rest, *more)
        rows.append([item, items.answered[at], *(_n(one[at]) for one in shown)])
    if found.fitted is not None:
        columns += ["slope", "difficulty"]
        for row, one in zip(rows, report_to_json(found)["items"], strict=True):
            places = one.get("thresholds") or {"": one.get("difficulty")}
            row += [_n(one.get("slope", 1.0)), " ".join(_n(b) for b in places.values())]
    if found.differences is not None:
        columns += ["delta", "p", "level"]
        for row, other in zip(rows, found.differences, strict=True):
            row += [_n(other.delta), _n(other.p), other.level]
    if found.options is not None and len(columns) == FEWEST_COLUMNS:
        columns += ["chosen, %"]
        for row, options in zip(rows, found.options, strict=True):
            row += [" ".join(map(_share, options))]
    return columns, rows


def _share(one: Chosen) -> str:
    share = "–" if isnan(one.share) else f"{100 * one.share:.0f}"
    return f"{'*' if one.is_key else ''}{one.option or 'none'}:{share}"


def _write_statistics(found: Analysis, path: Path) -> None:
    """Expected share and parameters as the bank takes them, of the items that have any."""
    figures = found.figures.items
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for at, (slope, difficulty) in enumerate(difficulties(found)):
            mean = float(figures.mean[at])
            if isnan(mean) or not 0 <= mean <= 1:
                continue
            row = {"item": found.items[at], "expected": f"{mean:.6f}"}
            if not isnan(difficulty) and slope > 0:
                row |= {"a": f"{slope:.6f}", "b": f"{difficulty:.6f}"}
            writer.writerow(row | {"people": str(figures.answered[at])})


def _n(value: float | None) -> str:
    return "" if value is None or isnan(value) else f"{value:.3f}"
