"""The benchmark's table for people."""

from rich.console import Console
from rich.table import Table

from cat_engine.bench.row import Figure, Row
from cat_engine.bench.run import Outcome

VERDICTS = {True: "reached", False: "MISSED", None: "-"}
NOT_MEASURED = "NOT MEASURED"


def show(outcome: Outcome, console: Console) -> None:
    """Print the facts of the machine, then one line for each row."""
    console.print("; ".join(f"{name} {value}" for name, value in outcome.facts.items()))
    table = Table(title="Benchmark", title_justify="left", show_lines=True)
    for column in ("row", "what", "figures (medians)", "must reach", "verdict"):
        table.add_column(column, overflow="fold")
    for row in outcome.rows:
        verdict = VERDICTS[row.reached] if row.is_measured else NOT_MEASURED
        table.add_row(row.name, row.what, _figures(row), row.target, verdict)
    console.print(table)


def _figures(row: Row) -> str:
    lines = [f"{one.name} {format_value(one)} {one.unit}".rstrip() for one in row.figures]
    return "\n".join([*lines, row.note] if row.note else lines)


def format_value(figure: Figure) -> str:
    """Three significant digits, and whole numbers from a hundred on."""
    if abs(figure.value) >= 100 or figure.value == int(figure.value):
        return f"{figure.value:,.0f}"
    return f"{figure.value:.3g}"
