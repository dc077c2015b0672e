"""Tables of the bank, and the one MetaData that all packages' tables share.

It lives here because this is the lowest package with tables: real foreign keys need one metadata.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

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
    CheckConstraint("extension IN ('svg', 'png', 'jpg')", name="extension"),
)
