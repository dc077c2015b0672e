"""Sealed packages, the items they hold, and items published after an exam."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False, comment="exactly as it was signed"),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column(
            "received_at", sa.BigInteger(), nullable=False, comment="ms since the epoch, UTC"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
    )
    op.create_table(
        "seal_envelopes",
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="nonce, ciphertext, tag"),
        sa.ForeignKeyConstraint(["seal"], ["seals.id"], name=op.f("fk_seal_envelopes_seal_seals")),
        sa.PrimaryKeyConstraint("seal", "position", name=op.f("pk_seal_envelopes")),
    )
    op.create_table(
        "sealed_items",
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["seal"], ["seals.id"], name=op.f("fk_sealed_items_seal_seals")),
        sa.ForeignKeyConstraint(
            ["bank", "item", "version"],
            ["items.bank", "items.id", "items.version"],
            name=op.f("fk_sealed_items_bank_items"),
        ),
        sa.PrimaryKeyConstraint("seal", "bank", "item", "version", name=op.f("pk_sealed_items")),
    )
    op.create_table(
        "published_items",
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False, comment="the item as canonical JSON"),
        sa.ForeignKeyConstraint(
            ["bank", "item", "version"],
            ["items.bank", "items.id", "items.version"],
            name=op.f("fk_published_items_bank_items"),
        ),
        sa.PrimaryKeyConstraint("bank", "item", "version", name=op.f("pk_published_items")),
    )
    for table in ("seals", "seal_envelopes", "sealed_items", "published_items"):
        _keep_unchanged(table)


def _keep_unchanged(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        )
