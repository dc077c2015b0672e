"""Custody of items: taking them in, moving them through their life, and what may be drawn.

Every change is an act in the bank's journal (`question_bank.acts`), decided by
`question_bank.life`; the state of a version is the state its last act gave it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select

from question_bank import acts, enemies, life, store, tables
from question_bank.acts import BankAct, Draft, ItemRef
from question_bank.item import Item, digest
from question_bank.life import ActRefused, Standing
from question_bank.store import Stored


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where items come from and who stands for them.

    Args:
        by: who takes them in.
        author: who wrote them, as far as custody goes; never the one who approves.
        reason: why they are taken in.
        approved_by: who has read and approved them all; empty: they begin as drafts.
        source: what is known of the file, such as its name and digest.
    """

    by: str
    author: str
    reason: str
    approved_by: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)


def take_in(
    db: Connection,
    items: Iterable[Item],
    pictures: Mapping[str, bytes],
    provenance: Provenance,
    *,
    now: int,
    apart: Sequence[Sequence[str]] = (),
) -> Stored:
    """Store items with their pictures and put their beginning on record, all or nothing.

    Items that are stored already with the same content stay as they are, with the state they have.

    Args:
        db: a connection that writes.
        items: of one bank or several.
        pictures: by name, of all that they show.
        provenance: who stands for them.
        now: milliseconds since 1970.
        apart: groups of items of one bank that may not meet on a form.

    Raises:
        ItemChanged, PictureMissing: see `store.add_items`.
        ActRefused: the author would approve the own items, or a name or reason is missing.
    """
    life.check_signature(provenance.by, provenance.reason)
    life.check_signature(provenance.author, provenance.reason)
    listed = list(items)
    known = {bank: _refs(db, bank) for bank in {item.bank for item in listed}}
    stored = store.add_items(db, listed, pictures)
    new: dict[str, dict[ItemRef, Item]] = {}
    for item in listed:
        if item.ref not in known[item.bank]:
            new.setdefault(item.bank, {})[item.ref] = item
    for bank in sorted(new):
        _record_beginning(db, bank, list(new[bank].values()), provenance, now=now)
    if apart:
        (bank,) = {item.bank for item in listed}
        enemies.part(db, bank, apart, by=provenance.by, reason=provenance.reason, now=now)
    return stored


def do(
    db: Connection,
    bank: str,
    refs: Sequence[ItemRef],
    kind: str,
    *,
    by: str,
    reason: str,
    now: int,
) -> None:
    """Let a person move versions one step in their life, all of them or none.

    Raises:
        ActRefused: naming the version; nothing was recorded.
    """
    standings = standings_of(db, bank, refs)
    digests = _refs(db, bank)
    drafts = []
    for ref in refs:
        before = standings.get(ref)
        if before is None:
            raise ActRefused("unknown_item", f"bank {bank} has no {ref[0]} version {ref[1]}")
        try:
            after = life.step(before, kind, by=by, reason=reason)
        except ActRefused as refusal:
            raise ActRefused(refusal.code, f"{ref[0]} version {ref[1]}: {refusal}") from refusal
        if after.author != before.author:
            _add_authors(db, bank, [ref], after.author)
        drafts.append(
            Draft(
                kind=kind,
                person=by,
                reason=reason,
                at=now,
                ref=ref,
                state=after.state,
                author=after.author if kind == life.APPROVED else None,
                details={"digest": digests[ref]},
            )
        )
    acts.append(db, bank, drafts)


def comment(
    db: Connection,
    bank: str,
    ref: ItemRef,
    *,
    by: str,
    text: str,
    now: int,
    reply_to: int | None = None,
) -> None:
    """Say something about a version, or answer an earlier comment on it.

    Raises:
        ActRefused: nothing was said, or there is no such version or comment.
    """
    life.check_signature(by, text)
    if ref not in standings_of(db, bank, [ref]):
        raise ActRefused("unknown_item", f"bank {bank} has no {ref[0]} version {ref[1]}")
    if reply_to is not None:
        said = acts.read_item(db, bank, ref[0])
        spoken = {act.position for act in said if act.kind == life.COMMENTED and act.ref == ref}
        if reply_to not in spoken:
            raise ActRefused("unknown_comment", f"there is no comment {reply_to} on this version")
    details = {} if reply_to is None else {"reply_to": reply_to}
    acts.append(db, bank, [Draft(life.COMMENTED, by, text, now, ref, details=details)])


def record(db: Connection, bank: str, drafts: Sequence[Draft]) -> None:
    """Put acts on record that change nothing in an item's life, such as the making of a seal."""
    for draft in drafts:
        life.check_signature(draft.person, draft.reason)
    acts.append(db, bank, drafts)


