"""What browsers report that the content security policy stopped: counted, with few lines of log.

A page of ours breaks no rule of its own policy. A report is a mistake in a page, an extension of
the browser, or somebody who found a way to put markup where text belongs. Anybody can send a
report, so nothing that was sent is kept: only which directive, of what kind the stopped thing was,
and which of our routes the page was, each from a closed list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from cat_engine import strict_json
from cat_engine.log import Sparse
from cat_engine.metrics import counter_of

if TYPE_CHECKING:
    from cat_engine.hall import Hall

PATH = "/csp-report"
ENDPOINT = "violations.take"
"""Needs no token: browsers send none with a report, and it changes nothing."""
BODY_LIMIT_BYTES = 8 * 1024
REPORTS_LIMIT = 10
"""Of one body; the rest is not looked at."""
DIRECTIVES = frozenset(
    {
        "base-uri",
        "connect-src",
        "default-src",
        "font-src",
        "form-action",
        "frame-ancestors",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "require-trusted-types-for",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "trusted-types",
        "worker-src",
    }
)
WORDS = frozenset(
    {"inline", "eval", "wasm-eval", "data", "blob", "trusted-types-policy", "trusted-types-sink"}
)
OTHER = "other"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Violation:
    """One report, in words of ours alone."""

    directive: str
    blocked: str
    rule: str


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the place that the policy names for reports; it answers nothing to anybody."""
    blueprint = Blueprint("violations", __name__)
    sparse = Sparse()

    @blueprint.post(PATH)
    def take() -> Response:
        for violation in _read(request.get_data()):
            _count(hall, violation)
            left_out = sparse.let_pass(hall.clock())
            if left_out is not None:
                hall.log.warning(
                    "csp_violation",
                    directive=violation.directive,
                    blocked=violation.blocked,
                    rule=violation.rule,
                    left_out=left_out,
                )
        return Response(status=204)

    return blueprint


def _count(hall: Hall, violation: Violation) -> None:
    counter = counter_of(
        hall.metrics,
        "cat_csp_violations",
        "What browsers report that the content security policy stopped, by directive.",
        "directive",
    )
    counter.labels(violation.directive).inc()


def _read(content: bytes) -> list[Violation]:
    """The reports of either form that browsers send; of what is neither, none."""
    try:
        sent = strict_json.loads(content.decode())
    except ValueError:
        return []
    reports = sent[:REPORTS_LIMIT] if isinstance(sent, list) else [sent]
    bodies = [one.get("csp-report", one.get("body")) for one in reports if isinstance(one, dict)]
    return [_violation(body) for body in bodies if isinstance(body, dict)]


def _violation(body: Json) -> Violation:
    named = _text(body, "effective-directive", "effectiveDirective", "violated-directive")
    directive = named.partition(" ")[0]
    return Violation(
        directive if directive in DIRECTIVES else OTHER,
        _blocked(_text(body, "blocked-uri", "blockedURL")),
        _rule(_text(body, "document-uri", "documentURL")),
    )


def _blocked(uri: str) -> str:
    """Of what kind the stopped thing was: a word of the standard, one of ours, or elsewhere."""
    word = uri.partition(":")[0]
    if word in WORDS:
        return word
    try:
        return "self" if urlsplit(uri).netloc == request.host else "elsewhere"
    except ValueError:
        return OTHER


def _rule(uri: str) -> str:
    """The route of the page that reports, as the program knows it."""
    try:
        adapter = current_app.url_map.bind("")
        rule, _ = adapter.match(urlsplit(uri).path, method="GET", return_rule=True)
    except (HTTPException, ValueError):
        return ""
    return str(rule.rule)


def _text(body: Json, *names: str) -> str:
    for name in names:
        value = body.get(name)
        if isinstance(value, str):
            return value
    return ""
