"""Fair forms: statistics beside items, and what the forms of a draw depend on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "item_statistics",
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "expected",
            sa.Text(),
            nullable=True,
            comment="share of the points, exact; null: not known",
        ),
        sa.Column(
            "a",
            sa.Text(),
            nullable=True,
            comment="IRT parameters of the three-parameter model, exact",
        ),
        sa.Column("b", sa.Text(), nullable=True),
        sa.Column("c", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False, comment="how many responses it rests on"),
        sa.CheckConstraint("people >= 0", name=op.f("ck_item_statistics_people")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_item_statistics_revision")),
        sa.ForeignKeyConstraint(
            ["bank", "item", "version"],
            ["items.bank", "items.id", "items.version"],
            name=op.f("fk_item_statistics_bank_items"),
        ),
        sa.PrimaryKeyConstraint(
            "bank", "item", "version", "revision", name=op.f("pk_item_statistics")
        ),
    )
    op.create_table(
        "form_draws",
        sa.Column("exam_session", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column(
            "document",
            sa.Text(),
            nullable=False,
            comment="what the forms depend on, canonical JSON",
        ),
        sa.CheckConstraint("draw_no > 0", name=op.f("ck_form_draws_draw_no")),
        sa.ForeignKeyConstraint(
            ["exam_session"],
            ["exam_sessions.id"],
            name=op.f("fk_form_draws_exam_session_exam_sessions"),
        ),
        sa.PrimaryKeyConstraint("exam_session", "draw_no", name=op.f("pk_form_draws")),
    )
