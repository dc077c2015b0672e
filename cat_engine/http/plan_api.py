"""The handlers of the API's routes about agencies, formations, sites, profiles and acts.

They read and store through the functions of the pages and the commands: one road for all three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, jsonify, request
from sqlalchemy import Connection

from cat_engine.accounts.access import Act
from cat_engine.http import fields, planner, signing_in, standing
from cat_engine.preparation import entries, planning
from cat_engine.preparation.entries import BadEntry
from cat_engine.preparation.fault import Fault
from cat_engine.preparation.planning import Signature
from exam_sessions import agencies, sites
from exam_sessions.profile_reach import Place
from exam_sessions.profiles import Profile
from exam_sessions.sites import Site, SiteRoom

if TYPE_CHECKING:
    from cat_engine.hall import Hall

POSITION_LIMIT = 10**12

Handler = Callable[..., Response]
Json = dict[str, Any]
Done = TypeVar("Done")


def handlers(hall: Hall) -> dict[str, Handler]:
    """Give a handler for every route of `plan_routes` that is about no exam."""
    return {**_agencies(hall), **_sites(hall), **_profiles(hall), **_acts(hall)}


def store_it(hall: Hall, work: Callable[[Connection, Signature], Done]) -> Done:
    """Store something in one transaction with its act, signed by who is signed in.

    Raises:
        Faulty: with every mistake; nothing was stored.
    """
    signed = planner.signature(hall, signing_in.require(hall, Act.PLAN_EXAMS))
    return planner.write(hall, lambda db: work(db, signed))


def _agencies(hall: Hall) -> dict[str, Handler]:
    def plan_agencies() -> Response:
        rows = planner.read(hall, agencies.list_agencies)
        return jsonify({"agencies": [asdict(one) for one in rows]})

    def plan_agency(agency: str) -> Response:
        found, own = standing.find_agency(hall, agency)
        return jsonify(asdict(found) | {"formations": [asdict(one) for one in own]})

    def save_agency(agency: str) -> Response:
        read = entries.read_agency(_given("name") | {"id": agency})
        store_it(hall, lambda db, signed: planning.keep_agency(db, read, signed))
        return plan_agency(agency)

    def plan_formations() -> Response:
        rows = planner.read(hall, agencies.list_formations)
        return jsonify({"formations": [asdict(one) for one in rows]})

    def plan_formation(formation: str) -> Response:
        return jsonify(asdict(standing.find_formation(hall, formation)))

    def save_formation(formation: str) -> Response:
        given = _given(*_without_id(entries.FORMATION_FIELDS)) | {"id": formation}

        def keep(db: Connection, signed: Signature) -> None:
            known = [one.id for one in agencies.list_agencies(db)]
            planning.keep_formation(db, entries.read_formation(given, known), signed)

        store_it(hall, keep)
        return plan_formation(formation)

    return {
        "plan_agencies": plan_agencies,
        "plan_agency": plan_agency,
        "save_agency": save_agency,
        "plan_formations": plan_formations,
        "plan_formation": plan_formation,
        "save_formation": save_formation,
    }


def _sites(hall: Hall) -> dict[str, Handler]:
    def plan_sites() -> Response:
        rows = planner.read(hall, sites.list_sites)
        return jsonify({"sites": [_site(one) for one in rows]})

    def plan_site(site: str) -> Response:
        found, rooms = standing.find_site(hall, site)
        return jsonify(_site(found) | {"rooms": [_room(one) for one in rooms]})

    def save_site(site: str) -> Response:
        read = entries.read_site(_given(*_without_id(entries.SITE_FIELDS)) | {"id": site})
        store_it(hall, lambda db, signed: planning.keep_site(db, read, signed))
        return plan_site(site)

    def plan_room(site: str, room: str) -> Response:
        return jsonify(_room(standing.find_room(hall, site, room)))

    def save_room(site: str, room: str) -> Response:
        standing.find_site(hall, site)
        given = _given(*_without_id(entries.ROOM_FIELDS)) | {"id": room}
        read = entries.read_site_room(given, site)
        store_it(hall, lambda db, signed: planning.keep_site_room(db, read, signed))
        return plan_room(site, room)

    return {
        "plan_sites": plan_sites,
        "plan_site": plan_site,
        "save_site": save_site,
        "plan_room": plan_room,
        "save_room": save_room,
    }


def _profiles(hall: Hall) -> dict[str, Handler]:
    def plan_profiles() -> Response:
        person = request.args.get("person")
        if person is None:
            rows: list[Profile] = standing.list_profiles(hall)
            places: list[Place] = []
        else:
            rows, places = standing.profile_of(hall, person)
        return jsonify(
            {"profiles": [asdict(one) for one in rows], "places": list(map(asdict, places))}
        )

    def record_profile() -> Response:
        profile, places = standing.record_profile(hall, _given(*entries.PROFILE_FIELDS))
        return jsonify(asdict(profile) | {"places": [asdict(one) for one in places]})

    return {"plan_profiles": plan_profiles, "record_profile": record_profile}


def _acts(hall: Hall) -> dict[str, Handler]:
    def plan_acts() -> Response:
        asked = request.args.get("before")
        before = None if asked is None else fields.counter("before", asked, limit=POSITION_LIMIT)
        acts = standing.newest_acts(hall, before=before)
        return jsonify({"acts": [{**asdict(one), "details": dict(one.details)} for one in acts]})

    return {"plan_acts": plan_acts}


def _site(site: Site) -> Json:
    return asdict(site) | {"zone": entries.zone_of(site.utc_offset_minutes)}


def _room(room: SiteRoom) -> Json:
    """A room as `save_room` takes it, with every seat of its plan."""
    made = entries.plan_fields(room.plan)
    return {
        "site": room.site,
        "id": room.id,
        "name": room.name,
        "rows": int(made["rows"]),
        "columns": int(made["columns"]),
        "naming": made["naming"],
        "aisles": [int(column) for column in made["aisles"].split()],
        "unusable": made["unusable"].split(),
        "accessible": made["accessible"].split(),
        "usable_count": len(room.plan.usable),
        "seats": [asdict(seat) for seat in room.plan.seats],
    }


def _without_id(names: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of a body whose address has the identifier."""
    return tuple(name for name in names if name != "id")


def _given(*names: str) -> dict[str, str]:
    """These fields of the body as a form gives them; what is missing is found where it is read.

    Whole numbers are written out, and the words of lists separated by spaces.

    Raises:
        BadEntry: a value is neither text nor whole number, nor a list of them.
    """
    texts: dict[str, str] = {}
    faults = []
    for name, value in fields.json_fields(optional=names).items():
        words = value if isinstance(value, list) else [value]
        if all(isinstance(one, str) or type(one) is int for one in words):
            texts[name] = " ".join(str(one) for one in words)
        else:
            faults.append(Fault("no_text", {"key": name}, key=name))
    if faults:
        raise BadEntry(faults)
    return texts
