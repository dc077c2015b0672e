"""Enemies: items of a bank of which a form holds at most one, because one gives the other away.

Pairs are declared and taken back by acts in the bank's journal; which stand is what these acts say,
and nothing else holds it. A blueprint can name further ones for its exam alone.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from question_bank import acts, life, tables
from question_bank.acts import BankAct, Draft
from question_bank.constraints import enemy_pairs
from question_bank.life import ActRefused

PAIR_LIMIT = 20_000
"""The most pairs of one act: those of a group of two hundred items."""

Pair = tuple[str, str]
Groups = Sequence[Sequence[str]]


def standing(db: Connection, bank: str) -> dict[Pair, BankAct]:
    """The pairs that are enemies now, each with the act that declared it."""
    found: dict[Pair, BankAct] = {}
    for act in acts.read_kinds(db, bank, (life.PARTED, life.RECONCILED)):
        for one, other in act.details["pairs"]:
            found.pop((one, other), None)
            if act.kind == life.PARTED:
                found[one, other] = act
    return found


def of_item(db: Connection, bank: str, item: str) -> dict[str, BankAct]:
    """The enemies of one item, each with the act that declared it, by identifier."""
    found = {
        (other if one == item else one): act
        for (one, other), act in standing(db, bank).items()
        if item in (one, other)
    }
    return dict(sorted(found.items()))


def among(db: Connection, bank: str, items: Collection[str]) -> tuple[Pair, ...]:
    """The enemies that are both among these items, sorted."""
    return tuple(
        sorted(pair for pair in standing(db, bank) if pair[0] in items and pair[1] in items)
    )


def part(
    db: Connection, bank: str, groups: Groups, *, by: str, reason: str, now: int
) -> list[Pair]:
    """Declare that no two items of a group may meet on a form; the pairs that are new.

    Raises:
        ActRefused: an item is unknown, a group has one item alone, or who or why is missing.
    """
    wanted = _checked(db, bank, groups)
    known = standing(db, bank)
    new = [pair for pair in wanted if pair not in known]
    _record(db, bank, new, life.PARTED, by=by, reason=reason, now=now)
    return new


def reconcile(
    db: Connection, bank: str, groups: Groups, *, by: str, reason: str, now: int
) -> list[Pair]:
    """Take back that items are enemies; the pairs that were.

    Raises:
        ActRefused: none of them were, an item is unknown, or who or why is missing.
    """
    wanted = _checked(db, bank, groups)
    known = standing(db, bank)
    old = [pair for pair in wanted if pair in known]
    if not old:
        raise ActRefused("no_enemies", "these items are no enemies")
    _record(db, bank, old, life.RECONCILED, by=by, reason=reason, now=now)
    return old


def _checked(db: Connection, bank: str, groups: Groups) -> list[Pair]:
    table = tables.items.c
    known = set(db.scalars(select(table.id).where(table.bank == bank)))
    for group in groups:
        if len(set(group)) < 2:
            raise ActRefused("no_enemies", "an item alone has no enemy; name two or more")
        for item in group:
            if item not in known:
                raise ActRefused("unknown_item", f"bank {bank} has no item {item}")
    wanted = enemy_pairs(groups)
    if len(wanted) > PAIR_LIMIT:
        raise ActRefused("too_many", f"at once at most {PAIR_LIMIT} pairs")
    return wanted


def _record(
    db: Connection, bank: str, pairs: Sequence[Pair], kind: str, *, by: str, reason: str, now: int
) -> None:
    life.check_signature(by, reason)
    if pairs:
        details = {"pairs": [list(pair) for pair in pairs]}
        acts.append(db, bank, [Draft(kind, by, reason, now, details=details)])
