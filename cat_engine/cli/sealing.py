"""bank seal, inspect, receive, unseal, publish: sealed packages, by command."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from cat_engine import i18n
from cat_engine.cli import seal_client
from cat_engine.cli.console import State, person
from cat_engine.clock import wall_now
from question_bank import custody, enemies, life, seal_store, sealing, shares, store
from question_bank.acts import Draft
from question_bank.item import Item
from question_bank.sealing import Package, Terms
from question_bank.shares import BadShare, Share

_BY = click.option("--by", help="Who acts; default: the user of this machine.")
_REASON = click.option("--reason", required=True, help="Why, in words; it is journaled.")
_FILE = click.Path(path_type=Path)


def add_to(bank: click.Group) -> None:
    """Put these commands into the group `bank`."""
    for command in (seal, inspect, receive, unseal, publish):
        bank.add_command(command)


@click.command()
@click.option("--bank", "bank_id", required=True, help="The bank to seal from.")
@click.option("--section", "sections", multiple=True, help="Only this section; again for more.")
@click.option("--title", required=True, help="What custodians read on their slips.")
@click.option("--opens-at", required=True, help="Such as 2026-11-24T07:30+07:00.")
@click.option("--closes-at", required=True, help="Late enough for checking the results.")
@click.option("--threshold", type=int, required=True, help="How many custodians open it.")
@click.option("--custodians", type=int, required=True, help="How many custodians there are.")
@click.option("--out", type=_FILE, required=True, help="The package; it may be copied freely.")
@click.option("--slips", type=_FILE, required=True, help="Directory for the custodians' slips.")
@click.option("--signing-key", type=_FILE, help="Default: sealing.key in the data directory.")
@_BY
@_REASON
@click.pass_obj
def seal(
    state: State,
    bank_id: str,
    sections: tuple[str, ...],
    title: str,
    opens_at: str,
    closes_at: str,
    threshold: int,
    custodians: int,
    out: Path,
    slips: Path,
    signing_key: Path | None,
    by: str | None,
    reason: str,
) -> None:
    """Seal the approved items of a bank into one encrypted package, and print the slips.

    The package shows section, topic, difficulty, kind and the names of options, so that forms can
    be assembled; everything else opens only with enough slips, inside the window. Give each slip
    to one custodian and keep no copy. See docs/sealing.md.
    """
    terms = Terms(bank_id, title, _instant(opens_at), _instant(closes_at), threshold, custodians)
    if out.exists() or (slips.exists() and any(slips.iterdir())):
        raise click.UsageError("--out and --slips must be new, so that nothing is written over")
    seed = _signing_seed(signing_key or state.config().data_dir / "sealing.key")
    database = state.database()
    with database.begin() as db:
        items = [
            item
            for item in custody.drawable(db, bank_id, approved_only=True)
            if not sections or item.section in sections
        ]
        pictures = store.get_pictures(db, items)
        apart = enemies.among(db, bank_id, {item.id for item in items})
        try:
            package, divided = sealing.seal(
                items,
                pictures,
                terms,
                signing_seed=seed,
                now=wall_now(),
                entropy=secrets.token_bytes,
                enemies=apart,
            )
        except ValueError as error:
            raise click.ClickException(f"nothing is sealed: {error}") from error
        custody.record(db, bank_id, _record(package, items, by=person(by), reason=reason))
    _write_private(out, sealing.to_text(package))
    slips.mkdir(mode=0o700, parents=True, exist_ok=True)
    for share in divided:
        _write_private(slips / f"slip-{share.index}.txt", _slip(state, package, share))
    state.say(
        f"{len(items)} items are sealed in {out}; seal {package.seal}\n"
        f"signed with {package.header['signer']}: tell the sites this key by another way\n"
        f"{custodians} slips lie in {slips}: print them, hand them out, delete the files",
        seal=package.seal,
        signer=package.header["signer"],
        items=len(items),
    )


@click.command()
@click.argument("package", type=_FILE)
@click.pass_obj
def inspect(state: State, package: Path) -> None:
    """Check a package and show what may be known of it without opening it."""
    found = _read(package)
    header = found.header
    zone = state.config().language.time_zone
    counts: dict[str, int] = {}
    for item in found.outlines:
        counts[item.section] = counts.get(item.section, 0) + 1
    rows = [
        ("title", header["title"]),
        ("seal", found.seal),
        ("bank", header["bank"]),
        ("items", ", ".join(f"{name} {counts[name]}" for name in sorted(counts))),
        ("opens", i18n.instant(header["opens_at"], "en", zone)),
        ("closes", i18n.instant(header["closes_at"], "en", zone)),
        ("enemies", f"{len(header.get('enemies', ()))} pairs"),
        ("custodians", f"{header['threshold']} of {header['shares']}"),
        ("signed with", header["signer"]),
    ]
    state.show("Sealed package, signature in order", ("what", "value"), rows)


@click.command()
@click.argument("package", type=_FILE)
@click.option("--signer", required=True, help="The key that you were told seals for you.")
@_BY
@_REASON
@click.pass_obj
def receive(state: State, package: Path, signer: str, by: str | None, reason: str) -> None:
    """Take a sealed package into this installation: exams can be planned with it at once."""
    found = _read(package)
    with state.database().begin() as db:
        count = seal_store.receive(
            db, found, signer=signer, by=person(by), reason=reason, now=wall_now()
        )
    state.say(f"{count} sealed items are received; seal {found.seal}", seal=found.seal, items=count)


@click.command()
@click.argument("seal_id", metavar="SEAL")
@click.option("--url", default="http://127.0.0.1:8080", show_default=True, help="The server.")
@click.option("--username", required=True, help="An administrator of that server.")
def unseal(seal_id: str, url: str, username: str) -> None:
    """Open a seal in the running server: the custodians type their slips one after another.

    The same can be done on the page /bank/seals. What is typed is not shown.
    """
    password = click.prompt("password", hide_input=True)
    with seal_client.signed_in(url, username, password) as client:
        while True:
            reply = client.give(seal_id, _prompt_share("next custodian's share"))
            if reply.is_open:
                click.echo("the seal is open; the exam session can start")
                return
            if reply.refusal:
                click.echo(f"refused: {reply.refusal}", err=True)
            else:
                click.echo(f"{reply.given} of {reply.needed} shares are given")


@click.command()
@click.argument("seal_id", metavar="SEAL")
@_BY
@_REASON
@click.pass_obj
def publish(state: State, seal_id: str, by: str | None, reason: str) -> None:
    """Store the items of a seal in clear, after the exam, so that anybody can check the results.

    Needs the custodians once more, and the window to be open still.
    """
    database = state.database()
    with database.connect() as db:
        package = seal_store.get_package(db, seal_id)
    sealing.check_window(package, wall_now())
    given: dict[int, Share] = {}
    while len(given) < package.header["threshold"]:
        share = _typed_share(package)
        if share is not None:
            given[share.index] = share
            click.echo(f"{len(given)} of {package.header['threshold']} shares are given")
    opened = sealing.open_package(package, list(given.values()), now=wall_now())
    with database.begin() as db:
        count = seal_store.publish(
            db, package.seal, opened, by=person(by), reason=reason, now=wall_now()
        )
    state.say(f"{count} items are published", items=count)


def _typed_share(package: Package) -> Share | None:
    try:
        share = shares.from_text(_prompt_share("next custodian's share"))
        sealing.check_share(package, share)
    except (BadShare, sealing.WrongShares) as error:
        click.echo(str(error), err=True)
        return None
    return share


def _prompt_share(words: str) -> str:
    """Six rows, or all of them in one line; nothing is shown."""
    typed: list[str] = []
    whole = shares.ROW_COUNT * (shares.ROW_LENGTH + 1)
    while sum(len("".join(row.split())) for row in typed) < whole:
        typed.append(click.prompt(f"{words}, row {len(typed) + 1}", hide_input=True))
    return " ".join(typed)


def _record(package: Package, items: Sequence[Item], *, by: str, reason: str) -> list[Draft]:
    now = wall_now()
    details = {"seal": package.seal, "signer": package.header["signer"]}
    drafts = [Draft(life.SEALED, by, reason, now, details=details)]
    return drafts + [
        Draft(life.SEALED, by, reason, now, item.ref, details=details) for item in items
    ]


def _read(path: Path) -> Package:
    try:
        return sealing.from_text(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise sealing.BadSeal("this is no sealed package") from error


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"write the time like 2026-11-24T07:30+07:00: {error}") from error
    if moment.tzinfo is None:
        raise click.UsageError(f"the time {text} needs its offset, such as +07:00")
    return int(moment.timestamp() * 1_000)


def _signing_seed(path: Path) -> bytes:
    """The 32 bytes of the signing key; made at the first use, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_private(path, secrets.token_hex(32) + "\n")
    try:
        seed = bytes.fromhex(path.read_text(encoding="utf-8").strip())
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise click.ClickException(f"{path} is no signing key of 64 hexadecimal digits")
    return seed


def _slip(state: State, package: Package, share: Share) -> str:
    header, zone = package.header, state.config().language.time_zone
    return "\n\n".join(
        i18n.text(
            "seals.slip",
            language,
            title=header["title"],
            seal=package.seal,
            index=share.index,
            count=header["shares"],
            threshold=header["threshold"],
            opens_at=i18n.instant(header["opens_at"], language, zone),
            closes_at=i18n.instant(header["closes_at"], language, zone),
            rows=shares.to_text(share).replace("\n", "\n    "),
        )
        for language in i18n.LANGUAGES
    )


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
