"""bank import, list, show."""

from pathlib import Path

import click

from cat_engine.cli.console import State
from question_bank import store
from question_bank.importers import ImportReport, read
from question_bank.item import Item, digest
from question_bank.samples import bank_files

SAMPLES = "samples"


@click.group()
def bank() -> None:
    """Items: import, list, show."""


@bank.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option("--check-only", is_flag=True, help="Print the report and store nothing.")
@click.option(
    "--take-rest", is_flag=True, help="Store the good items of a file that has refused ones."
)
@click.pass_obj
def import_items(
    state: State, files: tuple[str, ...], *, check_only: bool, take_rest: bool
) -> None:
    """Import items from files: our YAML (.yaml) or GIFT (.gift, .txt).

    The word `samples` stands for the shipped sample bank. Every problem is printed with its place
    and what to do. Unless --take-rest is given, a file with a refused item is not stored at all.
    """
    paths = [path for name in files for path in _paths(name)]
    reports: list[tuple[Path, ImportReport]] = []
    with state.progress("reading", len(paths)) as step:
        for path in paths:
            reports.append((path, read(path)))
            step()
    rows = []
    database = state.database()
    for path, report in reports:
        for problem in report.problems:
            click.echo(str(problem), err=True)
        is_refused = bool(report.refusals) and not take_rest
        added = present = 0
        if not (check_only or is_refused) and report.items:
            with database.begin() as db:
                stored = store.add_items(db, report.items, report.pictures)
            added, present = stored.added, stored.present
        rows.append((path.name, len(report.items), added, present, len(report.refusals)))
    columns = ("file", "items", "added", "already there", "refused")
    state.show("Import", columns, rows)
    if any(report.refusals for _, report in reports) and not take_rest:
        raise SystemExit(1)


@bank.command("list")
@click.option("--bank", "bank_id", help="List the items of this bank; default: list the banks.")
@click.option("--section", help="Only items of this section.")
@click.pass_obj
def list_items(state: State, bank_id: str | None, section: str | None) -> None:
    """List banks, or the items of one."""
    with state.database().connect() as db:
        if bank_id is None:
            state.show("Banks", ("bank", "section", "items"), store.list_banks(db))
            return
        items = store.list_items(db, bank_id, section)
    columns = ("id", "version", "section", "topic", "difficulty", "kind", "stem")
    rows = [
        (one.id, one.version, one.section, one.topic, one.difficulty, one.kind, one.stem[:60])
        for one in items
    ]
    state.show(bank_id, columns, rows)


@bank.command()
@click.argument("item_id")
@click.option("--bank", "bank_id", required=True, help="The item's bank.")
@click.pass_obj
def show(state: State, item_id: str, bank_id: str) -> None:
    """Show every version of an item with its options, rule and digest. Shows keys."""
    with state.database().connect() as db:
        versions = [one for one in store.list_versions(db, bank_id) if one.id == item_id]
    if not versions:
        raise click.ClickException(f"bank {bank_id} has no item {item_id}")
    for item in versions:
        _show(item)


def _paths(name: str) -> list[Path]:
    return bank_files() if name == SAMPLES else [Path(name)]


def _show(item: Item) -> None:
    click.echo(f"{item.id} version {item.version}, {item.section}/{item.topic}, {item.difficulty}")
    click.echo(f"digest {digest(item)}")
    click.echo(f"\n{item.stem}\n")
    for option in item.options:
        click.echo(f"  {option.id}  {option.text or (option.image and option.image.alt)}")
    click.echo(f"\nrule: {item.rule}")
    if item.explanation:
        click.echo(f"why:  {item.explanation}")
