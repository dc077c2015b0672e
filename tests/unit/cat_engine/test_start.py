"""A server starts with what an exam needs and no more; the rest is there when it is asked for."""

import subprocess
import sys

from alembic.config import Config
from alembic.script import ScriptDirectory

from cat_engine.cli.main import group
from cat_engine.migrations import FOLDER, REVISIONS

WITHOUT = {"PIL", "alembic", "fpdf", "highspy", "latex2mathml", "numpy", "openpyxl", "segno"}
"""Large libraries that a running exam does not touch; together a second of the start."""


def test_a_server_starts_without_what_only_commands_need() -> None:
    program = "import sys, cat_engine.cli.serve, cat_engine.app; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    imported = set(done.stdout.split())
    assert "flask" in imported
    assert not WITHOUT & imported


def test_every_revision_is_named_by_its_file() -> None:
    options = Config()
    options.set_main_option("script_location", str(FOLDER))
    revisions = ScriptDirectory.from_config(options)

    assert revisions.get_current_head() == REVISIONS[-1]
    assert {one.revision for one in revisions.walk_revisions()} == set(REVISIONS)


def test_every_command_is_found_under_its_own_name() -> None:
    context = group.make_context("cat-engine", [], resilient_parsing=True)

    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name
