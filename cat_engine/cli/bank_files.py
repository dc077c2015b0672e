"""bank export, template: items out of the bank into files."""

from pathlib import Path

import click

from cat_engine.cli.console import State
from question_bank import enemies, store
from question_bank.exporters import FORMATS, write
from question_bank.exporters.template import template


def add_to(bank: click.Group) -> None:
    """Put these commands into the group `bank`."""
    for command in (export_items, write_template):
        bank.add_command(command)


@click.command("export")
@click.option("--bank", "bank_id", required=True, help="The bank to write.")
@click.option("--section", help="Only items of this section.")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.pass_obj
def export_items(state: State, bank_id: str, section: str | None, form: str, out: Path) -> None:
    """Write the newest version of every item to a file. It holds the keys.

    What the format cannot hold is printed, item by item; other items are written. Pictures lie
    beside the file in `pictures`, unless the format holds them itself.
    """
    with state.database().connect() as db:
        items = store.list_items(db, bank_id, section)
        pictures = store.get_pictures(db, items)
        apart = enemies.among(db, bank_id, {item.id for item in items})
    if not items:
        raise click.ClickException(f"bank {bank_id} has no such items")
    export = write(items, pictures, form, apart)
    for name, content in {out.name: export.content, **export.beside}.items():
        path = out.parent / name
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
    for problem in export.problems:
        click.echo(str(problem), err=True)
    left_out = len(export.refusals)
    written, changed = len(items) - left_out, len(export.problems) - left_out
    columns = ("file", "items", "written", "changed", "left out")
    state.show("Export", columns, [(out.name, len(items), written, changed, left_out)])


@click.command("template")
@click.argument("file", type=click.Path(path_type=Path))
def write_template(file: Path) -> None:
    """Write a spreadsheet (.xlsx or .csv) with examples, to be filled in and imported."""
    form = file.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx"):
        raise click.ClickException("the file must end in .xlsx or .csv")
    if file.exists():
        raise click.ClickException(f"{file} is there already")
    file.write_bytes(template(form))
    click.echo(f"written: {file}")
