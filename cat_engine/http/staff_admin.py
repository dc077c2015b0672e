"""The administrator's pages of staff: list, add, change, help somebody in again, and the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act
from cat_engine.accounts.management import OwnAccount, ReservedName, StaffExists, UnknownStaff
from cat_engine.http import fields, pages, signing_in, staffing
from cat_engine.http.errors import STATUS_OF_CODE, Problem, as_problem, message
from cat_engine.http.proctor import to_staff_login

if TYPE_CHECKING:
    from cat_engine.hall import Hall

REFUSALS = (Problem, OwnAccount, ReservedName, StaffExists, UnknownStaff)
POSITION_LIMIT = 10**12
ROLE_ORDER = ("proctor", "administrator", "author", "reviewer")


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages below /admin/staff, for administrators alone."""
    blueprint = Blueprint("staff_admin", __name__)

    @blueprint.get("/admin/staff")
    def everybody() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/admin/staff")
        signing_in.require(hall, Act.MANAGE_STAFF)
        return _list_page(hall)

    @blueprint.post("/admin/staff")
    def add() -> Response:
        login = signing_in.require(hall, Act.MANAGE_STAFF)
        given = fields.form_fields("username", "name", "role", "rooms")
        try:
            username = fields.username(given["username"])
            wanted = _wanted(hall, given)
            password = staffing.add(hall, login, username, wanted)
        except REFUSALS as refusal:
            return _list_page(hall, refusal, typed=dict(given))
        return _person_page(hall, username, first_password=password)

    _add_person(hall, blueprint)
    _add_record(hall, blueprint)
    return blueprint


def _add_person(hall: Hall, blueprint: Blueprint) -> None:
    @blueprint.get("/admin/staff/<username>")
    def person(username: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/admin/staff")
        signing_in.require(hall, Act.MANAGE_STAFF)
        return _person_page(hall, username)

    @blueprint.post("/admin/staff/<username>")
    def change(username: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_STAFF)
        given = fields.form_fields("name", "role", "rooms")
        try:
            staffing.change(hall, login, username, _wanted(hall, given))
        except REFUSALS as refusal:
            return _person_page(hall, username, refusal, typed=dict(given))
        return pages.redirect_to(f"/admin/staff/{username}?done=change")

    @blueprint.post("/admin/staff/<username>/act")
    def act(username: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_STAFF)
        given = fields.form_fields("act")
        try:
            chosen = fields.one_of("act", given["act"], frozenset(staffing.ACTS))
            password = staffing.act_on(hall, login, username, chosen)
        except REFUSALS as refusal:
            return _person_page(hall, username, refusal)
        if password is not None:
            return _person_page(hall, username, first_password=password)
        place = "" if chosen == "remove" else f"/{username}"
        return pages.redirect_to(f"/admin/staff{place}?done={chosen}")


def _add_record(hall: Hall, blueprint: Blueprint) -> None:
    @blueprint.get("/admin/staff-record")
    def record() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/admin/staff-record")
        signing_in.require(hall, Act.MANAGE_STAFF)
        asked = request.args.get("before")
        before = None if asked is None else fields.counter("before", asked, limit=POSITION_LIMIT)
        acts = staffing.read_record(hall, before=before)
        return pages.render(hall, "staff_record.html", acts=acts, rows=staffing.RECORD_ROWS)


def _wanted(hall: Hall, given: Any) -> staffing.Wanted:
    return staffing.wanted(
        hall, name=given["name"], role=given["role"], rooms=given["rooms"].split("\n")
    )


def _list_page(
    hall: Hall, refusal: Exception | None = None, *, typed: dict[str, str] | None = None
) -> Response:
    return _page(
        hall,
        "staff_list.html",
        refusal,
        people=staffing.list_members(hall),
        typed=typed or {"username": "", "name": "", "role": "proctor", "rooms": ""},
        hours=hall.config.staff.first_password_hours,
    )


def _person_page(
    hall: Hall,
    username: str,
    refusal: Exception | None = None,
    *,
    typed: dict[str, str] | None = None,
    first_password: str = "",
) -> Response:
    member = staffing.find_member(hall, username)
    rooms = "" if member.rooms == ["*"] else "\n".join(member.rooms)
    return _page(
        hall,
        "staff_person.html",
        refusal,
        member=member,
        typed=typed or {"name": member.name, "role": member.role, "rooms": rooms},
        first_password=first_password,
        is_self=member.username == signing_in.require(hall, Act.MANAGE_STAFF).user,
    )


def _page(hall: Hall, template: str, refusal: Exception | None, **values: Any) -> Response:
    """Draw a page of staff, with what was wrong and at which field."""
    done = request.args.get("done", "")
    common: dict[str, Any] = {
        "roles": ROLE_ORDER,
        "known_rooms": staffing.known_rooms(hall),
        "done": done if done in (*staffing.ACTS, "change") else "",
    }
    if refusal is None:
        return pages.render(hall, template, message="", field="", **common, **values)
    problem = as_problem(refusal)
    sentence = message(problem.code, pages.language_of_request(hall), **problem.values)
    about = "username" if problem.code == "staff_exists" else ""
    field = problem.values.get("field") or problem.values.get("about") or about
    status = STATUS_OF_CODE[problem.code]
    return pages.render(
        hall, template, status=status, message=sentence, field=field, **common, **values
    )
