"""bank statistics import, list: what is known of the difficulty of items."""

from pathlib import Path

import click

from cat_engine.cli.console import State, person
from cat_engine.clock import wall_now
from cat_engine.preparation import originals
from cat_engine.preparation.fair_assembly import count_items
from exam_sessions import form_draws
from question_bank import item_statistics, life, statistics_store, store
from question_bank.acts import Draft
from question_bank.item_statistics import ItemStatistics
from scoring import display

SIZE_LIMIT_BYTES = 200 * 1024 * 1024


def add_to(bank: click.Group) -> None:
    """Put these commands into the group `bank`."""
    bank.add_command(statistics)


@click.group()
def statistics() -> None:
    """Statistics of items: import, list."""


@statistics.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--bank", "bank_id", required=True, help="The bank of the items.")
@click.option("--by", help="Who imports; default: the user of this machine.")
@click.option("--reason", default="", help="Why; default: the name of the file.")
@click.pass_obj
def import_statistics(
    state: State, file: Path, bank_id: str, *, by: str | None, reason: str
) -> None:
    """Import statistics (CSV): item, version, expected, a, b, c, people.

    All rows or none: every problem is printed with its line. They count for forms that are
    assembled from now on; forms that exist keep what they were drawn with. The bank's journal says
    who imported which file and why; the file is kept under `imports`. See docs/exam-plan.md.
    """
    if file.stat().st_size > SIZE_LIMIT_BYTES:
        raise click.ClickException(f"{file.name} is larger than {SIZE_LIMIT_BYTES} bytes")
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8: {error}") from error
    with state.database().begin() as db:
        versions: dict[str, list[int]] = {}
        for item in store.list_versions(db, bank_id):
            versions.setdefault(item.id, []).append(item.version)
        rows = item_statistics.read(text, versions)
        act = Draft(
            kind=life.MEASURED,
            person=person(by),
            reason=reason or f"import of {file.name}",
            at=wall_now(),
            details={"file": file.name, "sha256": originals.digest_of(content)},
        )
        revision = statistics_store.import_statistics(db, bank_id, rows, act)
        originals.keep(state.config().data_dir, file.name, content)
    state.say(
        f"statistics of {len(rows)} items are stored as revision {revision}",
        stored=len(rows),
        revision=revision,
    )


@statistics.command("list")
@click.option("--bank", "bank_id", required=True, help="The bank of the items.")
@click.pass_obj
def list_statistics(state: State, bank_id: str) -> None:
    """List the newest statistics of every item, and on how many forms it stands so far."""
    with state.database().connect() as db:
        known = statistics_store.list_statistics(db, bank_id)
        items = store.list_versions(db, bank_id)
        exposure = count_items(form_draws.forms_of_bank(db, bank_id))
    rows = []
    for item in items:
        one = known.get(item.ref, ItemStatistics(*item.ref))
        values = (one.expected, one.a, one.b, one.c)
        shown = ["" if value is None else display(value, 3) for value in values]
        rows.append((*item.ref, *shown, one.people, exposure.get(item.id, 0)))
    state.show(bank_id, (*item_statistics.COLUMNS, "forms"), rows)
