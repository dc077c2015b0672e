"""Lockdown: what an exam session asks of its workstations."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "lockdown_rules",
        sa.Column("exam_session", sa.Text(), nullable=False),
        sa.Column("revision_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False, comment="off, indicate or require"),
        sa.Column(
            "challenge", sa.Text(), nullable=False, comment="random text in SEB's start address"
        ),
        sa.Column("exam_keys", sa.Text(), nullable=False, comment="Browser Exam Keys, one a line"),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False, comment="ms since the epoch, UTC"),
        sa.CheckConstraint(
            "mode IN ('off', 'indicate', 'require')", name=op.f("ck_lockdown_rules_mode")
        ),
        sa.CheckConstraint("revision_no > 0", name=op.f("ck_lockdown_rules_revision_no")),
        sa.ForeignKeyConstraint(
            ["exam_session"],
            ["exam_sessions.id"],
            name=op.f("fk_lockdown_rules_exam_session_exam_sessions"),
        ),
        sa.PrimaryKeyConstraint("exam_session", "revision_no", name=op.f("pk_lockdown_rules")),
    )
