"""How Alembic runs our revisions: on the connection it is handed, in the caller's transaction."""

from alembic import context

from cat_engine.accounts import tables as _accounts  # noqa: F401 - fills the metadata
from cat_engine.lockdown import tables as _lockdown  # noqa: F401 - fills the metadata
from exam_sessions import tables as _exam_sessions  # noqa: F401 - fills the metadata
from question_bank.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
)
context.run_migrations()
