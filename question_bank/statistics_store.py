"""Statistics of items in the database: every import adds, the newest revision counts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from fractions import Fraction

from sqlalchemy import Connection, func, insert, select

from question_bank import acts, life
from question_bank.acts import Draft
from question_bank.item_statistics import ItemStatistics, Statistics
from question_bank.tables import item_statistics


def add_statistics(db: Connection, bank: str, statistics: Iterable[ItemStatistics]) -> int:
    """Store statistics of items of a bank under the next revision; its number."""
    table = item_statistics
    newest = db.scalar(select(func.max(table.c.revision)).where(table.c.bank == bank))
    revision = (newest or 0) + 1
    rows = [_row(bank, revision, one) for one in statistics]
    if rows:
        db.execute(insert(table), rows)
    return revision


def import_statistics(
    db: Connection, bank: str, statistics: Sequence[ItemStatistics], act: Draft
) -> int:
    """Store statistics and put their coming in on record; the number of their revision.

    Args:
        db: a connection that writes.
        bank: of the items.
        statistics: of a whole file.
        act: who imports which file and why; how many items and the revision are added to it.

    Raises:
        ActRefused: who or why is missing.
    """
    life.check_signature(act.person, act.reason)
    revision = add_statistics(db, bank, statistics)
    more = {"item_count": len(statistics), "revision": revision}
    acts.append(db, bank, [replace(act, details={**act.details, **more})])
    return revision


def list_statistics(db: Connection, bank: str) -> Statistics:
    """The newest statistics of every version that has any."""
    table = item_statistics
    rows = db.execute(select(table).where(table.c.bank == bank).order_by(table.c.revision))
    return {
        (row.item, row.version): ItemStatistics(
            item_id=row.item,
            version=row.version,
            expected=_exact(row.expected),
            a=_exact(row.a),
            b=_exact(row.b),
            c=Fraction(row.c),
            people=row.people,
        )
        for row in rows
    }


def _row(bank: str, revision: int, one: ItemStatistics) -> dict[str, object]:
    values = asdict(one)
    exact = {name: _text(values[name]) for name in ("expected", "a", "b", "c")}
    return {
        "bank": bank,
        "item": one.item_id,
        "version": one.version,
        "revision": revision,
        "people": one.people,
    } | exact


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
