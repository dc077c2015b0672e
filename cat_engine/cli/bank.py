"""bank import, list, show."""

from pathlib import Path

import click
from sqlalchemy import Engine as Database

from cat_engine.cli.console import State, person
from cat_engine.clock import wall_now
from cat_engine.preparation import originals
from question_bank import custody, enemies, finding, life, store
from question_bank.custody import Provenance
from question_bank.finding import Filter
from question_bank.importers import UTF8, ImportReport, read
from question_bank.importers.report import pictures_of
from question_bank.item import Item, digest
from question_bank.samples import bank_files

CHUNK_ITEMS = 1_000
SAMPLES = "samples"
SAMPLES_AUTHOR = "cat-engine"
"""Who answers for the shipped sample bank; whoever imports it approves it."""


@click.group()
def bank() -> None:
    """Items: import and export, review and approve, seal and open, statistics."""


@bank.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option("--check-only", is_flag=True, help="Print the report and store nothing.")
@click.option(
    "--take-rest", is_flag=True, help="Store the good items of a file that has refused ones."
)
@click.option("--by", help="Who imports; default: the user of this machine.")
@click.option("--author", help="Who wrote the items; default: who imports them.")
@click.option(
    "--approved-by", default="", help="A second person who has read and approved every item."
)
@click.option("--reason", default="", help="Why; default: the names of the files.")
@click.option(
    "--encoding",
    default=UTF8,
    show_default=True,
    help="How text files are written, such as cp1252. It is never guessed.",
)
@click.pass_obj
def import_items(
    state: State,
    files: tuple[str, ...],
    *,
    check_only: bool,
    take_rest: bool,
    by: str | None,
    author: str | None,
    approved_by: str,
    reason: str,
    encoding: str,
) -> None:
    """Import items from files: QTI, Moodle XML, GIFT, Aiken, CSV, XLSX, YAML, by their endings.

    The word `samples` stands for the shipped sample bank. Every problem is printed with its place
    and what to do. Unless --take-rest is given, a file with a refused item is not stored at all.
    The file itself and the report are kept in the data directory, under `imports`.
    Items begin as drafts, the shipped samples as approved by who imports them; docs/custody.md.
    """
    paths = [path for name in files for path in _paths(name)]
    reports: list[tuple[Path, ImportReport]] = []
    with state.progress("reading", len(paths)) as step:
        for path in paths:
            reports.append((path, read(path, encoding=encoding)))
            step()
    rows = []
    database = state.database()
    importer = person(by)
    for path, report in reports:
        for problem in report.problems:
            click.echo(str(problem), err=True)
        is_refused = bool(report.refusals) and not take_rest
        added = present = 0
        if not (check_only or is_refused) and report.storable:
            if path not in bank_files():
                kept = originals.keep(state.config().data_dir, path.name, path.read_bytes())
                originals.keep_report(kept, report, name=path.name, by=importer, now=wall_now())
            provenance = _provenance(path, importer, author, approved_by, reason=reason)
            added, present = _store(state, database, report, name=path.name, provenance=provenance)
        rows.append((path.name, len(report.storable), added, present, len(report.refusals)))
    columns = ("file", "items", "added", "already there", "refused")
    state.show("Import", columns, rows)
    if any(report.refusals for _, report in reports) and not take_rest:
        raise SystemExit(1)


@bank.command("list")
@click.option("--bank", "bank_id", help="List the items of this bank; default: list the banks.")
@click.option("--section", default="", help="Only items of this section.")
@click.option("--topic", default="", help="Only items of this topic.")
@click.option("--difficulty", default="", help="Only items of this difficulty.")
@click.option("--state", "standing", type=click.Choice(life.STATES), help="Only items so far.")
@click.option("--author", default="", help="Only items of this author.")
@click.option("--text", default="", help="Only items with all these words.")
@click.pass_obj
def list_items(
    state: State,
    bank_id: str | None,
    *,
    section: str,
    topic: str,
    difficulty: str,
    standing: str | None,
    author: str,
    text: str,
) -> None:
    """List banks, or the items of one, each in its newest version and with its state."""
    with state.database().connect() as db:
        if bank_id is None:
            state.show("Banks", ("bank", "section", "items"), store.list_banks(db))
            return
        wanted = Filter(
            text=text,
            section=section,
            topic=topic,
            difficulty=difficulty,
            state=standing or "",
            author=author,
        )
        found = finding.find_all(db, bank_id, wanted)
    columns = (
        "id", "version", "section", "topic", "difficulty", "kind", "state", "author", "stem",
    )  # fmt: skip
    rows = [
        (
            one.item.id,
            one.item.version,
            one.item.section,
            one.item.topic,
            one.item.difficulty,
            one.item.kind,
            one.standing.state,
            one.standing.author,
            one.item.stem[:60],
        )
        for one in found
    ]
    state.show(bank_id, columns, rows)


@bank.command()
@click.argument("item_id")
@click.option("--bank", "bank_id", required=True, help="The item's bank.")
@click.pass_obj
def show(state: State, item_id: str, bank_id: str) -> None:
    """Show every version of an item with its options, rule and digest. Shows keys."""
    with state.database().connect() as db:
        versions = store.list_versions(db, bank_id, item_id)
    if not versions:
        raise click.ClickException(f"bank {bank_id} has no item {item_id}")
    for item in versions:
        _show(item)


def _store(
    state: State, database: Database, report: ImportReport, *, name: str, provenance: Provenance
) -> tuple[int, int]:
    """Store the items of one file in one transaction; give how many are new, and known."""
    items, added, present = report.storable, 0, 0
    with database.begin() as db, state.progress(f"storing {name}", len(items)) as step:
        for start in range(0, len(items), CHUNK_ITEMS):
            chunk = items[start : start + CHUNK_ITEMS]
            pictures = pictures_of(chunk, report.pictures)
            stored = custody.take_in(db, chunk, pictures, provenance, now=wall_now())
            added, present = added + stored.added, present + stored.present
            for _ in chunk:
                step()
        if report.enemies:
            (bank_id,) = {item.bank for item in items}
            by, reason = provenance.by, provenance.reason
            enemies.part(db, bank_id, report.enemies, by=by, reason=reason, now=wall_now())
    return added, present


def _provenance(
    path: Path, importer: str, author: str | None, approved_by: str, *, reason: str
) -> Provenance:
    is_sample = path in bank_files()
    return Provenance(
        by=importer,
        author=author or (SAMPLES_AUTHOR if is_sample else importer),
        reason=reason or f"import of {path.name}",
        approved_by=approved_by or (importer if is_sample else ""),
        source={"file": path.name, "sha256": originals.digest_of(path.read_bytes())},
    )


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
