"""forms report, check, bench: what was drawn, whether it is fair, how fast it is."""

import json
from pathlib import Path

import click

from cat_engine.bench import forms as forms_bench
from cat_engine.cli.console import State
from cat_engine.hints import no_session
from cat_engine.i18n import LANGUAGES
from cat_engine.papers.sheet import TYPEFACE
from cat_engine.preparation.chart_files import as_png, as_svg
from cat_engine.preparation.fair_assembly import list_forms, redraw
from cat_engine.preparation.fairness_page import draw_charts, draw_page
from cat_engine.preparation.forms_report import NoForms, judge_session, to_json
from exam_sessions import store
from question_bank.fairness import Fairness
from question_bank.item_statistics import THOUSANDTHS
from question_bank.pool import name_of
from scoring import display

SHOWN_LIMIT = 20


def add_to(group: click.Group) -> None:
    """Add these commands to the group of forms."""
    for command in (report, check, bench):
        group.add_command(command)


@click.command()
@click.option("--exam-session", required=True, help="The exam session.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write report.html, report.json and the charts (SVG, PNG) into this directory.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="id",
    show_default=True,
    help="Language of the page and the charts.",
)
@click.pass_obj
def report(state: State, exam_session: str, out: Path | None, language: str) -> None:
    """Report how fair the forms are: difficulty, neighbours, exposure, quotas.

    Ends with status 1 when a stated bound is broken, naming each breach. May run at any time after
    the forms were assembled. The files name items and people: keep them as you keep the bank.
    """
    with state.database().connect() as db:
        fairness = judge_session(db, exam_session)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        charts = draw_charts(fairness, language)
        for name, chart in charts.items():
            (out / f"{name}.svg").write_text(as_svg(chart), encoding="utf-8")
            (out / f"{name}.png").write_bytes(as_png(chart, TYPEFACE))
        page = draw_page(exam_session, fairness, charts, language)
        (out / "report.html").write_text(page, encoding="utf-8")
        text = json.dumps(to_json(fairness), indent=2, ensure_ascii=False)
        (out / "report.json").write_text(text + "\n", encoding="utf-8")
    if state.as_json:
        click.echo(json.dumps(to_json(fairness)))
    else:
        _show(state, exam_session, fairness)
    for breach in fairness.broken[:SHOWN_LIMIT]:
        click.echo(f"broken: {breach}", err=True)
    if fairness.broken:
        click.echo(f"{len(fairness.broken)} breaches of stated bounds", err=True)
        raise SystemExit(1)


@click.command()
@click.option("--exam-session", required=True, help="The exam session.")
@click.pass_obj
def check(state: State, exam_session: str) -> None:
    """Draw every form again from what the draw depended on, and compare.

    For forms of version 2 of the draw; docs/algorithms/draw.md says how to do it without us.
    """
    with state.database().connect() as db:
        if store.get_session(db, exam_session) is None:
            raise NoForms(no_session(exam_session))
        count = len(list_forms(db, exam_session))
        differing = list(redraw(db, exam_session))
    for number, how in differing:
        click.echo(f"{number} {how}", err=True)
    state.say(
        f"{count} forms, {len(differing)} differ from the draw",
        forms=count,
        differing=len(differing),
    )
    if differing:
        raise SystemExit(1)


@click.command()
@click.option("--forms", "form_count", default=10_000, show_default=True, help="Forms to draw.")
@click.option("--items", "item_count", default=3_000, show_default=True, help="Items of the bank.")
@click.pass_obj
def bench(state: State, form_count: int, item_count: int) -> None:
    """Measure drawing, checking and storing forms of 110 items from a made-up bank.

    In a database of its own, which is removed afterwards; bounds of difficulty and an exposure
    limit are on.
    """
    with state.progress("drawing", form_count) as step:
        measured = forms_bench.measure(form_count, item_count, step)
    rows = [(name, f"{seconds:.1f}") for name, seconds in measured.items()]
    if state.as_json:
        click.echo(json.dumps(measured))
    else:
        state.show(f"{form_count} forms from {item_count} items", ("what", "seconds"), rows)


def _show(state: State, exam_session: str, fairness: Fairness) -> None:
    rows = []
    for one in fairness.spreads:
        values = (min(one.values), one.mean, max(one.values), one.target, one.within)
        shown = ["" if value is None else f"{value / THOUSANDTHS:.3f}" for value in values]
        outside = "" if one.target is None else len(one.outside)
        rows.append((name_of(one.section, one.ability), *shown, outside))
    columns = ("measure", "least", "mean", "most", "target", "bound ±", "out of bound")
    state.show(f"{fairness.form_count} forms of {exam_session}", columns, rows)
    overlap = fairness.overlap
    most = max((one.form_count for one in fairness.exposures), default=0)
    limit = "none stated" if fairness.limit is None else str(fairness.limit)
    facts = [
        ("pairs of neighbours", sum(overlap.pair_counts.values())),
        ("items shared by neighbours, mean", display(overlap.mean)),
        ("items shared by neighbours, most", max(overlap.pair_counts, default=0)),
        ("least possible, by the bank's size", overlap.least_possible),
        ("items used", sum(1 for one in fairness.exposures if one.form_count)),
        ("items not used", sum(1 for one in fairness.exposures if not one.form_count)),
        ("most forms with one item", most),
        ("limit on these", limit),
        ("forms that miss a quota", len({number for number, _ in fairness.faults})),
        ("people with items seen before", len(fairness.seen)),
    ]
    state.show("Neighbours, exposure, quotas", ("what", "value"), facts)
