"""Tables of check-in: the key of the seat draw, forms that lie on seats, PINs as hashes."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
)

from question_bank.tables import metadata

seat_keys = Table(
    "seat_keys",
    metadata,
    Column("exam_session", Text, ForeignKey("exam_sessions.id"), primary_key=True),
    Column(
        "key", Text, nullable=False, comment="of the seat draw; secret until check-in has ended"
    ),
)

seat_forms = Table(
    "seat_forms",
    metadata,
    Column("exam_session", Text, primary_key=True),
    Column("room", Text, primary_key=True),
    Column("seat", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("document", Text, nullable=False),
    ForeignKeyConstraint(["exam_session", "room"], ["rooms.exam_session", "rooms.id"]),
)

issued_pins = Table(
    "issued_pins",
    metadata,
    Column("exam_session", Text, primary_key=True),
    Column("participant_no", Text, primary_key=True),
    Column("pin_no", Integer, primary_key=True, autoincrement=False),
    Column("pin_hash", Text, nullable=False, comment="Argon2id"),
    Column("issued_at", BigInteger, nullable=False, comment="ms since the epoch, UTC"),
    ForeignKeyConstraint(
        ["exam_session", "participant_no"],
        ["enrolments.exam_session", "enrolments.participant_no"],
    ),
    CheckConstraint("pin_no > 0", name="pin_no"),
)
