"""The store: versions are never changed, everything comes back as it went in."""

from collections.abc import Iterator
from dataclasses import replace

import pysqlite3
import pytest
from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.exc import IntegrityError

from question_bank import store, tables
from question_bank.item import Image
from tests.factories import get_item

PICTURE = Image("ab" * 32, "svg", "Segitiga")


@pytest.fixture
def db() -> Iterator[Connection]:
    """A connection to an empty bank, inside a transaction."""
    database = create_engine("sqlite+pysqlite://", module=pysqlite3)
    tables.metadata.create_all(database)
    with database.begin() as connection:
        yield connection
    database.dispose()


def test_items_come_back_as_they_were_stored(db: Connection) -> None:
    items = [get_item("twk", number) for number in (2, 0, 1)]

    stored = store.add_items(db, items, {})

    assert store.Stored(added=3, present=0) == stored
    assert sorted(items, key=lambda item: item.id) == store.list_items(db, "small")
    assert [] == store.list_items(db, "other")


def test_same_version_with_the_same_content_is_stored_once(db: Connection) -> None:
    items = [get_item("twk", 1), get_item("twk", 1), get_item("twk", 2)]
    store.add_items(db, items[:1], {})

    stored = store.add_items(db, items, {})

    assert store.Stored(added=1, present=2) == stored
    assert 2 == len(store.list_versions(db, "small"))


def test_same_version_with_other_content_is_refused_whole(db: Connection) -> None:
    item = get_item("twk", 1)
    store.add_items(db, [item], {})

    with pytest.raises(store.ItemChanged, match=r"twk-001 version 1 .* raise its version"):
        store.add_items(db, [get_item("twk", 2), replace(item, stem="lain")], {})

    assert [item] == store.list_versions(db, "small")


def test_newest_version_is_listed_and_every_version_kept(db: Connection) -> None:
    old = get_item("twk", 1)
    new = replace(old, version=2, stem="baru", section="tiu")
    store.add_items(db, [new, old], {})

    assert [new] == store.list_items(db, "small")
    assert [] == store.list_items(db, "small", "twk")
    assert [new] == store.list_items(db, "small", "tiu")
    assert [old, new] == store.list_versions(db, "small")


def test_identifiers_are_sorted_by_code_point(db: Connection) -> None:
    items = [get_item("twk", 1, id=name) for name in ("a-1", "B-1", "a.1", "A-2")]
    store.add_items(db, items, {})

    assert ["A-2", "B-1", "a-1", "a.1"] == [item.id for item in store.list_items(db, "small")]


def test_picture_is_stored_once_and_found_by_digest(db: Connection) -> None:
    item = get_item("twk", 1, image=PICTURE)
    store.add_items(db, [item], {PICTURE.name: b"<svg/>"})
    store.add_items(db, [replace(item, version=2)], {PICTURE.name: b"<svg/>"})
    store.add_items(db, [replace(item, version=3)], {})

    assert b"<svg/>" == store.get_picture(db, PICTURE.digest, "svg")
    assert store.get_picture(db, PICTURE.digest, "png") is None
    assert store.get_picture(db, "00", "svg") is None


def test_item_whose_picture_is_nowhere_is_refused(db: Connection) -> None:
    with pytest.raises(store.PictureMissing, match="twk-001 shows abab"):
        store.add_items(db, [get_item("twk", 1, image=PICTURE)], {})

    assert [] == store.list_versions(db, "small")


def test_banks_are_listed_with_their_sections(db: Connection) -> None:
    items = [get_item("twk", 1), get_item("twk", 1, version=2), get_item("tkp", 1)]
    store.add_items(db, [*items, get_item("twk", 1, bank="other")], {})

    assert [("other", "twk", 1), ("small", "tkp", 1), ("small", "twk", 1)] == store.list_banks(db)


@pytest.mark.parametrize("change", [{"version": 0}, {"difficulty": "eazy"}, {"stem": None}])
def test_database_itself_refuses_a_broken_row(db: Connection, change: dict[str, object]) -> None:
    row = {
        "bank": "small",
        "id": "twk-001",
        "version": 1,
        "section": "twk",
        "topic": "",
        "difficulty": "easy",
        "digest": "00",
        "document": "{}",
    }
    change = {"document": None} if "stem" in change else change

    with pytest.raises(IntegrityError):
        db.execute(insert(tables.items), row | change)
