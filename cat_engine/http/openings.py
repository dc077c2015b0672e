"""Opening seals in this server: custodians give their shares, the engine gets the items.

A share is held in memory until the seal is open, and nowhere else; it stands in no log, no journal
and no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cat_engine import i18n
from cat_engine.db import reading, writing
from cat_engine.http import pages
from cat_engine.http.errors import Problem
from question_bank import seal_store
from question_bank.seal_store import Kept, UnknownSeal
from question_bank.sealing import BadSeal, Package, SealClosed, WrongShares
from question_bank.shares import BadShare, from_text
from question_bank.vault import Progress

if TYPE_CHECKING:
    from cat_engine.hall import Hall


@dataclass(frozen=True, slots=True)
class SealRow:
    """One seal with where its opening stands in this server."""

    id: str
    bank: str
    title: str
    opens_at: int
    closes_at: int
    threshold: int
    share_count: int
    given: int
    is_open: bool
    item_count: int
    published_count: int
    signer: str


def list_seals(hall: Hall) -> list[SealRow]:
    """Give every seal, the next to open first."""
    kept: list[Kept] = hall.run_blocking(_list, hall)
    return [_row(hall, one) for one in kept]


def find_seal(hall: Hall, seal: str) -> SealRow:
    """Give one seal, or the problem "not found"."""
    found = next((one for one in list_seals(hall) if one.id == seal), None)
    if found is None:
        raise Problem("not_found")
    return found


def give_share(hall: Hall, seal: str, typed: str, *, by: str) -> Progress:
    """Take one custodian's share; with the last one needed the exam sessions get their items.

    Raises:
        Problem: not found, mistyped, of another seal, outside the window.
    """
    if hall.engine is None:
        raise Problem("unavailable")
    language = pages.language_of_request(hall)
    try:
        share = from_text(typed)
        package: Package = hall.run_blocking(_package, hall, seal)
        was_open = hall.vault.is_open(seal)
        progress: Progress = hall.run_blocking(
            lambda: hall.vault.give(package, share, now=hall.clock())
        )
    except UnknownSeal as unknown:
        raise Problem("not_found") from unknown
    except BadShare as bad:
        raise bad_share(bad.row) from None
    except SealClosed as closed:
        at = i18n.instant(closed.at, language, hall.config.language.time_zone)
        raise Problem(closed.code, at=at) from closed
    except (WrongShares, BadSeal) as wrong:
        raise Problem(wrong.code) from None
    if progress.is_open and not was_open:
        bank = str(package.header["bank"])
        hall.run_blocking(_record, hall, package, by)
        hall.engine.take_opened(bank, hall.vault.items(bank))
    return progress


def bad_share(row: int = 0) -> Problem:
    """Give the problem of a share that was mistyped, with the row if that is known."""
    return Problem("bad_share_row", row=str(row)) if row else Problem("bad_share")


def _row(hall: Hall, kept: Kept) -> SealRow:
    is_open = hall.vault.is_open(kept.id)
    return SealRow(
        id=kept.id,
        bank=kept.bank,
        title=kept.title,
        opens_at=kept.opens_at,
        closes_at=kept.closes_at,
        threshold=kept.threshold,
        share_count=kept.share_count,
        given=kept.threshold if is_open else hall.vault.waiting_count(kept.id),
        is_open=is_open,
        item_count=kept.item_count,
        published_count=kept.published_count,
        signer=kept.signer,
    )


def _list(hall: Hall) -> list[Kept]:
    with reading(hall.database).connect() as db:
        return seal_store.list_seals(db)


def _package(hall: Hall, seal: str) -> Package:
    with reading(hall.database).connect() as db:
        return seal_store.get_package(db, seal)


def _record(hall: Hall, package: Package, by: str) -> None:
    with writing(hall.database).begin() as db:
        seal_store.record_opening(
            db, package, hall.vault.indices(package.seal), by=by, now=hall.clock()
        )
