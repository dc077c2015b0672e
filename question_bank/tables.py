"""Tables of the bank, and the one MetaData that all packages' tables share.

It lives here because this is the lowest package with tables: real foreign keys need one metadata.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.schema import ExecutableDDLElement

from question_bank import life

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

items = Table(
    "items",
    metadata,
    Column("bank", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("section", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("difficulty", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("document", Text, nullable=False, comment="the item as canonical JSON"),
    CheckConstraint("version > 0", name="version"),
    CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name="difficulty"),
    Index("ix_items_bank_section", "bank", "section"),
)

media = Table(
    "media",
    metadata,
    Column("digest", Text, primary_key=True, comment="SHA-256 of the content"),
    Column("extension", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint(
        "extension IN ('svg', 'png', 'jpg', 'mp3', 'ogg', 'wav', 'm4a')", name="extension"
    ),
)

# Who answers for having written a version; approvals refer to this row.
item_authors = Table(
    "item_authors",
    metadata,
    Column("bank", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("author", Text, nullable=False),
    ForeignKeyConstraint(["bank", "item", "version"], ["items.bank", "items.id", "items.version"]),
    UniqueConstraint("bank", "item", "version", "author"),
    CheckConstraint("author <> ''", name="author"),
)

# The bank's journal, one hash chain for each bank. Rows are inserted, never changed.
bank_acts = Table(
    "bank_acts",
    metadata,
    Column("bank", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("item", Text, comment="null: about the bank as a whole"),
    Column("version", Integer),
    Column("at", BigInteger, nullable=False, comment="server time, ms since the epoch, UTC"),
    Column("person", Text, nullable=False, comment="who acted"),
    Column("kind", Text, nullable=False),
    Column("state", Text, comment="the version's state from here on; null: unchanged"),
    Column("author", Text, comment="of an approval: who wrote what is approved"),
    Column("reason", Text, nullable=False, comment="why, in words; of a comment, the comment"),
    Column("body", Text, nullable=False, comment="canonical JSON"),
    Column("hash", Text, nullable=False, comment="SHA-256 over the previous hash and this act"),
    ForeignKeyConstraint(["bank", "item", "version"], ["items.bank", "items.id", "items.version"]),
    ForeignKeyConstraint(
        ["bank", "item", "version", "author"],
        ["item_authors.bank", "item_authors.item", "item_authors.version", "item_authors.author"],
        name="fk_bank_acts_author_item_authors",
    ),
    CheckConstraint("position > 0", name="position"),
    CheckConstraint("person <> '' AND reason <> ''", name="signed"),
    CheckConstraint("(item IS NULL) = (version IS NULL)", name="item_version"),
    CheckConstraint("state IN ('draft', 'review', 'approved', 'in_use', 'retired')", name="state"),
    CheckConstraint(f"kind IN ({', '.join(map(repr, life.KINDS))})", name="kind"),
    CheckConstraint(
        "kind <> 'approved' OR (author IS NOT NULL AND lower(author) <> lower(person))",
        name="four_eyes",
    ),
    CheckConstraint(
        "state <> 'approved' OR kind IN ('approved', 'received')", name="approved_by_act"
    ),
    Index("ix_bank_acts_bank_item", "bank", "item", "version"),
)

# Sealed packages as they were received: signed header and encrypted envelopes, nothing in clear.
seals = Table(
    "seals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("bank", Text, nullable=False),
    Column("header", Text, nullable=False, comment="exactly as it was signed"),
    Column("signature", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False, comment="ms since the epoch, UTC"),
)

seal_envelopes = Table(
    "seal_envelopes",
    metadata,
    Column("seal", Text, ForeignKey("seals.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False, comment="nonce, ciphertext, tag"),
)

# Items of which only the outline stands in `items`; a version may lie in several seals.
sealed_items = Table(
    "sealed_items",
    metadata,
    Column("seal", Text, ForeignKey("seals.id"), primary_key=True),
    Column("bank", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    ForeignKeyConstraint(["bank", "item", "version"], ["items.bank", "items.id", "items.version"]),
)

# Items that were sealed and have been published: their content, beside the outline in `items`.
published_items = Table(
    "published_items",
    metadata,
    Column("bank", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("document", Text, nullable=False, comment="the item as canonical JSON"),
    ForeignKeyConstraint(["bank", "item", "version"], ["items.bank", "items.id", "items.version"]),
)

# What is known of a version's difficulty; every import adds rows under the next revision.
item_statistics = Table(
    "item_statistics",
    metadata,
    Column("bank", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("expected", Text, comment="share of the points, exact; null: not known"),
    Column("a", Text, comment="IRT parameters of the three-parameter model, exact"),
    Column("b", Text),
    Column("c", Text, nullable=False),
    Column("people", Integer, nullable=False, comment="how many responses it rests on"),
    ForeignKeyConstraint(["bank", "item", "version"], ["items.bank", "items.id", "items.version"]),
    CheckConstraint("revision > 0", name="revision"),
    CheckConstraint("people >= 0", name="people"),
)

# The database itself refuses to change or remove a row of these.
UNCHANGING = (
    "items",
    "item_authors",
    "bank_acts",
    "seals",
    "seal_envelopes",
    "sealed_items",
    "published_items",
)

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
$$"""


def keep_unchanged(table: Table) -> None:
    """Let the database refuse updates and deletions; migrations write the same by hand."""
    name = table.name
    for act in ("update", "delete"):
        _after_create(
            table,
            "sqlite",
            f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is never changed'); END",
        )
    _after_create(table, "postgresql", _POSTGRESQL_FUNCTION)
    _after_create(
        table,
        "postgresql",
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    )


def _after_create(table: Table, dialect: str, statement: str) -> None:
    ddl: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


for _name in UNCHANGING:
    keep_unchanged(metadata.tables[_name])
