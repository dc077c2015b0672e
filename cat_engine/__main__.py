"""`python -m cat_engine` is `cat-engine`."""

from cat_engine.cli import main

main()
