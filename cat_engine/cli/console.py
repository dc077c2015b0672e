"""What commands share: configuration, database, printing, progress."""

import csv
import getpass
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine as Database
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from cat_engine import config as configuration
from cat_engine import db, hints, i18n
from cat_engine.accounts.factor_store import FactorGap
from cat_engine.migrations import SchemaOutdated, check_schema

WIDTH_LIMIT = 10_000
URL_FORMS = "write sqlite:///PATH or postgresql+psycopg://USER@HOST/DATABASE"


@dataclass(slots=True)
class State:
    """The options of the whole program."""

    config_path: str | None
    overrides: dict[str, Any] = field(default_factory=dict)
    as_json: bool = False

    def config(self, **more: Any) -> configuration.Config:
        """The configuration with the options of this call."""
        path = Path(self.config_path) if self.config_path else None
        given = {
            name.replace("__", "."): value for name, value in more.items() if value is not None
        }
        return configuration.load(path, self.overrides | given)

    def database(self) -> Database:
        """The database, checked to have the tables this version needs."""
        url = self.config().database_url
        _check_presence(url)
        database = db.connect(url)
        check_schema(database)
        return db.writing(database)

    def show(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table, or JSON objects for machines."""
        if self.as_json:
            click.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows]))
            return
        # Imported here, as below: a server has nothing to draw and starts sooner without it.
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415

        table = Table(title=title, title_justify="left")
        for column in columns:
            table.add_column(column, overflow="fold")  # a name or hash cut short is no use
        cells = [["" if value is None else str(value) for value in row] for row in rows]
        for row_cells in cells:
            table.add_row(*row_cells)
        console = Console()
        whole = console.measure(table, options=console.options.update(max_width=WIDTH_LIMIT))
        if len(cells) == 1 and whole.maximum > console.width:
            # One row that does not fit is read better from top to bottom than with broken words.
            table = Table(title=title, title_justify="left", show_header=False)
            table.add_column(no_wrap=True)
            table.add_column(overflow="fold")
            for pair in zip(columns, cells[0], strict=True):
                table.add_row(*pair)
        console.print(table)

    def say(self, sentence: str, **values: object) -> None:
        """Print a sentence, or its values as JSON for machines."""
        click.echo(json.dumps(values) if self.as_json else sentence)

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Callable[[], None]]:
        """A progress bar on standard error; gives the function that counts one step."""
        from rich import progress  # noqa: PLC0415
        from rich.console import Console  # noqa: PLC0415

        console = Console(stderr=True)
        with progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
            console=console,
            disable=self.as_json or not console.is_terminal,
        ) as bar:
            task = bar.add_task(title, total=total)
            yield lambda: bar.advance(task)


def _check_presence(url: str) -> None:
    """Refuse a database that is not there: opening it would make an empty one, and its directory.

    Raises:
        SchemaOutdated: saying where it was looked for.
    """
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and place.database:
        path = Path(place.database)
        if not path.exists():
            raise SchemaOutdated(
                f"there is no database at {path}; name its directory (--data-dir), or make a new "
                "one: cat-engine migrate"
            )


def explain(error: Exception) -> str | None:
    """A sentence for an expected failure, or None for one that nobody expected."""
    if isinstance(error, OperationalError):
        return f"the database does not answer: {error.orig}"
    if type(error) is DatabaseError:  # its subclasses are mistakes of ours
        return f"the database cannot be read: {error.orig}; put a backup in its place"
    if isinstance(error, ArgumentError):
        return f"storage.database_url is no address of a database ({error}); {URL_FORMS}"
    if hasattr(error, "code"):
        code = error.code
        sentence = str(error) if str(error) and str(error) != code else f"refused: {code}"
        advice = getattr(error, "advice", "")
        return f"{sentence}; {advice}" if advice else sentence
    if isinstance(error, FileExistsError):
        return f"{error.filename} is a file; a directory is needed in its place"
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return None


def no_session(exam_session: str) -> click.ClickException:
    """The refusal of an exam session that is not there."""
    return click.ClickException(hints.no_session(exam_session))


def person(named: str | None) -> str:
    """Who stands for an act: the person named, else the user under whom the command runs."""
    if named is not None:
        return named.strip()
    try:
        return f"system/{getpass.getuser()}"
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "system"


def warn_of_gap(gap: FactorGap | None) -> None:
    """Say on standard error who opens seals, admits and closes with a password alone."""
    if gap is not None:
        counts = {"without": gap.without_count, "all": gap.staff_count}
        click.echo(f"warning: {i18n.text('factor_gap.text', 'en', **counts)}", err=True)


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as CSV, readable by its owner only: it may hold PINs or names."""
    path.touch(mode=0o600)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=columns)
        writer.writeheader()
        writer.writerows(rows)
