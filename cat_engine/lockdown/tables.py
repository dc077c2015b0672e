"""Table of what an exam session asks of its workstations; a change is a new row."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Table, Text

from question_bank.tables import metadata

lockdown_rules = Table(
    "lockdown_rules",
    metadata,
    Column("exam_session", Text, ForeignKey("exam_sessions.id"), primary_key=True),
    Column("revision_no", Integer, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False, comment="off, indicate or require"),
    Column("challenge", Text, nullable=False, comment="random text in SEB's start address"),
    Column("exam_keys", Text, nullable=False, comment="Browser Exam Keys, one a line"),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False, comment="ms since the epoch, UTC"),
    CheckConstraint("mode IN ('off', 'indicate', 'require')", name="mode"),
    CheckConstraint("revision_no > 0", name="revision_no"),
)
