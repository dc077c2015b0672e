"""Is it alive, is it ready, and its figures: for machines that watch the server."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from cat_engine.http import exams
from cat_engine.http.errors import Problem

if TYPE_CHECKING:
    from cat_engine.hall import Hall


PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /healthz, /readyz and /metrics."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @blueprint.get("/readyz")
    def ready() -> Response:
        if exams.is_accepting(hall):
            return Response("ready\n", mimetype="text/plain")
        return Response("not accepting\n", status=503, mimetype="text/plain")

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not hall.config.server.metrics_public and not _is_local():
            raise Problem("not_found")
        return Response(generate_latest(hall.metrics), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _is_local() -> bool:
    """Say whether this machine itself asks; what a proxy passes on comes from elsewhere."""
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
