"""The administrator's pages of what stands: agencies, formations, sites, rooms, profiles, acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from cat_engine import i18n
from cat_engine.accounts.access import Act
from cat_engine.accounts.user import Login
from cat_engine.http import pages, planner, signing_in, standing
from cat_engine.http.errors import Problem
from cat_engine.http.filled_form import Filled, posted
from cat_engine.http.proctor import to_staff_login
from cat_engine.preparation import entries, planning
from cat_engine.preparation.fault import Faulty
from exam_sessions import agencies, profiles, sites, store
from question_bank import store as bank_store

if TYPE_CHECKING:
    from cat_engine.hall import Hall

ACT_LIMIT = 200


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages below /plan that are about no exam."""
    blueprint = Blueprint("plan", __name__)
    admit_planners(hall, blueprint)

    @blueprint.get("/plan")
    def overview() -> Response:
        counts = planner.read(hall, _counts)
        return pages.render(hall, "plan.html", counts=counts)

    @blueprint.get("/plan/acts")
    def acts() -> Response:
        rows = standing.newest_acts(hall, limit=ACT_LIMIT)
        language = pages.language_of_request(hall)

        def kind_text(kind: str) -> str:
            return i18n.text(f"plan_act.{kind}", language) if i18n.has(f"plan_act.{kind}") else kind

        return pages.render(hall, "plan_acts.html", acts=rows, kind_text=kind_text)

    _add_agencies(hall, blueprint)
    _add_sites(hall, blueprint)
    _add_profiles(hall, blueprint)
    return blueprint


def admit_planners(hall: Hall, blueprint: Blueprint) -> None:
    """Let nobody onto these pages who may not plan exams; no page can forget it."""

    def admit() -> Response | None:
        if pages.current_login(hall) is None and request.method == "GET":
            return to_staff_login(request.path)
        signing_in.require(hall, Act.PLAN_EXAMS)
        return None

    blueprint.before_request(admit)


def store_entry(
    hall: Hall, given: dict[str, str], store_it: Callable[[Connection, planning.Signature], None]
) -> Filled | None:
    """Store what was filled in; the form with its mistakes when it cannot be."""
    signed = planner.signature(hall, _login(hall))
    try:
        planner.write(hall, lambda db: store_it(db, signed))
    except Faulty as bad:
        return Filled(given, bad.faults, pages.language_of_request(hall))
    return None


def _add_agencies(hall: Hall, blueprint: Blueprint) -> None:
    def page(filled: Filled | None = None) -> Response:
        rows = planner.read(hall, _agency_rows)
        return _render(hall, "plan_agencies.html", filled, rows=rows)

    def agency_page(agency_id: str, filled: Filled | None = None) -> Response:
        agency, rows = standing.find_agency(hall, agency_id)
        chosen = next((one for one in rows if one.id == request.args.get("change")), None)
        return _render(
            hall, "plan_agency.html", filled, agency=agency, formations=rows, chosen=chosen
        )

    blueprint.add_url_rule("/plan/agencies", "agencies", page)
    blueprint.add_url_rule("/plan/agencies/<agency_id>", "agency", agency_page)

    @blueprint.post("/plan/agencies")
    def add_agency() -> Response:
        given = posted(*entries.AGENCY_FIELDS)
        bad = store_entry(
            hall,
            given,
            lambda db, signed: planning.keep_agency(
                db, entries.read_agency(given), signed, is_new=True
            ),
        )
        return page(bad) if bad else pages.redirect_to(f"/plan/agencies/{given['id']}")

    @blueprint.post("/plan/agencies/<agency_id>")
    def save_formation(agency_id: str) -> Response:
        given = posted(*entries.FORMATION_FIELDS, "act") | {"agency": agency_id}

        def keep(db: Connection, signed: planning.Signature) -> None:
            known = [one.id for one in agencies.list_agencies(db)]
            formation = entries.read_formation(given, known)
            planning.keep_formation(db, formation, signed, is_new=given["act"] != "change")

        bad = store_entry(hall, given, keep)
        return agency_page(agency_id, bad) if bad else _done(f"/plan/agencies/{agency_id}")


