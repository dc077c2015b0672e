"""Sealed packages in the database: received as they are, their outlines among the items.

Nothing here decrypts. What is opened goes into the memory of the process (`question_bank.vault`),
and into the database only when it is published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from question_bank import acts, enemies, life, sealing, store, tables
from question_bank.acts import Draft, ItemRef
from question_bank.item import Item, digest, dump
from question_bank.life import ActRefused
from question_bank.sealing import Opened, Package


class UnknownSeal(Exception):
    """There is no seal of this identifier here."""

    code = "unknown_seal"


@dataclass(frozen=True, slots=True)
class Kept:
    """A seal in the database, as lists show it."""

    id: str
    bank: str
    title: str
    opens_at: int
    closes_at: int
    threshold: int
    share_count: int
    signer: str
    item_count: int
    published_count: int


def receive(
    db: Connection, package: Package, *, signer: str, by: str, reason: str, now: int
) -> int:
    """Store a package and the outlines of its items; how many items it has.

    Receiving the same package again changes nothing.

    Args:
        db: a connection inside a transaction for writing.
        package: read and checked by `sealing.from_text`.
        signer: the public key, in hexadecimal, that this site trusts to seal.
        by: who receives it, on record.
        reason: why, on record.
        now: when, on record.

    Raises:
        ActRefused: `unknown_signer`.
        ItemChanged: an item of this version is here already with other content.
    """
    life.check_signature(by, reason)
    if package.header["signer"] != signer.strip().lower():
        raise ActRefused("unknown_signer", "another key than the named one signed this package")
    bank, outlines = str(package.header["bank"]), package.outlines
    if any(item.bank != bank for item in outlines):
        raise sealing.BadSeal("an item belongs to another bank than the header names")
    if db.scalar(select(tables.seals.c.id).where(tables.seals.c.id == package.seal)):
        return len(outlines)
    # Items that lie in an earlier seal are here with the same outline, and keep their state.
    known, pairs = seal_of(db, bank), _enemies_of(package)
    store.add_items(db, outlines, {})
    _insert(db, package, bank, now)
    details = {"seal": package.seal, "signer": package.header["signer"]}
    drafts = [Draft(life.RECEIVED, by, reason, now, details=details)]
    drafts += [
        Draft(life.RECEIVED, by, reason, now, item.ref, life.APPROVED, details=details)
        for item in outlines
        if item.ref not in known
    ]
    acts.append(db, bank, drafts)
    for start in range(0, len(pairs), enemies.PAIR_LIMIT):
        some = pairs[start : start + enemies.PAIR_LIMIT]
        enemies.part(db, bank, some, by=by, reason=reason, now=now)
    return len(outlines)


def get_package(db: Connection, seal: str) -> Package:
    """A seal with its envelopes, its signature checked once more.

    Raises:
        UnknownSeal: there is none.
        BadSeal: it was changed since it was received.
    """
    row = db.execute(select(tables.seals).where(tables.seals.c.id == seal)).first()
    if row is None:
        raise UnknownSeal(f"there is no seal {seal[:40]}")
    table = tables.seal_envelopes.c
    contents = db.scalars(
        select(table.content).where(table.seal == seal).order_by(table.position)
    ).all()
    return sealing.assemble(row.header, row.signature, contents)


def list_seals(db: Connection) -> list[Kept]:
    """Every seal, the next to open first."""
    published = _published_counts(db)
    kept = []
    for row in db.execute(select(tables.seals)):
        header = sealing.read_header(row.header)
        kept.append(
            Kept(
                id=row.id,
                bank=row.bank,
                title=header["title"],
                opens_at=header["opens_at"],
                closes_at=header["closes_at"],
                threshold=header["threshold"],
                share_count=header["shares"],
                signer=header["signer"],
                item_count=len(header["items"]),
                published_count=published.get(row.id, 0),
            )
        )
    return sorted(kept, key=lambda one: (one.opens_at, one.id))


def seal_of(db: Connection, bank: str) -> Mapping[ItemRef, str]:
    """A seal of each version of a bank that came sealed."""
    table = tables.sealed_items.c
    rows = db.execute(select(table.item, table.version, table.seal).where(table.bank == bank))
    return {(row.item, row.version): row.seal for row in rows}


def record_opening(
    db: Connection, package: Package, indices: Iterable[int], *, by: str, now: int
) -> None:
    """Put on record that a seal was opened, with the numbers of the shares, never the shares."""
    details = {"seal": package.seal, "shares": sorted(indices)}
    draft = Draft(life.OPENED, by, f"seal {package.seal}", now, details=details)
    acts.append(db, str(package.header["bank"]), [draft])


def publish(db: Connection, seal: str, opened: Opened, *, by: str, reason: str, now: int) -> int:
    """Store the content of an opened seal in clear, after the exam; how many items are new."""
    life.check_signature(by, reason)
    table = tables.published_items
    rows = []
    for item in opened.items:
        own = (table.c.bank == item.bank) & (table.c.item == item.id)
        known = db.scalar(select(table.c.digest).where(own, table.c.version == item.version))
        if known is None:
            rows.append(_published(item))
        elif known != digest(item):
            raise sealing.BadSeal(f"{item.id} version {item.version} was published otherwise")
    store.add_media(db, opened.pictures)
    if rows:
        db.execute(insert(table), rows)
        details = {"seal": seal, "item_count": len(rows)}
        bank = opened.items[0].bank
        acts.append(db, bank, [Draft(life.PUBLISHED, by, reason, now, details=details)])
    return len(rows)


def _enemies_of(package: Package) -> list[tuple[str, str]]:
    """The pairs that the header keeps apart; `receive` checks it before anything is stored."""
    known = {item.id for item in package.outlines}
    pairs = [tuple(pair) for pair in package.header.get("enemies", ())]
    if not all(len(pair) == 2 and set(pair) <= known for pair in pairs):
        raise sealing.BadSeal("an enemy is not among the items")
    return [(one, other) for one, other in pairs]


def _insert(db: Connection, package: Package, bank: str, now: int) -> None:
    db.execute(
        insert(tables.seals).values(
            id=package.seal,
            bank=bank,
            header=package.header_text,
            signature=package.signature,
            received_at=now,
        )
    )
    db.execute(
        insert(tables.seal_envelopes),
        [
            {"seal": package.seal, "position": position, "content": envelope.content}
            for position, envelope in enumerate(package.envelopes)
        ],
    )
    db.execute(
        insert(tables.sealed_items),
        [
            {"bank": bank, "item": item.id, "version": item.version, "seal": package.seal}
            for item in package.outlines
        ],
    )


def _published(item: Item) -> dict[str, object]:
    return {
        "bank": item.bank,
        "item": item.id,
        "version": item.version,
        "digest": digest(item),
        "document": dump(item),
    }


def _published_counts(db: Connection) -> dict[str, int]:
    sealed, published = tables.sealed_items.c, tables.published_items.c
    rows = db.execute(
        select(sealed.seal, func.count())
        .join_from(
            tables.sealed_items,
            tables.published_items,
            (sealed.bank == published.bank)
            & (sealed.item == published.item)
            & (sealed.version == published.version),
        )
        .group_by(sealed.seal)
    )
    return {row[0]: row[1] for row in rows}
