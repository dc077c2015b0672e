"""What every command asks that reads a matrix of responses."""

from collections.abc import Callable
from typing import Any

import click

from cat_engine.cli.text_file import FILE

Command = Callable[..., Any]

_OPTIONS = (
    click.argument("responses", type=FILE),
    click.option(
        "--key", type=FILE, help="Right responses (JSON or CSV); without: cells are points."
    ),
    click.option("--items", multiple=True, help="A column of an item, or first..last. Repeatable."),
    click.option(
        "--skip", multiple=True, help="A column that is no item, or first..last. Repeatable."
    ),
    click.option("--missing", multiple=True, help="Stands for no response, besides empty and NA."),
)


def matrix_options(*, person: str) -> Callable[[Command], Command]:
    """The file, its key and what its columns are.

    Args:
        person: what is said of the column of identifiers, and of what stands in its place.
    """

    def decorate(command: Command) -> Command:
        command = click.option("--person", help=person)(command)
        for option in reversed(_OPTIONS):
            command = option(command)
        return command

    return decorate
