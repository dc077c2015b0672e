"""Tables of exam sessions and the journal. Rows of the journal are inserted, never changed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from exam_sessions import door_tables as _door_tables  # noqa: F401 - one schema
from exam_sessions import plan_tables as _plan_tables  # noqa: F401 - rooms refer to sites
from question_bank.tables import metadata

exams = Table(
    "exams",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("bank", Text, nullable=False),
    Column("blueprint", Text, nullable=False, comment="the blueprint as it was, YAML"),
    Column("seed", Text, nullable=False, comment="public seed of the draw"),
    Column(
        "approved_only",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="whether forms are drawn from approved items alone",
    ),
)

exam_sessions = Table(
    "exam_sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("exam", Text, ForeignKey("exams.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False, comment="ms since the epoch, UTC"),
    Column("board_delay_s", Integer, nullable=False),
    Column("board_names", Text, nullable=False),
    Column("board_reveal", Text, nullable=False),
    Column(
        "seats_drawn",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="whether seats are drawn at check-in, not given by the roster",
    ),
    Column(
        "late_answers",
        Text,
        nullable=False,
        server_default="",
        comment="rule or hand; empty: as the server's configuration says",
    ),
    Column(
        "late_within_s",
        Integer,
        nullable=False,
        server_default="0",
        comment="seconds after the end of a part; counts where late_answers is set",
    ),
    CheckConstraint("board_names IN ('none', 'masked', 'full')", name="board_names"),
    CheckConstraint("board_reveal IN ('live', 'finished')", name="board_reveal"),
    CheckConstraint("board_delay_s >= 0", name="board_delay"),
)

rooms = Table(
    "rooms",
    metadata,
    Column("exam_session", Text, ForeignKey("exam_sessions.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seat_count", Integer, nullable=False),
    Column("site", Text, comment="null: a room that no site's plan describes"),
    Column("site_room", Text),
    ForeignKeyConstraint(["site", "site_room"], ["site_rooms.site", "site_rooms.id"]),
    CheckConstraint("seat_count > 0", name="seat_count"),
    CheckConstraint("(site IS NULL) = (site_room IS NULL)", name="site_room"),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("exam_session", Text, primary_key=True),
    Column("participant_no", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("formation", Text, nullable=False),
    Column("formation_type", Text, nullable=False),
    Column("disability", Text, nullable=False),
    Column("room", Text, comment="null: any room, until check-in"),
    Column("seat", Text, comment="null: drawn at check-in"),
    Column("pin_hash", Text, nullable=False),
    Column("person", Text, nullable=False, server_default="", comment="of a standing profile"),
    Column(
        "accommodation",
        Text,
        nullable=False,
        server_default="",
        comment="what of the standing profile applies here, canonical JSON",
    ),
    ForeignKeyConstraint(["exam_session", "room"], ["rooms.exam_session", "rooms.id"]),
    UniqueConstraint("exam_session", "room", "seat"),
    Index("ix_enrolments_participant_no", "participant_no"),
)

forms = Table(
    "forms",
    metadata,
    Column("exam_session", Text, primary_key=True),
    Column("participant_no", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("document", Text, nullable=False),
    ForeignKeyConstraint(
        ["exam_session", "participant_no"],
        ["enrolments.exam_session", "enrolments.participant_no"],
    ),
)

form_draws = Table(
    "form_draws",
    metadata,
    Column("exam_session", Text, ForeignKey("exam_sessions.id"), primary_key=True),
    Column("draw_no", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of the document"),
    Column("document", Text, nullable=False, comment="what the forms depend on, canonical JSON"),
    CheckConstraint("draw_no > 0", name="draw_no"),
)

journal_entries = Table(
    "journal_entries",
    metadata,
    Column("exam_session", Text, ForeignKey("exam_sessions.id"), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("participant_no", Text, comment="null: about the exam session as a whole"),
    Column("client_seq", BigInteger),
    Column("at", BigInteger, nullable=False, comment="server time, ms since the epoch, UTC"),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False, comment="canonical JSON"),
    Column("hash", Text, nullable=False, comment="SHA-256 over the previous hash and this entry"),
    UniqueConstraint("exam_session", "participant_no", "client_seq"),
    CheckConstraint("position > 0", name="position"),
)

journal_keys = Table(
    "journal_keys",
    metadata,
    Column("exam_session", Text, ForeignKey("exam_sessions.id"), primary_key=True),
    Column("key", Text, nullable=False, comment="gives the salts of its entries; never shown"),
)
"""A journal that was begun before there were keys has none."""

engine_lease = Table(
    "engine_lease",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("alive_at", BigInteger, nullable=False, comment="last sign of life, ms since the epoch"),
    CheckConstraint("id = 1", name="one_row"),
)
