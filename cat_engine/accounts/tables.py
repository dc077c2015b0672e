"""Tables of staff, their second factors, logins, and the record of acts on staff."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)

from question_bank.tables import keep_unchanged, metadata

staff = Table(
    "staff",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("every_room", Boolean, nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column(
        "first_password_until",
        BigInteger,
        comment="the password is a first one, to be changed, and useless after this; null: own",
    ),
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
    Column(
        "passed_code",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="whether a second factor was proved in this login",
    ),
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

# A secret without `enrolled_at` waits for its first code and opens nothing.
second_factors = Table(
    "second_factors",
    metadata,
    Column("username", String(64), ForeignKey("staff.username"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False, comment="AES-256-GCM under the server's secret"),
    Column("last_step", BigInteger, nullable=False, comment="time step of the last code taken"),
    Column("enrolled_at", BigInteger),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("username", String(64), ForeignKey("staff.username"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("code_hash", String(200), nullable=False, comment="Argon2id"),
    Column("used_at", BigInteger),
)

# One hash chain of who did what to whose account. Rows are inserted, never changed; people are
# named by username without a reference, because they may be removed.
staff_acts = Table(
    "staff_acts",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, comment="server time, ms since the epoch, UTC"),
    Column("person", Text, nullable=False, comment="who acted"),
    Column("whom", Text, nullable=False, comment="on whose account"),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False, comment="canonical JSON"),
    Column("hash", Text, nullable=False, comment="SHA-256 over the previous hash and this act"),
    CheckConstraint("position > 0", name="position"),
    CheckConstraint("person <> '' AND whom <> '' AND kind <> ''", name="signed"),
)
keep_unchanged(staff_acts)
