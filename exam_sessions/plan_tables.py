"""Tables of what is prepared before exam sessions: agencies, sites, standing profiles, acts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from question_bank.tables import keep_unchanged, metadata

agencies = Table(
    "agencies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    CheckConstraint("name <> ''", name="name"),
)

# An enrolment's formation may be the identifier of one of these; it may also be any other text.
formations = Table(
    "formations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agency", Text, ForeignKey("agencies.id"), nullable=False),
    Column("title", Text, nullable=False, comment="the post"),
    Column("location", Text, nullable=False),
    Column("formation_type", Text, nullable=False, comment="decides the thresholds"),
    Column("openings", Integer, nullable=False),
    CheckConstraint("title <> '' AND formation_type <> ''", name="named"),
    CheckConstraint("openings > 0", name="openings"),
)

sites = Table(
    "sites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("utc_offset_minutes", Integer, nullable=False),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("utc_offset_minutes BETWEEN -720 AND 840", name="utc_offset"),
)

site_rooms = Table(
    "site_rooms",
    metadata,
    Column("site", Text, ForeignKey("sites.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("column_count", Integer, nullable=False),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("row_count > 0 AND column_count > 0", name="size"),
)

site_seats = Table(
    "site_seats",
    metadata,
    Column("site", Text, primary_key=True),
    Column("room", Text, primary_key=True),
    Column("name", Text, primary_key=True, comment="as it stands on the label"),
    Column("row_index", Integer, nullable=False, comment="from 0, the front row"),
    Column("column_index", Integer, nullable=False, comment="from 0, at the left"),
    Column("is_usable", Boolean, nullable=False, server_default=true()),
    Column("is_accessible", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["site", "room"], ["site_rooms.site", "site_rooms.id"]),
    UniqueConstraint("site", "room", "row_index", "column_index"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("row_index >= 0 AND column_index >= 0", name="position"),
)

# A change is a new revision; the greatest one holds. Enrolments name the revision they got.
accommodation_profiles = Table(
    "accommodation_profiles",
    metadata,
    Column("person", Text, primary_key=True, comment="stable identifier, or participant number"),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("disability", Text, nullable=False),
    Column("text_size", Text, nullable=False),
    Column("contrast", Text, nullable=False),
    Column("timer", Text, nullable=False),
    Column("break_minutes", Integer, nullable=False, comment="with the clock stopped, in total"),
    Column("source", Text, nullable=False, comment="what it rests on: a letter, a decision"),
    Column("confirmed_by", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False, comment="ms since the epoch, UTC"),
    CheckConstraint("revision > 0", name="revision"),
    CheckConstraint("disability IN ('', 'visual', 'hearing', 'motor', 'other')", name="disability"),
    CheckConstraint("text_size IN ('normal', 'large', 'largest')", name="text_size"),
    CheckConstraint("contrast IN ('normal', 'high')", name="contrast"),
    CheckConstraint("timer IN ('shown', 'thresholds', 'request')", name="timer"),
    CheckConstraint("break_minutes BETWEEN 0 AND 240", name="break_minutes"),
    CheckConstraint("source <> '' AND confirmed_by <> ''", name="signed"),
)

# What administrators did, one hash chain. Rows are inserted, never changed.
administration_acts = Table(
    "administration_acts",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, comment="server time, ms since the epoch, UTC"),
    Column("person", Text, nullable=False, comment="who acted"),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="what it was done to"),
    Column("body", Text, nullable=False, comment="canonical JSON"),
    Column("hash", Text, nullable=False, comment="SHA-256 over the previous hash and this act"),
    CheckConstraint("position > 0", name="position"),
    CheckConstraint("person <> '' AND kind <> ''", name="signed"),
)

for _table in (accommodation_profiles, administration_acts):
    keep_unchanged(_table)