def _add_sites(hall: Hall, blueprint: Blueprint) -> None:
    def page(filled: Filled | None = None) -> Response:
        rows = planner.read(hall, _site_rows)
        return _render(hall, "plan_sites.html", filled, rows=rows, zones=tuple(entries.OFFSETS))

    def site_page(site_id: str, filled: Filled | None = None) -> Response:
        site, rooms = standing.find_site(hall, site_id)
        chosen = next((one for one in rooms if one.id == request.args.get("change")), None)
        usual = {"id": chosen.id, "name": chosen.name} if chosen else {}
        return _render(
            hall,
            "plan_site.html",
            filled,
            site=site,
            zone=entries.zone_of(site.utc_offset_minutes),
            rooms=rooms,
            chosen=chosen,
            usual=usual | entries.plan_fields(chosen.plan) if chosen else {},
        )

    blueprint.add_url_rule("/plan/sites", "sites", page)
    blueprint.add_url_rule("/plan/sites/<site_id>", "site", site_page)

    @blueprint.post("/plan/sites")
    def add_site() -> Response:
        given = posted(*entries.SITE_FIELDS)
        bad = store_entry(
            hall,
            given,
            lambda db, signed: planning.keep_site(
                db, entries.read_site(given), signed, is_new=True
            ),
        )
        return page(bad) if bad else pages.redirect_to(f"/plan/sites/{given['id']}")

    @blueprint.post("/plan/sites/<site_id>")
    def save_room(site_id: str) -> Response:
        given = posted(*entries.ROOM_FIELDS, "act")

        def keep(db: Connection, signed: planning.Signature) -> None:
            if sites.get_site(db, site_id) is None:
                raise Problem("not_found")
            room = entries.read_site_room(given, site_id)
            planning.keep_site_room(db, room, signed, is_new=given["act"] != "change")

        bad = store_entry(hall, given, keep)
        return site_page(site_id, bad) if bad else _done(f"/plan/sites/{site_id}")


def _add_profiles(hall: Hall, blueprint: Blueprint) -> None:
    def page(filled: Filled | None = None) -> Response:
        asked = request.args.get("person", "").strip()[: standing.PERSON_LIMIT]
        history, places = standing.profile_of(hall, asked) if asked else ([], [])
        return _render(
            hall,
            "plan_people.html",
            filled,
            rows=standing.list_profiles(hall),
            history=history,
            places=places,
            asked=asked,
        )

    blueprint.add_url_rule("/plan/people", "people", page)

    @blueprint.post("/plan/people")
    def save_profile() -> Response:
        given = posted(*entries.PROFILE_FIELDS)
        try:
            profile, _places = standing.record_profile(hall, given)
        except Faulty as bad:
            return page(Filled(given, bad.faults, pages.language_of_request(hall)))
        asked = urlencode({"person": profile.person, "done": "yes"})
        return pages.redirect_to(f"/plan/people?{asked}")


def _render(hall: Hall, template: str, filled: Filled | None, **values: object) -> Response:
    done = request.args.get("done") == "yes" and filled is None
    return pages.render(
        hall,
        template,
        status=400 if filled else 200,
        filled=filled or Filled(),
        done=done,
        **values,
    )


def _done(path: str) -> Response:
    return pages.redirect_to(f"{path}?done=yes")


def _login(hall: Hall) -> Login:
    return signing_in.require(hall, Act.PLAN_EXAMS)


def _counts(db: Connection) -> dict[str, int]:
    everywhere = [sites.list_site_rooms(db, site.id) for site in sites.list_sites(db)]
    return {
        "agencies": len(agencies.list_agencies(db)),
        "formations": len(agencies.list_formations(db)),
        "sites": len(everywhere),
        "rooms": sum(map(len, everywhere)),
        "seats": sum(len(room.plan.usable) for rooms in everywhere for room in rooms),
        "items": sum(count for _, _, count in bank_store.list_banks(db)),
        "exams": len(store.list_exams(db)),
        "sessions": len(store.list_sessions(db)),
        "enrolled": sum(store.count_enrolments(db).values()),
        "forms": sum(store.count_forms(db).values()),
        "profiles": len(profiles.list_profiles(db)),
    }


def _agency_rows(db: Connection) -> list[tuple[agencies.Agency, int, int]]:
    every = agencies.list_formations(db)
    rows = []
    for agency in agencies.list_agencies(db):
        own = [one for one in every if one.agency == agency.id]
        rows.append((agency, len(own), sum(one.openings for one in own)))
    return rows


def _site_rows(db: Connection) -> list[tuple[sites.Site, str, int, int]]:
    rows = []
    for site in sites.list_sites(db):
        rooms = sites.list_site_rooms(db, site.id)
        seats = sum(len(room.plan.usable) for room in rooms)
        rows.append((site, entries.zone_of(site.utc_offset_minutes), len(rooms), seats))
    return rows
