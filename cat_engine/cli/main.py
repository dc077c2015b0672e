"""The group of all commands, and how errors leave the program."""

import sys

import click

from cat_engine.cli import (
    bank,
    bank_files,
    bench,
    custody,
    demo,
    exam,
    forms,
    journal,
    papers,
    rehearse,
    sealing,
    serve,
    staff,
    statistics,
)
from cat_engine.cli.console import State, explain


@click.group(
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


custody.add_to(bank.bank)
bank_files.add_to(bank.bank)
sealing.add_to(bank.bank)
statistics.add_to(bank.bank)
forms.add_to(exam.forms)
for command in (
    demo.demo,
    serve.serve,
    serve.serve_board,
    serve.migrate,
    staff.staff,
    bank.bank,
    exam.exam,
    exam.candidates,
    exam.forms,
    rehearse.rehearse,
    rehearse.replay,
    exam.results,
    papers.papers,
    journal.journal,
    bench.bench,
):
    group.add_command(command)


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
