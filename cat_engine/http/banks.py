"""What pages and API need of the bank, as plain values: rights, finding, reading, acting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from cat_engine.accounts.access import Act, may
from cat_engine.accounts.user import Login, Role
from cat_engine.db import reading, writing
from cat_engine.http.errors import Problem
from question_bank import acts, custody, enemies, finding, life, seal_store, statistics_store, store
from question_bank.acts import BankAct
from question_bank.finding import Filter, Page
from question_bank.item import Item, item_to_json
from question_bank.item_statistics import ItemStatistics
from question_bank.life import ActRefused, Standing
from question_bank.sealing import is_sealed

if TYPE_CHECKING:
    from cat_engine.hall import Hall

# Acts that people do on pages, and the right that each asks for.
ACTS: Mapping[str, Act] = MappingProxyType(
    {
        life.SUBMITTED: Act.WRITE_ITEMS,
        life.RETURNED: Act.REVIEW_ITEMS,
        life.APPROVED: Act.REVIEW_ITEMS,
        life.RETIRED: Act.REVIEW_ITEMS,
    }
)


ON_ENEMIES = frozenset({life.PARTED, life.RECONCILED})


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank as lists show it: how many items are in which state."""

    id: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All its items."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ItemView:
    """One version with everything that stands beside it."""

    item: Item
    standing: Standing
    versions: Sequence[int]
    history: Sequence[BankAct]
    comments: Sequence[tuple[BankAct, int]]
    possible: Sequence[str]
    seal: str
    statistics: ItemStatistics | None
    """The newest that were imported for this version."""
    enemies: Mapping[str, BankAct]
    """Items that never stand on a form with this one, each with the act that said so."""


def list_banks(hall: Hall, login: Login) -> list[BankRow]:
    """Give the banks in which this person may see items, by name."""

    def work() -> list[BankRow]:
        with reading(hall.database).connect() as db:
            names = sorted({bank for bank, _, _ in store.list_banks(db)})
            rows = [_bank_row(db, bank, login) for bank in names]
        return [row for row in rows if row.total or login.role is not Role.AUTHOR]

    rows: list[BankRow] = hall.run_blocking(work)
    return rows


def find(hall: Hall, login: Login, bank: str, *, wanted: Filter, page: int) -> Page:
    """Give a page of the items that fit and that this person may see."""

    def work() -> Page:
        with reading(hall.database).connect() as db:
            return finding.find(db, bank, _own(login, wanted), page=page)

    found: Page = hall.run_blocking(work)
    return found


def values(hall: Hall, bank: str) -> dict[str, list[str]]:
    """Give the sections and topics of a bank."""

    def work() -> dict[str, list[str]]:
        with reading(hall.database).connect() as db:
            return finding.values(db, bank)

    found: dict[str, list[str]] = hall.run_blocking(work)
    return found


def stimuli(hall: Hall, login: Login, bank: str) -> list[dict[str, Any]]:
    """Give the stimuli of the items that this person may see, each once, as JSON."""

    def work() -> list[dict[str, Any]]:
        with reading(hall.database).connect() as db:
            listed = finding.items_with_stimulus(db, bank)
        seen = [
            one.item for one in listed if _sees(login, one.standing) and not is_sealed(one.item)
        ]
        found = {one.stimulus.id: item_to_json(one)["stimulus"] for one in seen if one.stimulus}
        return [found[name] for name in sorted(found)]

    rows: list[dict[str, Any]] = hall.run_blocking(work)
    return rows


def read_item(
    hall: Hall, login: Login, bank: str, item_id: str, *, version: int | None = None
) -> ItemView:
    """Give one version, the newest unless another is named, or the problem "not found"."""

    def work() -> ItemView:
        with reading(hall.database).connect() as db:
            return _read(db, login, bank, item_id, version=version)

    view: ItemView = hall.run_blocking(work)
    return view


