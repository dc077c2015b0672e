"""agency, formation, site, profiles: what stands before an exam is planned."""

from collections.abc import Callable

import click
from sqlalchemy import Connection

from cat_engine.cli.console import State, person
from cat_engine.clock import wall_now
from cat_engine.preparation import entries, planning
from cat_engine.preparation.planning import Signature
from exam_sessions import agencies, profiles, sites
from exam_sessions.accommodation import CONTRASTS, DISABILITIES, TEXT_SIZES, TIMERS

BY = click.option("--by", help="Who does it; default: the user of this machine.")


@click.group()
def agency() -> None:
    """Agencies that hire."""


@agency.command("set")
@click.argument("agency_id")
@click.option("--name", required=True)
@BY
@click.pass_obj
def set_agency(state: State, agency_id: str, name: str, by: str | None) -> None:
    """Add an agency, or rename it."""
    read = entries.read_agency({"id": agency_id, "name": name})
    _keep(state, by, lambda db, signed: planning.keep_agency(db, read, signed))
    state.say(f"{agency_id} is stored", id=agency_id)


@agency.command("list")
@click.pass_obj
def list_agencies(state: State) -> None:
    """List the agencies."""
    with state.database().connect() as db:
        rows = [(one.id, one.name) for one in agencies.list_agencies(db)]
    state.show("Agencies", ("id", "name"), rows)


@click.group()
def formation() -> None:
    """Posts that agencies fill."""


@formation.command("set")
@click.argument("formation_id")
@click.option("--agency", "agency_id", required=True)
@click.option("--title", required=True, help="The post.")
@click.option("--location", required=True)
@click.option("--type", "formation_type", default="general", show_default=True)
@click.option("--openings", required=True)
@BY
@click.pass_obj
def set_formation(state: State, /, formation_id: str, by: str | None, **given: str) -> None:
    """Add a formation, or change it."""
    fields = {"id": formation_id, "agency": given.pop("agency_id"), **given}

    def keep(db: Connection, signed: Signature) -> None:
        known = [one.id for one in agencies.list_agencies(db)]
        planning.keep_formation(db, entries.read_formation(fields, known), signed)

    _keep(state, by, keep)
    state.say(f"{formation_id} is stored", id=formation_id)


@formation.command("list")
@click.pass_obj
def list_formations(state: State) -> None:
    """List the formations with their openings."""
    with state.database().connect() as db:
        rows = [
            (one.id, one.agency, one.title, one.location, one.formation_type, one.openings)
            for one in agencies.list_formations(db)
        ]
    state.show("Formations", ("id", "agency", "title", "location", "type", "openings"), rows)


@click.group()
def site() -> None:
    """Places where exams are held, and their rooms."""


@site.command("set")
@click.argument("site_id")
@click.option("--name", required=True)
@click.option("--address", default="")
@click.option("--zone", default="WIB", show_default=True, help="WIB, WITA, WIT, or like +05:30.")
@BY
@click.pass_obj
def set_site(state: State, /, site_id: str, by: str | None, **given: str) -> None:
    """Add a site, or change it."""
    read = entries.read_site({"id": site_id, **given})
    _keep(state, by, lambda db, signed: planning.keep_site(db, read, signed))
    state.say(f"{site_id} is stored", id=site_id)


@site.command("room")
@click.argument("site_id")
@click.argument("room_id")
@click.option("--name", required=True)
@click.option("--rows", required=True)
@click.option("--columns", required=True, help="Seats in a row.")
@click.option("--naming", default="numbers", help="numbers: 1, 2, 3; rows: A1, A2, B1.")
@click.option("--aisles", default="", help="Columns behind which there is an aisle: '4 8'.")
@click.option("--unusable", default="", help="Seats out of use: 'A3 C4'.")
@click.option("--accessible", default="", help="Seats kept, at check-in, for who needs them.")
@BY
@click.pass_obj
def set_room(state: State, /, site_id: str, room_id: str, *, by: str | None, **given: str) -> None:
    """Add a room with its seat plan, or change it."""
    read = entries.read_site_room({"id": room_id, **given}, site_id)

    def keep(db: Connection, signed: Signature) -> None:
        if sites.get_site(db, site_id) is None:
            raise click.ClickException(f"there is no site {site_id}")
        planning.keep_site_room(db, read, signed)

    _keep(state, by, keep)
    usable = len(read.plan.usable)
    state.say(f"{site_id}/{room_id} has {usable} usable seats", usable=usable)


@site.command("list")
@click.pass_obj
def list_sites(state: State) -> None:
    """List the rooms of every site with their usable seats."""
    with state.database().connect() as db:
        rows = [
            (one.id, one.name, entries.zone_of(one.utc_offset_minutes), room.id, room.name,
             len(room.plan.usable))
            for one in sites.list_sites(db)
            for room in sites.list_site_rooms(db, one.id)
        ]  # fmt: skip
    state.show("Sites", ("site", "name", "zone", "room", "room name", "seats"), rows)


@click.group("profiles")
def profiles_group() -> None:
    """Standing profiles of accommodation, which follow a person."""


@profiles_group.command("set")
@click.argument("person_id", metavar="PERSON")
@click.option("--disability", type=click.Choice([one for one in DISABILITIES if one]))
@click.option("--text-size", type=click.Choice(TEXT_SIZES), default="normal", show_default=True)
@click.option("--contrast", type=click.Choice(CONTRASTS), default="normal", show_default=True)
@click.option("--timer", type=click.Choice(TIMERS), default="shown", show_default=True)
@click.option("--break-minutes", default="0", show_default=True, help="With the clock stopped.")
@click.option("--source", required=True, help="What it rests on.")
@click.option("--confirmed-by", required=True, help="Who made sure of it.")
@BY
@click.pass_obj
def set_profile(state: State, /, person_id: str, by: str | None, **given: str | None) -> None:
    """Record the next revision of a person's profile. See docs/roster.md."""
    fields = {name: value or "" for name, value in given.items()} | {"person": person_id}

    def keep(db: Connection, signed: Signature) -> None:
        revision = profiles.next_revision(db, person_id)
        read = entries.read_profile(fields, revision=revision, recorded_at=signed.now)
        planning.keep_profile(db, read, signed)

    _keep(state, by, keep)
    state.say(f"the profile of {person_id} is recorded", person=person_id)


@profiles_group.command("list")
@click.pass_obj
def list_profiles(state: State) -> None:
    """List the profiles that hold."""
    columns = ("person", "revision", "disability", "text_size", "contrast", "timer",
               "break_minutes", "source", "confirmed_by")  # fmt: skip
    with state.database().connect() as db:
        rows = [tuple(getattr(one, name) for name in columns) for one in profiles.list_profiles(db)]
    state.show("Profiles", columns, rows)


def _keep(state: State, by: str | None, store_it: Callable[[Connection, Signature], None]) -> None:
    with state.database().begin() as db:
        store_it(db, Signature(person(by), wall_now()))
