"""bank review, return, approve, retire, comment, history: the life of items, by command."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from cat_engine.cli.console import State, person
from cat_engine.clock import wall_now
from question_bank import acts, custody, life
from question_bank.acts import BankAct, ItemRef
from question_bank.finding import Filter, find_all
from question_bank.life import Standing

_BANK = click.option("--bank", "bank_id", required=True, help="The items' bank.")
_BY = click.option("--by", help="Who acts; default: the user of this machine.")
_REASON = click.option("--reason", required=True, help="Why, in words; it is journaled.")
_ITEMS = click.argument("items", nargs=-1)


def add_to(bank: click.Group) -> None:
    """Put these commands into the group `bank`."""
    for command in (review, send_back, approve, retire, comment, history):
        bank.add_command(command)


@click.command()
@_ITEMS
@_BANK
@_BY
@_REASON
@click.option("--every-draft", is_flag=True, help="Every item that is a draft.")
@click.pass_obj
def review(
    state: State,
    items: tuple[str, ...],
    bank_id: str,
    by: str | None,
    reason: str,
    *,
    every_draft: bool,
) -> None:
    """Hand drafts over to review. ITEM is ID for the newest version, or ID@VERSION."""
    _move(
        state,
        bank_id,
        items,
        life.SUBMITTED,
        by=by,
        reason=reason,
        every=every_draft and life.DRAFT,
    )


@click.command("return")
@_ITEMS
@_BANK
@_BY
@_REASON
@click.pass_obj
def send_back(
    state: State, items: tuple[str, ...], bank_id: str, by: str | None, reason: str
) -> None:
    """Send items from review back to their authors; the reason says what is wrong."""
    _move(state, bank_id, items, life.RETURNED, by=by, reason=reason)


@click.command()
@_ITEMS
@_BANK
@_BY
@_REASON
@click.option("--every-reviewed", is_flag=True, help="Every item that is in review.")
@click.pass_obj
def approve(
    state: State,
    items: tuple[str, ...],
    bank_id: str,
    by: str | None,
    reason: str,
    *,
    every_reviewed: bool,
) -> None:
    """Approve items in review. Nobody can approve what they wrote (four eyes)."""
    _move(
        state,
        bank_id,
        items,
        life.APPROVED,
        by=by,
        reason=reason,
        every=every_reviewed and life.REVIEW,
    )


@click.command()
@_ITEMS
@_BANK
@_BY
@_REASON
@click.pass_obj
def retire(state: State, items: tuple[str, ...], bank_id: str, by: str | None, reason: str) -> None:
    """Retire items for good: no form is drawn with them any more. Forms that exist stay."""
    _move(state, bank_id, items, life.RETIRED, by=by, reason=reason)


@click.command()
@click.argument("item")
@click.argument("text")
@_BANK
@_BY
@click.option("--reply-to", type=int, help="Number of the comment that this answers.")
@click.pass_obj
def comment(
    state: State, item: str, text: str, bank_id: str, by: str | None, reply_to: int | None
) -> None:
    """Say something about an item's version; it stands in its history."""
    with state.database().begin() as db:
        [ref] = _refs(custody.standings_of(db, bank_id), bank_id, [item])
        custody.comment(
            db, bank_id, ref, by=person(by), text=text, now=wall_now(), reply_to=reply_to
        )
    state.say("the comment is stored", item=ref[0], version=ref[1])


@click.command()
@click.argument("item", required=False)
@_BANK
@click.option("--check", is_flag=True, help="Check the whole chain of the bank's journal.")
@click.pass_obj
def history(state: State, item: str | None, bank_id: str, *, check: bool) -> None:
    """Print every act on an item, or on the whole bank: who, when and why."""
    with state.database().connect() as db:
        if check:
            count = sum(1 for _ in acts.read_all(db, bank_id))
            last = acts.head(db, bank_id)
            state.say(
                f"{count} acts of bank {bank_id} follow from each other; the last hash is "
                f"{last.hash}",
                acts=count,
                last_hash=last.hash,
            )
            return
        listed = acts.read_item(db, bank_id, item) if item else list(acts.read_all(db, bank_id))
    if item and not listed:
        raise click.ClickException(f"bank {bank_id} has no acts on an item {item}")
    columns = ("position", "at", "item", "kind", "state", "person", "reason")
    state.show(f"History of {item or bank_id}", columns, [_row(act) for act in listed])


def _move(
    state: State,
    bank_id: str,
    items: Sequence[str],
    kind: str,
    *,
    by: str | None,
    reason: str,
    every: str | bool = False,
) -> None:
    if bool(items) == bool(every):
        raise click.UsageError("name the items, or say that every one is meant; not both")
    with state.database().begin() as db:
        if every:
            found = find_all(db, bank_id, Filter(state=str(every)))
            refs = [one.item.ref for one in found]
        else:
            refs = _refs(custody.standings_of(db, bank_id), bank_id, items)
        custody.do(db, bank_id, refs, kind, by=person(by), reason=reason, now=wall_now())
    state.say(f"{len(refs)} items: {kind}", items=len(refs), act=kind)


def _refs(known: Mapping[ItemRef, Standing], bank_id: str, named: Sequence[str]) -> list[ItemRef]:
    """The versions that ID or ID@VERSION name."""
    newest = custody.newest(known)
    refs = []
    for name in dict.fromkeys(named):
        item_id, _, given = name.partition("@")
        chosen = int(given) if given.isdecimal() else newest.get(item_id, 0)
        if (item_id, chosen) not in known or (given and not given.isdecimal()):
            raise click.ClickException(f"bank {bank_id} has no item {name}")
        refs.append((item_id, chosen))
    return refs


def _row(act: BankAct) -> tuple[object, ...]:
    item = "" if act.ref is None else f"{act.ref[0]}@{act.ref[1]}"
    at = datetime.fromtimestamp(act.at / 1_000, UTC).isoformat(timespec="seconds")
    return act.position, at, item, act.kind, act.state, act.person, act.reason
