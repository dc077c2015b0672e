"""Acts on a bank as a whole: enemies that are declared and taken back, statistics that come in.

SQLite keeps a check with its table, so there the table is written anew, with every row as it was.
"""

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"

BEFORE = (
    "kind IN ('written', 'submitted', 'returned', 'approved', 'used', 'retired', 'commented',"
    " 'imported', 'sealed', 'received', 'opened', 'published')"
)
AFTER = BEFORE.removesuffix(")") + ", 'parted', 'reconciled', 'measured')"
NAME = "ck_bank_acts_kind"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f(NAME), "bank_acts", type_="check")
        op.create_check_constraint(op.f(NAME), "bank_acts", AFTER)
        return
    db = op.get_bind()
    table, *rest = db.scalars(
        text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'bank_acts' AND sql IS NOT NULL "
            "ORDER BY type <> 'table', name"
        )
    ).all()
    assert BEFORE in table, "the table is that of revision 0002"
    op.execute("ALTER TABLE bank_acts RENAME TO bank_acts_before")
    op.execute(table.replace(BEFORE, AFTER))
    op.execute("INSERT INTO bank_acts SELECT * FROM bank_acts_before")
    op.execute("DROP TABLE bank_acts_before")
    for statement in rest:
        op.execute(statement)
