"""The group of all commands, and how errors leave the program."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click

from cat_engine.cli.console import State, explain


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command stands, and the modules whose commands join it."""

    module: str
    name: str
    joined_by: tuple[str, ...] = ()

    def load(self) -> click.Command:
        """The command, with everything below it."""
        command = getattr(import_module(f"cat_engine.cli.{self.module}"), self.name)
        assert isinstance(command, click.Command)
        for module in self.joined_by:
            import_module(f"cat_engine.cli.{module}").add_to(command)
        return command


_PLACES: Mapping[str, Place] = {
    "agency": Place("plans", "agency"),
    "analyse": Place("analyse", "analyse"),
    "bank": Place("bank", "bank", ("custody", "enemies", "bank_files", "sealing", "statistics")),
    "bench": Place("bench", "bench"),
    "candidates": Place("exam", "candidates"),
    "day": Place("day", "day"),
    "demo": Place("demo", "demo"),
    "exam": Place("exam", "exam"),
    "formation": Place("plans", "formation"),
    "forms": Place("exam", "forms", ("forms",)),
    "journal": Place("journal", "journal"),
    "keys": Place("day", "keys"),
    "migrate": Place("serve", "migrate"),
    "papers": Place("papers", "papers"),
    "profiles": Place("plans", "profiles_group"),
    "rank": Place("rank", "rank"),
    "rehearse": Place("rehearse", "rehearse"),
    "replay": Place("rehearse", "replay"),
    "results": Place("exam", "results"),
    "seb": Place("seb", "seb_commands"),
    "serve": Place("serve", "serve"),
    "serve-board": Place("serve", "serve_board"),
    "sheet": Place("sheet", "sheet"),
    "site": Place("plans", "site"),
    "staff": Place("staff", "staff"),
}


class Commands(click.Group):
    """A group that imports a command when it is called.

    After a crash every second of the server's start counts, and what other commands import
    (solvers, readers of files, printing) took one.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command by its name."""
        return sorted({*super().list_commands(ctx), *_PLACES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name in _PLACES and cmd_name not in self.commands:
            self.add_command(_PLACES[cmd_name].load())
        return super().get_command(ctx, cmd_name)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
A first exam, step by step:
  cat-engine migrate                         make the database
  cat-engine staff add dewi --role administrator
  cat-engine bank import samples             store the shipped sample bank
  cat-engine exam create exam.yaml           plan an exam and its sessions
  cat-engine candidates import roster.csv --exam-session ID --pins pins.csv
  cat-engine forms assemble --exam-session ID
  cat-engine serve
or, to see it all at once:  cat-engine demo
""",
)
@click.version_option(package_name="cat-engine")
@click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False),
    help="Configuration file; see config.yaml for every key. Default: the shipped values.",
)
@click.option("--data-dir", help="Directory of the database and secrets (storage.data_dir).")
@click.option("--database-url", help="Database address (storage.database_url).")
@click.option("--json", "as_json", is_flag=True, help="Print results as JSON for machines.")
@click.pass_context
def group(
    context: click.Context,
    config_path: str | None,
    data_dir: str | None,
    database_url: str | None,
    *,
    as_json: bool,
) -> None:
    """Exam server for selections that must be fair and seen to be fair.

    Each command explains itself: cat-engine COMMAND --help.
    """
    overrides = {"storage.data_dir": data_dir, "storage.database_url": database_url}
    context.obj = State(
        config_path=config_path,
        overrides={key: value for key, value in overrides.items() if value is not None},
        as_json=as_json,
    )


def main() -> None:
    """Run the program; expected failures end with a sentence and exit status 1, without a trace."""
    try:
        group(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        click.echo(f"cat-engine: {sentence}", err=True)
        sys.exit(1)
