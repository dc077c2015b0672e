"""Walking every address of the program, for tests of what must never be seen."""

import json
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import cast

from flask import Flask

from cat_engine import config
from cat_engine.app import PAGES_FOR_ALL, PAGES_OF_THE_HALL
from cat_engine.hall import Hall
from tests.cast import EXAM_SESSION
from tests.integration.server import ServerProcess

VALUES = {
    "exam_session": EXAM_SESSION,
    "digest": "0" * 64,
    "extension": "svg",
    "kind": "json",
    "filename": "pages.css",
    "path": "pages.css",
    "seal": "0" * 32,
    "bank": "small",
    "item": "twk-001",
    "version": "1",
    "token": "x",
    "name": "a.svg",
    "agency": "solo",
    "agency_id": "solo",
    "site_id": "manahan",
    "exam_id": f"exam-{EXAM_SESSION}",
    "challenge": "old",
    "code": "ABCDEFGH",
    "grade": "public",
    "formation": "analis",
    "site": "manahan",
    "room": "utama",
    "exam": f"exam-{EXAM_SESSION}",
    "person": "P-1",
    "username": "citra",
}


def every_path() -> list[str]:
    """Every address of the program, so that a new route cannot be forgotten."""
    app = Flask("walk")
    hall = cast("Hall", SimpleNamespace(engine=object(), config=config.load(), faces={}))
    for module in PAGES_FOR_ALL + PAGES_OF_THE_HALL:
        app.register_blueprint(module.make_blueprint(hall))
    paths = [
        rule.build({name: VALUES[name] for name in rule.arguments})[1]  # type: ignore[index]
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    ]
    assert len(paths) > 20
    return paths


def fetch(server: ServerProcess, path: str, cookie: str) -> bytes:
    """What a role gets at an address: body and headers."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        assert response.status < 500, path
        # A stream does not end: what it has to say at once is read.
        is_stream = response.headers.get_content_type() == "text/event-stream"
        body = response.read1(1_000_000) if is_stream else response.read()
        response.close()
        return body + str(response.headers).encode()
    finally:
        connection.close()


def as_bytes(message: object) -> bytes:
    """A message as it goes over the line, roughly."""
    return json.dumps(message, ensure_ascii=False).encode()
