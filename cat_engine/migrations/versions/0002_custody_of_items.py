"""Custody of items: authors, the bank's journal, rows that never change, approved items."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STATES = "'draft', 'review', 'approved', 'in_use', 'retired'"
KINDS = (
    "'written', 'submitted', 'returned', 'approved', 'used', 'retired', 'commented',"
    " 'imported', 'sealed', 'received', 'opened', 'published'"
)
OLD_ROLES = "role IN ('administrator', 'proctor')"
NEW_ROLES = "role IN ('administrator', 'proctor', 'author', 'reviewer')"


def upgrade() -> None:
    op.add_column(
        "exams",
        sa.Column(
            "approved_only",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="whether forms are drawn from approved items alone",
        ),
    )
    op.create_table(
        "item_authors",
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.CheckConstraint("author <> ''", name=op.f("ck_item_authors_author")),
        sa.ForeignKeyConstraint(
            ["bank", "item", "version"],
            ["items.bank", "items.id", "items.version"],
            name=op.f("fk_item_authors_bank_items"),
        ),
        sa.PrimaryKeyConstraint("bank", "item", "version", name=op.f("pk_item_authors")),
        sa.UniqueConstraint("bank", "item", "version", "author", name=op.f("uq_item_authors_bank")),
    )
    _create_acts()
    for table in ("items", "item_authors", "bank_acts"):
        _keep_unchanged(table)
    _widen_roles()


def _create_acts() -> None:
    op.create_table(
        "bank_acts",
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), comment="null: about the bank as a whole"),
        sa.Column("version", sa.Integer()),
        sa.Column(
            "at", sa.BigInteger(), nullable=False, comment="server time, ms since the epoch, UTC"
        ),
        sa.Column("person", sa.Text(), nullable=False, comment="who acted"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), comment="the version's state from here on; null: unchanged"),
        sa.Column("author", sa.Text(), comment="of an approval: who wrote what is approved"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="why, in words; of a comment, the comment",
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="canonical JSON"),
        sa.Column(
            "hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 over the previous hash and this act",
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_bank_acts_position")),
        sa.CheckConstraint("person <> '' AND reason <> ''", name=op.f("ck_bank_acts_signed")),
        sa.CheckConstraint(
            "(item IS NULL) = (version IS NULL)", name=op.f("ck_bank_acts_item_version")
        ),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_bank_acts_state")),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_bank_acts_kind")),
        sa.CheckConstraint(
            "kind <> 'approved' OR (author IS NOT NULL AND lower(author) <> lower(person))",
            name=op.f("ck_bank_acts_four_eyes"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR kind IN ('approved', 'received')",
            name=op.f("ck_bank_acts_approved_by_act"),
        ),
        sa.ForeignKeyConstraint(
            ["bank", "item", "version"],
            ["items.bank", "items.id", "items.version"],
            name=op.f("fk_bank_acts_bank_items"),
        ),
        sa.ForeignKeyConstraint(
            ["bank", "item", "version", "author"],
            [
                "item_authors.bank",
                "item_authors.item",
                "item_authors.version",
                "item_authors.author",
            ],
            name=op.f("fk_bank_acts_author_item_authors"),
        ),
        sa.PrimaryKeyConstraint("bank", "position", name=op.f("pk_bank_acts")),
    )
    op.create_index(
        "ix_bank_acts_bank_item", "bank_acts", ["bank", "item", "version"], unique=False
    )


def _keep_unchanged(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN RAISE EXCEPTION '% is never changed', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END\n$$"
        )
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


def _widen_roles() -> None:
    """Let staff be authors and reviewers.

    SQLite cannot change a CHECK, and to copy the table would break the rows that refer to it
    inside this transaction. So its text is changed in place, as sqlite.org/lang_altertable.html
    describes for constraints that only become wider.
    """
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_staff_staff_role"), "staff", type_="check")
        op.create_check_constraint(op.f("ck_staff_staff_role"), "staff", NEW_ROLES)
        return
    db = op.get_bind()
    version = db.exec_driver_sql("PRAGMA schema_version").scalar_one()
    db.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = db.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
            "WHERE type = 'table' AND name = 'staff'"
        ),
        {"old": OLD_ROLES, "new": NEW_ROLES},
    )
    assert changed.rowcount == 1, "the first revision makes the table"
    db.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    db.exec_driver_sql("PRAGMA writable_schema=OFF")
