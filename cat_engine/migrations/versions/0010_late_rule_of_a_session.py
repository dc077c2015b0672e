"""The rule for late answers of an exam session; one that was planned before has the server's."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "exam_sessions",
        sa.Column(
            "late_answers",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="rule or hand; empty: as the server's configuration says",
        ),
    )
    op.add_column(
        "exam_sessions",
        sa.Column(
            "late_within_s",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="seconds after the end of a part; counts where late_answers is set",
        ),
    )
