"""bank enemies add, remove, list: items that never stand on one form."""

from datetime import UTC, datetime

import click

from cat_engine.cli.console import State, person
from cat_engine.clock import wall_now
from question_bank import enemies

_ITEMS = click.argument("items", nargs=-1, required=True)
_BANK = click.option("--bank", "bank_id", required=True, help="The items' bank.")
_BY = click.option("--by", help="Who says so; default: the user of this machine.")
_REASON = click.option("--reason", required=True, help="Why, in words; it is journaled.")


def add_to(bank: click.Group) -> None:
    """Put these commands into the group `bank`."""
    bank.add_command(group)


@click.group("enemies")
def group() -> None:
    """Items that never stand on one form: add, remove, list."""


@group.command()
@_ITEMS
@_BANK
@_BY
@_REASON
@click.pass_obj
def add(state: State, items: tuple[str, ...], bank_id: str, by: str | None, reason: str) -> None:
    """Say that no two of these items may stand on one form, of any exam of this bank."""
    with state.database().begin() as db:
        pairs = enemies.part(db, bank_id, [items], by=person(by), reason=reason, now=wall_now())
    state.say(f"{len(pairs)} new pairs are kept apart", pairs=len(pairs))


@group.command()
@_ITEMS
@_BANK
@_BY
@_REASON
@click.pass_obj
def remove(state: State, items: tuple[str, ...], bank_id: str, by: str | None, reason: str) -> None:
    """Take it back for every pair of these items."""
    now = wall_now()
    with state.database().begin() as db:
        pairs = enemies.reconcile(db, bank_id, [items], by=person(by), reason=reason, now=now)
    state.say(f"{len(pairs)} pairs are no longer kept apart", pairs=len(pairs))


@group.command("list")
@_BANK
@click.pass_obj
def list_enemies(state: State, bank_id: str) -> None:
    """List every pair with who said so, when and why."""
    with state.database().connect() as db:
        found = enemies.standing(db, bank_id)
    rows = [
        (
            *pair,
            act.person,
            datetime.fromtimestamp(act.at / 1_000, UTC).isoformat(timespec="seconds"),
            act.reason,
        )
        for pair, act in sorted(found.items())
    ]
    state.show(f"Enemies in {bank_id}", ("item", "other", "person", "at", "reason"), rows)
