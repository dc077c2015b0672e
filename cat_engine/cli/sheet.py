"""Readiness sheets on the command line: written after a rehearsal, and checked anywhere."""

from dataclasses import asdict
from pathlib import Path

import click

from cat_engine.accounts.factor_store import find_gap
from cat_engine.cli.console import State, person, warn_of_gap
from cat_engine.clock import wall_now
from cat_engine.i18n import as_language, instant
from cat_engine.readiness import signed as signed_json
from cat_engine.readiness.judgement import of_report
from cat_engine.readiness.sheet import KIND, make_document, make_pdf
from cat_engine.rehearsal.run import Report
from cat_engine.signing import BadKey, read_key


@click.group()
def sheet() -> None:
    """Signed readiness sheets."""


@sheet.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--signer", help="The key that you were told signs for this site.")
@click.pass_obj
def check(state: State, file: Path, signer: str | None) -> None:
    """Check the signature of a sheet (JSON) and say what it stands for.

    Exits with status 1 when the signature does not fit, when another key signed, or when the sheet
    says "not fit".
    """
    text = file.read_text("utf-8", "replace")
    signed = signed_json.read(text, kind=KIND)
    if signer is not None and signer.lower() != signed.signer:
        raise click.ClickException(f"signed by another key: {signed.signer}")
    document = signed.document
    zone = state.config().language.time_zone
    rows = [
        ("site", f"{document['place']['site']} {document['place']['room']}"),
        ("made", instant(document["made_at"], "en", zone)),
        ("signed by key", signed.signer),
        ("judgement", "fit" if document["is_fit"] else "NOT FIT"),
        *(
            (one["code"], f"{one['found']} ({one['bound']}){'' if one['is_good'] else ' ✗'}")
            for one in document["findings"]
        ),
    ]
    state.show("Readiness", ("what", "value"), rows)
    if not document["is_fit"]:
        raise SystemExit(1)


def write_sheet(state: State, folder: Path, outcome: Report, *, site: str) -> bool:
    """Write the signed sheet of a rehearsal; whether the server is fit."""
    config = state.config()
    now = wall_now()
    document = make_document(
        [],
        of_report(asdict(outcome)),
        config.readiness,
        place={"site": site, "room": "", "by": person(None)},
        seats_expected=0,
        now=now,
    )
    try:
        text = signed_json.sign(KIND, document, read_key(config.day_key_path))
    except BadKey as error:
        raise click.ClickException(str(error)) from error
    signed = signed_json.read(text, kind=KIND)
    language = as_language(config.language.default) or "id"
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"readiness-{now}"
    stem.with_suffix(".json").write_text(text, encoding="utf-8")
    stem.with_suffix(".pdf").write_bytes(
        make_pdf(signed, text, language, config.language.time_zone)
    )
    with state.database().connect() as db:
        warn_of_gap(find_gap(db, config.staff.obliged_roles))
    verdict = "fit" if document["is_fit"] else "NOT FIT"
    state.say(
        f"{verdict}; {stem}.json and .pdf, signed by {signed.signer}",
        is_fit=document["is_fit"],
        sheet=f"{stem}.json",
        signer=signed.signer,
    )
    return bool(document["is_fit"])
