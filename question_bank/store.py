"""Items and pictures: functions between rows and values. Versions are never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from question_bank import tables
from question_bank.item import Item, digest, dump, load, media_of


class ItemChanged(Exception):
    """A version that is stored already comes with other content; nothing was stored."""

    code = "item_changed"


class PictureMissing(Exception):
    """An item shows a picture that is neither stored nor given; nothing was stored."""

    code = "picture_missing"


# What is known of a version: its content once that is published, else what stands in `items`.
KNOWN = tables.items.outerjoin(
    tables.published_items,
    (tables.published_items.c.bank == tables.items.c.bank)
    & (tables.published_items.c.item == tables.items.c.id)
    & (tables.published_items.c.version == tables.items.c.version),
)
DOCUMENT = func.coalesce(tables.published_items.c.document, tables.items.c.document)


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import did."""

    added: int
    present: int


def add_items(db: Connection, items: Iterable[Item], pictures: Mapping[str, bytes]) -> Stored:
    """Store items with their pictures; what is stored already with the same content stays.

    Args:
        db: a connection inside a transaction.
        items: to store.
        pictures: content by "digest.extension"; those stored already may be left out.

    Raises:
        ItemChanged: naming the items whose version must be raised.
        PictureMissing: naming the items that show a picture which is nowhere.
    """
    listed = list(items)
    known = _digests(db, {item.bank for item in listed})
    new: list[Item] = []
    changed = []
    for item in listed:
        name, its_digest = (item.bank, *item.ref), digest(item)
        if name not in known:
            known[name] = its_digest
            new.append(item)
        elif known[name] != its_digest:
            changed.append(
                f"{item.id} version {item.version} is there with other content; raise its version"
            )
    if changed:
        raise ItemChanged("\n".join(changed))
    _add_pictures(db, new, pictures)
    if new:
        db.execute(insert(tables.items), [_row(item) for item in new])
    return Stored(added=len(new), present=len(listed) - len(new))


def list_items(db: Connection, bank: str, section: str | None = None) -> list[Item]:
    """The newest version of every item of a bank, by identifier."""
    table = tables.items
    query = (
        select(DOCUMENT).select_from(KNOWN).where(table.c.bank == bank).order_by(table.c.version)
    )
    newest = {item.id: item for item in map(load, db.scalars(query))}
    # Sorted here, because a database sorts as its locale does.
    listed = sorted(newest.values(), key=lambda item: item.id)
    return [item for item in listed if section in (None, item.section)]


def list_versions(db: Connection, bank: str, item_id: str | None = None) -> list[Item]:
    """Every version of a bank's items, or of one: forms name the version they were drawn with."""
    table = tables.items
    query = select(DOCUMENT).select_from(KNOWN).where(table.c.bank == bank)
    if item_id is not None:
        query = query.where(table.c.id == item_id)
    return sorted(map(load, db.scalars(query)), key=lambda item: item.ref)


def list_banks(db: Connection) -> list[tuple[str, str, int]]:
    """Bank, section and number of items."""
    table = tables.items
    rows = db.execute(
        select(table.c.bank, table.c.section, func.count(func.distinct(table.c.id)))
        .group_by(table.c.bank, table.c.section)
        .order_by(table.c.bank, table.c.section)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def get_picture(db: Connection, picture_digest: str, extension: str) -> bytes | None:
    """A picture's content, or None."""
    table = tables.media
    return db.scalar(
        select(table.c.content).where(
            table.c.digest == picture_digest, table.c.extension == extension
        )
    )


def get_pictures(db: Connection, items: Iterable[Item]) -> dict[str, bytes]:
    """The pictures and recordings that some items need, by "digest.extension"."""
    names = {name for item in items for name in media_of(item)}
    found = {name: get_picture(db, *name.split(".", 1)) for name in names}
    return {name: content for name, content in found.items() if content is not None}


def _digests(db: Connection, banks: set[str]) -> dict[tuple[str, str, int], str]:
    table = tables.items.c
    rows = db.execute(
        select(table.bank, table.id, table.version, table.digest).where(table.bank.in_(banks))
    )
    return {(row.bank, row.id, row.version): row.digest for row in rows}


def _row(item: Item) -> dict[str, object]:
    return {
        "bank": item.bank,
        "id": item.id,
        "version": item.version,
        "section": item.section,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "digest": digest(item),
        "document": dump(item),
    }


def _add_pictures(db: Connection, items: Iterable[Item], pictures: Mapping[str, bytes]) -> None:
    table = tables.media.c
    present = {f"{row[0]}.{row[1]}" for row in db.execute(select(table.digest, table.extension))}
    missing = sorted(
        f"{item.id} shows {name}"
        for item in items
        for name in media_of(item)
        if name not in present and name not in pictures
    )
    if missing:
        raise PictureMissing("\n".join(missing))
    add_media(db, {name: pictures[name] for name in pictures.keys() - present})


def add_media(db: Connection, pictures: Mapping[str, bytes]) -> None:
    """Store pictures and recordings by "digest.extension"; what is there already stays."""
    table = tables.media.c
    present = {f"{row[0]}.{row[1]}" for row in db.execute(select(table.digest, table.extension))}
    rows = []
    for name in sorted(pictures.keys() - present):
        picture_digest, _, extension = name.partition(".")
        rows.append({"digest": picture_digest, "extension": extension, "content": pictures[name]})
    if rows:
        db.execute(insert(tables.media), rows)
