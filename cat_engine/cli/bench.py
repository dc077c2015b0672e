"""bench: measure every promise about speed on this machine."""

import json
from pathlib import Path

import click
from rich.console import Console

from cat_engine.cli.console import State


@click.command()
@click.option("--rows", "names", help="Only these rows: raw,stock,ours,...; all when left out.")
@click.option("--repeats", default=3, show_default=True, help="How often each row is measured.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Also write JSON here.")
@click.option("--quick", is_flag=True, help="Short and small: shows that the rows work.")
@click.pass_obj
def bench(state: State, names: str | None, repeats: int, path: Path | None, *, quick: bool) -> None:
    """Measure this program on this machine and compare with what was promised.

    Starts servers and load generators of its own on free local ports, in a directory that is
    removed again. Rows take turns and medians count: read the ratios, not the absolute figures.
    Exits with status 1 when a target is missed. docs/performance.md explains every row.
    """
    # Imported here: the rows bring servers and clients that no other command needs.
    from cat_engine.bench import registry, run, table  # noqa: PLC0415

    chosen = names.split(",") if names else list(registry.PLANS)
    unknown = [name for name in chosen if name not in registry.PLANS]
    if unknown:
        raise click.UsageError(f"no row {unknown[0]!r}; there are {', '.join(registry.PLANS)}")
    if repeats < 1:
        raise click.UsageError("--repeats must be 1 or more")
    plans = [registry.PLANS[name] for name in chosen]
    errors = Console(stderr=True)
    with errors.status("benchmark") as status:
        outcome = run.run(
            plans, repeats=repeats, quick=quick, on_step=lambda name: status.update(f"row {name}")
        )
    if path is not None:
        path.write_text(json.dumps(outcome.as_json(), indent=2) + "\n")
    if state.as_json:
        click.echo(json.dumps(outcome.as_json()))
    else:
        table.show(outcome, Console())
    if not outcome.is_reached:
        raise SystemExit(1)
