"""`python -m cat_engine` is `cat-engine`."""

from cat_engine.cli import main

# A process of a pool imports this module again, and must not run the command once more.
if __name__ == "__main__":
    main()
