"""The command line: `cat-engine`."""

from cat_engine.cli.main import main

__all__ = ["main"]