def act(
    hall: Hall, login: Login, bank: str, item_id: str, *, version: int, kind: str, reason: str
) -> None:
    """Let this person move a version one step.

    Raises:
        Problem: not found, forbidden, four eyes, or the state does not allow it.
    """
    if not may(login, ACTS[kind]):
        raise Problem("forbidden")

    def work() -> None:
        with writing(hall.database).begin() as db:
            _read(db, login, bank, item_id, version=version)
            custody.do(
                db,
                bank,
                [(item_id, version)],
                kind,
                by=login.user,
                reason=reason,
                now=hall.clock(),
            )

    _refusing(hall, work)


def comment(
    hall: Hall,
    login: Login,
    bank: str,
    item_id: str,
    *,
    version: int,
    text: str,
    reply_to: int | None,
) -> None:
    """Let this person say something about a version."""

    def work() -> None:
        with writing(hall.database).begin() as db:
            _read(db, login, bank, item_id, version=version)
            custody.comment(
                db,
                bank,
                (item_id, version),
                by=login.user,
                text=text,
                now=hall.clock(),
                reply_to=reply_to,
            )

    _refusing(hall, work)


def keep_apart(
    hall: Hall, login: Login, bank: str, item_id: str, *, other: str, kind: str, reason: str
) -> None:
    """Let this person say that two items never stand on one form, or take it back.

    Args:
        hall: the server.
        login: who says it.
        bank: of both items.
        item_id: one item, which this person can see.
        other: the other item.
        kind: `parted` or `reconciled`.
        reason: why.
    """
    if not may(login, Act.WRITE_ITEMS):
        raise Problem("forbidden")
    do = {life.PARTED: enemies.part, life.RECONCILED: enemies.reconcile}[kind]

    def work() -> None:
        with writing(hall.database).begin() as db:
            _read(db, login, bank, item_id, version=None)
            do(db, bank, [(item_id, other)], by=login.user, reason=reason, now=hall.clock())

    try:
        hall.run_blocking(work)
    except ActRefused as refused:
        raise Problem("no_enemies") from refused


def _refusing(hall: Hall, work: object) -> None:
    try:
        hall.run_blocking(work)
    except ActRefused as refused:
        code = refused.code if refused.code in ("four_eyes", "wrong_state") else "conflict"
        raise Problem(code) from refused


def _read(
    db: Connection, login: Login, bank: str, item_id: str, *, version: int | None
) -> ItemView:
    listed = store.list_versions(db, bank, item_id)
    chosen = [item for item in listed if version in (None, item.version)]
    if not chosen:
        raise Problem("not_found")
    item = chosen[-1]
    standing = custody.standings_of(db, bank, [item.ref])[item.ref]
    if not _sees(login, standing):
        raise Problem("not_found")
    history = acts.read_item(db, bank, item_id)
    return ItemView(
        item=item,
        standing=standing,
        versions=[one.version for one in listed],
        history=history,
        comments=custody.threads(history, item.ref),
        possible=[
            kind
            for kind, right in ACTS.items()
            if may(login, right) and life.may_step(standing, kind, login.user)
        ],
        seal=seal_store.seal_of(db, bank).get(item.ref, ""),
        statistics=statistics_store.list_statistics(db, bank).get(item.ref),
        enemies=enemies.of_item(db, bank, item_id),
    )


def _bank_row(db: Connection, bank: str, login: Login) -> BankRow:
    counts = dict.fromkeys(life.STATES, 0)
    standings = custody.standings_of(db, bank)
    for ref in custody.newest(standings).items():
        if _sees(login, standings[ref]):
            counts[standings[ref].state] += 1
    return BankRow(bank, counts)


def _sees(login: Login, standing: Standing) -> bool:
    """Authors see what they wrote; nobody needs more of a bank than the own work."""
    return login.role is not Role.AUTHOR or life.same_person(standing.author, login.user)


def _own(login: Login, wanted: Filter) -> Filter:
    return replace(wanted, author=login.user) if login.role is Role.AUTHOR else wanted
