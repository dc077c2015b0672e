"""A key for each journal that has no entry yet; a chain that was begun goes on without one."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    keys = op.create_table(
        "journal_keys",
        sa.Column("exam_session", sa.Text(), nullable=False),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="gives the salts of its entries; never shown"
        ),
        sa.ForeignKeyConstraint(
            ["exam_session"],
            ["exam_sessions.id"],
            name=op.f("fk_journal_keys_exam_session_exam_sessions"),
        ),
        sa.PrimaryKeyConstraint("exam_session", name=op.f("pk_journal_keys")),
    )
    not_begun = sa.text(
        "SELECT id FROM exam_sessions AS one WHERE NOT EXISTS"
        " (SELECT 1 FROM journal_entries WHERE exam_session = one.id)"
    )
    rows = [
        {"exam_session": name, "key": secrets.token_hex(32)}
        for name in op.get_bind().scalars(not_begun)
    ]
    op.bulk_insert(keys, rows)
