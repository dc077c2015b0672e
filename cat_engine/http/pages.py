"""Drawing pages: language of the request, who is signed in, texts and addresses for templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from flask import Flask, Response, g, make_response, redirect, render_template, request
from jinja2 import StrictUndefined
from werkzeug.http import parse_cookie

from cat_engine import i18n
from cat_engine.accounts.access import Act, Target, may
from cat_engine.accounts.login import login_of
from cat_engine.accounts.user import Login
from cat_engine.http import assets, forms

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def redirect_to(target: str) -> Response:
    """Send the browser to another page, to be read with GET."""
    response = redirect(target, 303)
    assert isinstance(response, Response)
    return response


def install(app: Flask) -> None:
    """Set the templates up: nothing undefined, no stray blank lines."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def language_of_request(hall: Hall) -> i18n.Language:
    """Give the language: asked for in the address, else kept in the cookie, else the server's."""
    return language_of_environ(hall, request.environ)


def language_of_environ(hall: Hall, environ: Mapping[str, Any]) -> i18n.Language:
    """Give the language of a WSGI request, for sockets that have nothing else."""
    asked = parse_qs(environ.get("QUERY_STRING", "")).get("lang", [""])[0]
    try:
        kept = parse_cookie(dict(environ)).get(i18n.LANGUAGE_COOKIE)
    except UnicodeError:  # a cookie that is not UTF-8 is none of ours
        kept = None
    default = i18n.as_language(hall.config.language.default)
    return i18n.as_language(asked) or i18n.as_language(kept) or default or "id"


def current_login(hall: Hall) -> Login | None:
    """Give who sends the request being answered; looked up once per request."""
    if "login" not in g:
        g.login = login_of(hall, request.environ)
    login: Login | None = g.login
    return login


def may_now(hall: Hall, act: Act, target: Target = None) -> bool:
    """Say whether who sends this request may do this."""
    return may(current_login(hall), act, target)


def render(hall: Hall, template: str, *, status: int = 200, **values: Any) -> Response:
    """Draw a page in the language of the request."""
    language = language_of_request(hall)

    def t(key: str, **words: object) -> str:
        return i18n.text(key, language, **words)

    def when(at_ms: int) -> str:
        return i18n.instant(at_ms, language, hall.config.language.time_zone)

    def clock(at_ms: int) -> str:
        return i18n.time_of_day(at_ms, hall.config.language.time_zone)

    body = render_template(
        template,
        t=t,
        when=when,
        clock=clock,
        language=language,
        languages=[(other, _address_in(other)) for other in i18n.LANGUAGES],
        login=current_login(hall),
        asset_url=assets.asset_url,
        csrf_token=lambda: forms.csrf_token(hall),
        **values,
    )
    return make_response(body, status)


def _address_in(language: str) -> str:
    """Give the address of this page in that language; home for what only takes a POST."""
    if request.method != "GET" and request.path not in ("/login", "/staff", "/logout"):
        return f"/?lang={language}"
    arguments = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    # What cannot be written back as UTF-8 is nothing a link should repeat.
    query = urlencode([*arguments, ("lang", language)], errors="replace")
    return f"{request.path}?{query}"
