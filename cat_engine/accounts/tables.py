"""Tables of staff and logins."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
)

from question_bank.tables import metadata

staff = Table(
    "staff",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("every_room", Boolean, nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint(
        "role IN ('administrator', 'proctor', 'author', 'reviewer')", name="staff_role"
    ),
)

staff_rooms = Table(
    "staff_rooms",
    metadata,
    Column("username", String(64), ForeignKey("staff.username"), primary_key=True),
    Column("exam_session", String(100), primary_key=True),
    Column("room", String(100), primary_key=True),
)

# The token itself is only in the person's cookie; whoever reads this table cannot log in with it.
logins = Table(
    "logins",
    metadata,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("username", String(64), ForeignKey("staff.username")),
    Column("exam_session", String(100)),
    Column("participant_no", String(100)),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    CheckConstraint(
        "(username IS NOT NULL AND exam_session IS NULL AND participant_no IS NULL)"
        " OR (username IS NULL AND exam_session IS NOT NULL AND participant_no IS NOT NULL)",
        name="logins_staff_or_candidate",
    ),
    CheckConstraint("expires_at > created_at", name="logins_lifetime"),
    Index("logins_of_sitting", "exam_session", "participant_no"),
    Index("logins_of_staff", "username"),
    Index("logins_expiry", "expires_at"),
)
