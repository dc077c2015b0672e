"""Accounts of staff: first passwords, second factors, and the record of acts on staff."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column(
        "staff",
        sa.Column(
            "first_password_until",
            sa.BigInteger(),
            nullable=True,
            comment="the password is a first one, to be changed, and useless after this; null: own",
        ),
    )
    op.add_column(
        "logins",
        sa.Column(
            "passed_code",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="whether a second factor was proved in this login",
        ),
    )
    op.create_table(
        "second_factors",
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="AES-256-GCM under the server's secret",
        ),
        sa.Column(
            "last_step", sa.BigInteger(), nullable=False, comment="time step of the last code taken"
        ),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["username"], ["staff.username"], name=op.f("fk_second_factors_username_staff")
        ),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.String(200), nullable=False, comment="Argon2id"),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["username"], ["staff.username"], name=op.f("fk_recovery_codes_username_staff")
        ),
        sa.PrimaryKeyConstraint("username", "number", name=op.f("pk_recovery_codes")),
    )
    _create_acts()


def _create_acts() -> None:
    op.create_table(
        "staff_acts",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "at", sa.BigInteger(), nullable=False, comment="server time, ms since the epoch, UTC"
        ),
        sa.Column("person", sa.Text(), nullable=False, comment="who acted"),
        sa.Column("whom", sa.Text(), nullable=False, comment="on whose account"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="canonical JSON"),
        sa.Column(
            "hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 over the previous hash and this act",
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_staff_acts_position")),
        sa.CheckConstraint(
            "person <> '' AND whom <> '' AND kind <> ''", name=op.f("ck_staff_acts_signed")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_staff_acts")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER staff_acts_no_change BEFORE UPDATE OR DELETE ON staff_acts "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER staff_acts_no_{act} BEFORE {act.upper()} ON staff_acts "
            "BEGIN SELECT RAISE(ABORT, 'staff_acts is never changed'); END"
        )
