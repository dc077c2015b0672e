"""Finding versions in a bank: by words, section, topic, difficulty, kind, state and author."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from question_bank import custody, tables
from question_bank.item import Item, load
from question_bank.life import Standing
from question_bank.store import DOCUMENT, KNOWN

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; whatever is empty is not asked about."""

    text: str = ""
    section: str = ""
    topic: str = ""
    difficulty: str = ""
    kind: str = ""
    state: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A version with where it stands."""

    item: Item
    standing: Standing


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found, how many there are in all, and which pages there are."""

    rows: Sequence[Found]
    total: int
    page: int
    page_count: int


def find(db: Connection, bank: str, wanted: Filter, *, page: int = 1) -> Page:
    """The newest version of every item that fits, by identifier, a page at a time."""
    found = find_all(db, bank, wanted)
    page_count = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(1, page), page_count)
    start = (page - 1) * PAGE_SIZE
    return Page(found[start : start + PAGE_SIZE], len(found), page, page_count)


def find_all(db: Connection, bank: str, wanted: Filter) -> list[Found]:
    """Every item that fits in its newest version, by identifier."""
    standings = custody.standings_of(db, bank)
    newest = custody.newest(standings)
    words = wanted.text.casefold().split()
    found = []
    for document in db.scalars(_query(bank, wanted, words)):
        item = load(document)
        standing = standings[item.ref]
        if newest[item.id] != item.version or not _fits(item, standing, wanted):
            continue
        if words and not all(word in _words_of(item) for word in words):
            continue
        found.append(Found(item, standing))
    return sorted(found, key=lambda one: one.item.id)


def values(db: Connection, bank: str) -> dict[str, list[str]]:
    """The sections and topics that a bank has, for choosing among them."""
    table = tables.items.c
    rows = db.execute(select(table.section, table.topic).where(table.bank == bank).distinct()).all()
    return {
        "sections": sorted({row.section for row in rows}),
        "topics": sorted({row.topic for row in rows} - {""}),
    }


def items_with_stimulus(db: Connection, bank: str) -> list[Found]:
    """The newest versions that show a stimulus, by identifier; others are not even read."""
    query = _query(bank, Filter(), ()).where(DOCUMENT.contains('"stimulus":{', autoescape=True))
    standings = custody.standings_of(db, bank)
    newest = custody.newest(standings)
    items = [load(document) for document in db.scalars(query)]
    found = [Found(one, standings[one.ref]) for one in items if newest[one.id] == one.version]
    return sorted(found, key=lambda one: one.item.id)


def _query(bank: str, wanted: Filter, words: Sequence[str]) -> Select[str]:
    table = tables.items.c
    query = select(DOCUMENT).select_from(KNOWN).where(table.bank == bank)
    for column, value in (
        (table.section, wanted.section),
        (table.topic, wanted.topic),
        (table.difficulty, wanted.difficulty),
    ):
        if value:
            query = query.where(column == value)
    # A first sieve: a database folds capitals of ASCII alone, and the document has JSON's escapes.
    for word in words:
        if word.isascii():
            written = json.dumps(word)[1:-1]
            query = query.where(DOCUMENT.icontains(written, autoescape=True))
    return query


def _fits(item: Item, standing: Standing, wanted: Filter) -> bool:
    return (
        wanted.kind in ("", item.kind)
        and wanted.state in ("", standing.state)
        and wanted.author.casefold() in ("", standing.author.casefold())
    )


def _words_of(item: Item) -> str:
    """What people read of an item, for searching: texts, names, never the rule."""
    texts = [item.id, item.stem, item.topic, item.explanation]
    texts += [option.text for option in (*item.options, *item.targets)]
    if item.stimulus is not None:
        texts.append(item.stimulus.text)
    return " ".join(texts).casefold()
