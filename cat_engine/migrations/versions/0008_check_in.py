"""Check-in at the door: keys of seat draws, forms on seats, issued PINs, accessible seats."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "site_seats",
        sa.Column("is_accessible", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "seat_keys",
        sa.Column("exam_session", sa.Text(), nullable=False),
        sa.Column(
            "key",
            sa.Text(),
            nullable=False,
            comment="of the seat draw; secret until check-in has ended",
        ),
        sa.ForeignKeyConstraint(
            ["exam_session"],
            ["exam_sessions.id"],
            name=op.f("fk_seat_keys_exam_session_exam_sessions"),
        ),
        sa.PrimaryKeyConstraint("exam_session", name=op.f("pk_seat_keys")),
    )
    op.create_table(
        "seat_forms",
        sa.Column("exam_session", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_session", "room"],
            ["rooms.exam_session", "rooms.id"],
            name=op.f("fk_seat_forms_exam_session_rooms"),
        ),
        sa.PrimaryKeyConstraint("exam_session", "room", "seat", name=op.f("pk_seat_forms")),
    )
    op.create_table(
        "issued_pins",
        sa.Column("exam_session", sa.Text(), nullable=False),
        sa.Column("participant_no", sa.Text(), nullable=False),
        sa.Column("pin_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False, comment="Argon2id"),
        sa.Column("issued_at", sa.BigInteger(), nullable=False, comment="ms since the epoch, UTC"),
        sa.CheckConstraint("pin_no > 0", name=op.f("ck_issued_pins_pin_no")),
        sa.ForeignKeyConstraint(
            ["exam_session", "participant_no"],
            ["enrolments.exam_session", "enrolments.participant_no"],
            name=op.f("fk_issued_pins_exam_session_enrolments"),
        ),
        sa.PrimaryKeyConstraint(
            "exam_session", "participant_no", "pin_no", name=op.f("pk_issued_pins")
        ),
    )
