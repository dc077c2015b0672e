"""Headers on every answer, and the checks every change has to pass before it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from cat_engine import i18n
from cat_engine.accounts.access import Act
from cat_engine.http import assets, forms, pages, uploads, violations
from cat_engine.http.errors import Problem
from cat_engine.visitor import is_own_origin

if TYPE_CHECKING:
    from cat_engine.hall import Hall

BODY_LIMIT_BYTES = 64 * 1024
UPLOAD_PATH = "/bank/import"
UPLOAD_LIMIT_BYTES = 21 * 1024 * 1024
"""Of whoever may import items, and of nobody else: a file of 20 MB with the form around it."""
WRITING_PATHS = ("/api/v1/bank/check", "/api/v1/bank/items/", "/api/v1/bank/media")
ITEM_LIMIT_BYTES = 2 * 1024 * 1024
MEDIUM_LIMIT_BYTES = 12 * 1024 * 1024
"""Of whoever may write items: the longest item, and a recording of 8 MB as base64."""
ROSTER_ENDPOINTS = frozenset({"plan_session.upload", "api.import_roster"})
ROSTER_LIMIT_BYTES = 51 * 1024 * 1024
"""Of whoever may plan exams: a roster of 50 MB with the form around it."""
OUTBOX_ENDPOINT = "outboxes.bring_file"
OUTBOX_LIMIT_BYTES = 1024 * 1024
"""Of staff of halls: the answers of one workstation that was cut off."""
FORM_PARTS_LIMIT = 20
YEAR_S = 365 * 24 * 3600
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REQUESTED_WITH = "cat-engine"

# Small pictures of the front end's style sheets are built in as data: addresses.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    # No text becomes markup or script by itself, whatever mistake a page makes.
    "require-trusted-types-for 'script'; trusted-types 'none'; "
    # By its older name: the newer `report-to` works over https alone, and hides this one.
    f"report-uri {violations.PATH}"
)

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # Not "no-referrer": with it a browser sends "Origin: null" with our own forms.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": (
            "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), "
            "payment=(), serial=(), hid=()"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Permitted-Cross-Domain-Policies": "none",
    }
)


def install(app: Flask, hall: Hall) -> None:
    """Bound bodies, check every change, and put the headers on every answer."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT_BYTES
    app.config["MAX_FORM_PARTS"] = FORM_PARTS_LIMIT

    def before() -> None:
        if request.path == UPLOAD_PATH and pages.may_now(hall, Act.IMPORT_ITEMS):
            request.max_content_length = UPLOAD_LIMIT_BYTES
        if request.path.startswith(WRITING_PATHS) and pages.may_now(hall, Act.WRITE_ITEMS):
            is_medium = request.path == WRITING_PATHS[-1]
            request.max_content_length = MEDIUM_LIMIT_BYTES if is_medium else ITEM_LIMIT_BYTES
        if request.endpoint in ROSTER_ENDPOINTS and pages.may_now(hall, Act.PLAN_EXAMS):
            request.max_content_length = ROSTER_LIMIT_BYTES
        if request.endpoint == OUTBOX_ENDPOINT and pages.may_now(hall, Act.LIST_EXAM_SESSIONS):
            request.max_content_length = OUTBOX_LIMIT_BYTES
            request.max_form_memory_size = OUTBOX_LIMIT_BYTES
        if request.endpoint == violations.ENDPOINT:
            request.max_content_length = violations.BODY_LIMIT_BYTES
        elif request.method not in SAFE_METHODS and request.routing_exception is None:
            check_change(hall)
            uploads.check_files(hall)

    def after(response: Response) -> Response:
        return _finish(hall, response)

    app.before_request(before)
    app.after_request(after)


def check_change(hall: Hall) -> None:
    """Refuse a change that another site could have sent in a visitor's name.

    Every request that is not a GET comes through here, so a new route cannot forget it; only the
    reports of browsers, which change nothing and carry no token, do not.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Problem("cross_site")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_ours(hall, origin):
        raise Problem("cross_site")
    if request.path.startswith("/api/"):
        if request.headers.get("X-Requested-With") != REQUESTED_WITH:
            raise Problem("header_missing")
    elif not forms.is_genuine(hall, request.form.get("csrf_token", "")):
        raise Problem("form_expired")


def _is_ours(hall: Hall, origin: str) -> bool:
    return is_own_origin(origin, request.host, hall.config.server.public_url)


def _finish(hall: Hall, response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if hall.config.server.cookie_secure:
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={YEAR_S}; includeSubDomains"
        )
    _set_caching(response)
    visit = forms.new_visit()
    if visit is not None:
        response.set_cookie(
            forms.visit_cookie_name(hall),
            visit,
            httponly=True,
            samesite="Strict",
            secure=hall.config.server.cookie_secure,
        )
    _keep_language(hall, response)
    return response


def _set_caching(response: Response) -> None:
    """Keep forever what is named after its content, and nothing that did not say it may be kept."""
    ok = response.status_code in (200, 206, 304)
    if ok and assets.is_immutable(request.path, request.args.get("v")):
        response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    elif request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")


def _keep_language(hall: Hall, response: Response) -> None:
    language = i18n.as_language(request.args.get("lang"))
    if language is not None and response.mimetype == "text/html":
        response.set_cookie(
            i18n.LANGUAGE_COOKIE,
            language,
            max_age=YEAR_S,
            httponly=True,
            samesite="Lax",
            secure=hall.config.server.cookie_secure,
        )