def record_use(
    db: Connection, bank: str, refs: Iterable[ItemRef], *, by: str, reason: str, now: int
) -> int:
    """Note that versions stand on forms: approved ones are in use from now on; how many were."""
    wanted = sorted(set(refs))
    standings = standings_of(db, bank, wanted)
    fresh = [ref for ref in wanted if standings[ref].state == life.APPROVED]
    do(db, bank, fresh, life.USED, by=by, reason=reason, now=now)
    return len(fresh)


def newest(refs: Iterable[ItemRef]) -> dict[str, int]:
    """The newest version of every item among these."""
    found: dict[str, int] = {}
    for item_id, version in refs:
        found[item_id] = max(version, found.get(item_id, 0))
    return found


def standings_of(
    db: Connection, bank: str, refs: Iterable[ItemRef] | None = None
) -> dict[ItemRef, Standing]:
    """Where versions stand; of a whole bank when none are named. Unknown ones are left out."""
    items, authors = tables.items.c, tables.item_authors
    rows = db.execute(
        select(items.id, items.version, authors.c.author)
        .outerjoin_from(
            tables.items,
            authors,
            (authors.c.bank == items.bank)
            & (authors.c.item == items.id)
            & (authors.c.version == items.version),
        )
        .where(items.bank == bank)
    ).all()
    states = _states(db, bank)
    wanted = None if refs is None else set(refs)
    return {
        (row.id, row.version): Standing(
            states.get((row.id, row.version), life.DRAFT), row.author or ""
        )
        for row in rows
        if wanted is None or (row.id, row.version) in wanted
    }


def drawable(db: Connection, bank: str, *, approved_only: bool) -> list[Item]:
    """The items a form may be drawn from, each in one version, by identifier.

    With `approved_only` an item stands in its newest version that was ever approved, otherwise in
    its newest version. Either way it is left out when that version is retired.
    """
    standings = standings_of(db, bank)
    known = life.DRAWABLE | {life.RETIRED} if approved_only else frozenset(life.STATES)
    newest: dict[str, Item] = {}
    for item in store.list_versions(db, bank):
        if standings[item.ref].state in known:
            newest[item.id] = item
    return [item for item in newest.values() if standings[item.ref].state != life.RETIRED]


def threads(history: Sequence[BankAct], ref: ItemRef) -> list[tuple[BankAct, int]]:
    """The comments on a version with their depth, each answer below what it answers."""
    comments = [act for act in history if act.kind == life.COMMENTED and act.ref == ref]
    answers: dict[int | None, list[BankAct]] = {}
    for one in comments:
        answers.setdefault(one.details.get("reply_to"), []).append(one)
    ordered: list[tuple[BankAct, int]] = []
    waiting = [(one, 0) for one in reversed(answers.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        ordered.append((one, depth))
        waiting += [(below, depth + 1) for below in reversed(answers.get(one.position, []))]
    return ordered


def _states(db: Connection, bank: str) -> dict[ItemRef, str]:
    table = tables.bank_acts.c
    last = (
        select(func.max(table.position).label("position"))
        .where(table.bank == bank, table.state.is_not(None))
        .group_by(table.item, table.version)
        .subquery()
    )
    rows = db.execute(
        select(table.item, table.version, table.state)
        .join_from(tables.bank_acts, last, table.position == last.c.position)
        .where(table.bank == bank)
    )
    return {(row.item, row.version): row.state for row in rows}


def _record_beginning(
    db: Connection, bank: str, items: Sequence[Item], provenance: Provenance, *, now: int
) -> None:
    by, reason = provenance.by, provenance.reason
    drafts = [
        Draft(
            life.IMPORTED,
            by,
            reason,
            now,
            details={**provenance.source, "item_count": len(items), "author": provenance.author},
        )
    ]
    _add_authors(db, bank, [item.ref for item in items], provenance.author)
    for item in items:
        details = {"digest": digest(item)}
        drafts.append(Draft(life.WRITTEN, by, reason, now, item.ref, life.DRAFT, details=details))
        if not provenance.approved_by:
            continue
        standing = Standing(life.DRAFT, provenance.author)
        for kind, person in ((life.SUBMITTED, by), (life.APPROVED, provenance.approved_by)):
            standing = life.step(standing, kind, by=person, reason=reason)
            author = standing.author if kind == life.APPROVED else None
            drafts.append(
                Draft(kind, person, reason, now, item.ref, standing.state, author, details)
            )
    acts.append(db, bank, drafts)


def _add_authors(db: Connection, bank: str, refs: Sequence[ItemRef], author: str) -> None:
    rows = [
        {"bank": bank, "item": item, "version": version, "author": author} for item, version in refs
    ]
    if rows:
        db.execute(insert(tables.item_authors), rows)


def _refs(db: Connection, bank: str) -> dict[ItemRef, str]:
    """The digest of every version of a bank."""
    table = tables.items.c
    rows = db.execute(select(table.id, table.version, table.digest).where(table.bank == bank))
    return {(row.id, row.version): row.digest for row in rows}
