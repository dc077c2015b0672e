"""Walking up to every route and every event as every role, and what happened there."""

import json
import re
from collections import defaultdict
from http.client import HTTPConnection, HTTPMessage
from typing import Any, NamedTuple
from urllib.parse import urlencode

from cat_engine.rehearsal.line import LineDown, open_line
from tests.cast import ANI, BUDI, CITRA, PASSWORD, PIN
from tests.integration.access.building import (
    CICI,
    DONO,
    EVENING,
    HANI,
    KIKI,
    MORNING,
    NOON,
    Building,
)

Json = dict[str, Any]

OBJECTS = {"own": MORNING, "other": EVENING, "door": NOON, "nowhere": "nowhere"}
VALUES = {
    "digest": "0" * 64,
    "extension": "svg",
    "kind": "csv",
    "grade": "public",
    "filename": "pages.css",
    "bank": "small",
    "item": "twk-001",
    "version": "1",
    "token": "x",
    "name": "a.svg",
    "seal": "0" * 32,
    "challenge": "old",
    "username": HANI,
    "code": "ABCDEFGH",
}
BODIES: dict[str, Json] = {
    "POST /login": {"participant_no": BUDI, "pin": PIN},
    "POST /staff": {"username": CITRA, "password": PASSWORD},
    "POST /bank/items/<bank>/<item>/<int:version>/act": {"act": "submitted", "reason": "siap"},
    "POST /bank/items/<bank>/<item>/<int:version>/comment": {"text": "opsi B?"},
    "POST /bank/items/<bank>/<item>/<int:version>/enemies": {
        "act": "parted",
        "other": "twk-002",
        "why": "mirip",
    },
    "POST /api/v1/bank/items/<bank>/<item>/enemies": {
        "act": "parted",
        "other": "twk-002",
        "reason": "mirip",
    },
    "POST /bank/import": {},
    "POST /plan/agencies": {"id": "solo", "name": "Kota Surakarta"},
    "POST /plan/agencies/<agency_id>": {"id": "analis", "act": "add"},
    "POST /plan/sites": {"id": "manahan", "name": "Manahan", "zone": "WIB"},
    "POST /plan/sites/<site_id>": {"id": "utama", "act": "add"},
    "POST /plan/people": {"person": "P-1", "source": "surat", "confirmed_by": "dewi"},
    "POST /plan/exams/<exam_id>/sessions": {"date": "2026-11-24", "times": "08.00"},
    "POST /plan/sessions/<exam_session>/pins": {"participant_no": "x", "reason": "macet"},
    "POST /api/v1/plan/sessions/<exam_session>/pins": {"participant_no": "x", "reason": "macet"},
    "POST /plan/sessions/<exam_session>/roster/<token>": {"act": "discard"},
    "POST /bank/import/<token>": {"act": "discard"},
    "POST /bank/seals/<seal>": {"share": "ABCD"},
    "POST /admin/staff": {"username": "baru", "name": "Baru", "role": "author", "rooms": ""},
    "POST /admin/staff/<username>": {"name": "Hani", "role": "author", "rooms": ""},
    "POST /admin/staff/<username>/act": {"act": "logins"},
    "POST /api/v1/staff": {"username": "segar", "name": "Segar", "role": "author", "rooms": []},
    "POST /api/v1/staff/<username>": {"name": "Hani", "role": "author", "rooms": []},
    "POST /api/v1/staff/<username>/acts": {"act": "logins"},
    "POST /api/v1/bank/items/<bank>/<item>/acts": {
        "version": 1,
        "act": "submitted",
        "reason": "siap",
    },
    "POST /api/v1/bank/items/<bank>/<item>/comments": {
        "version": 1,
        "text": "opsi B?",
        "reply_to": None,
    },
    "POST /api/v1/bank/seals/<seal>/shares": {"share": "ABCD"},
    "POST /api/v1/login": {"participant_no": BUDI, "pin": PIN},
    "POST /api/v1/staff/login": {"username": CITRA, "password": PASSWORD},
    "POST /admin/<exam_session>/board": {"act": "freeze", "reason": "keberatan"},
    "POST /admin/readiness": {"site": "SMKN 1", "room": "Lab B", "seats": "40"},
    "POST /admin/readiness/<code>/rehearsal": {"count": "1", "speed": "1"},
    "POST /admin/<exam_session>/lockdown": {"seb": "off", "exam_keys": ""},
    "POST /proctor/<exam_session>/outbox": {"content": "{}"},
    "POST /door/<exam_session>/acts": {"act": "open", "act_id": "o"},
    "POST /door/<exam_session>/check-in": {"participant_no": KIKI, "act_id": "in"},
    "POST /door/<exam_session>/pin": {"participant_no": KIKI, "act_id": "p", "words": "hilang"},
    "POST /api/v1/door/<exam_session>/acts": {"act": "open"},
    "POST /api/v1/door/<exam_session>/check-in": {"participant_no": KIKI, "act_id": "in"},
    "POST /api/v1/door/<exam_session>/pin": {
        "participant_no": KIKI,
        "act_id": "p",
        "words": "hilang",
    },
    "POST /closing/<exam_session>": {"reason": "selesai"},
    "POST /api/v1/exam-sessions/<exam_session>/closing": {"act": "withdraw", "reason": "tunggu"},
    "POST /api/v1/exam-sessions/<exam_session>/board": {"act": "freeze", "reason": "keberatan"},
}
"""What a request must say to be refused for its sender alone."""
QUERIES = {"GET /api/v1/door/<exam_session>/person": f"?no={KIKI}"}
LOGIN_ROUTES = re.compile(r"POST .*(login|staff|logout)$")
_TOKEN = re.compile(rb'name="csrf_token" value="([0-9a-f]+)"')


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes


def try_route(building: Building, route: str, target: str, role: str) -> str:
    """Say what this role gets: yes, login (sent there), or the status of the refusal."""
    method, rule = route.split(" ", 1)
    values = defaultdict(lambda: "nowhere", VALUES, exam_session=OBJECTS.get(target, ""))
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], rule)
    path += QUERIES.get(route, "")
    cookie = building.cookies[role]
    body, headers = b"", {"Cookie": cookie} if cookie else {}
    if method == "POST":
        body, headers = _body(building, route, headers)
    response = _send(building, method, path, body=body, headers=headers)
    if LOGIN_ROUTES.match(route) and role != "public":
        building.renew(role)
    location = response.headers.get("Location", "")
    if re.match(r"/(login|staff)(\?|$)", location):
        return "login"
    # The state of the exam session forbids a 409, not the person.
    return "yes" if response.status < 400 or response.status == 409 else str(response.status)


def _body(building: Building, route: str, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    given = BODIES.get(route, {})
    if "/api/" in route:
        own = {"Content-Type": "application/json", "X-Requested-With": "cat-engine"}
        return json.dumps(given).encode(), headers | own
    page = _send(building, "GET", "/login", body=b"", headers=headers)
    visit = [cookie.split(";")[0] for cookie in page.headers.get_all("Set-Cookie") or []]
    token = _TOKEN.search(page.body)
    assert token is not None, "the login page has a form"
    cookies = "; ".join([*filter(None, [headers.get("Cookie")]), *visit])
    form = urlencode(given | {"csrf_token": token[1].decode()}).encode()
    return form, {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}


def _send(
    building: Building, method: str, path: str, *, body: bytes, headers: dict[str, str]
) -> Answer:
    connection = HTTPConnection("127.0.0.1", building.server.port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        # An event stream has no end.
        body = b"" if path.endswith("/events") else response.read()
        return Answer(response.status, response.headers, body)
    finally:
        connection.close()


NUMBER = {"client_seq": 1, "item_no": 1}
MESSAGES: dict[str, Json] = {
    "/candidate enter": {"station": "pc"},
    "/candidate begin": {},
    "/candidate start_break": {},
    "/candidate end_break": {},
    "/candidate respond": NUMBER | {"response": {"choice": "A"}},
    "/candidate flag": NUMBER | {"client_seq": 2, "flagged": True},
    "/candidate view": NUMBER | {"client_seq": 3},
    "/candidate call": {"client_seq": 4, "topic": "other"},
    "/candidate read": {"client_seq": 5, "count": 1},
    "/candidate notice": {"client_seq": 7, "kind": "copy", "count": 1},
    "/candidate end_part": {"client_seq": 6},
    "/candidate beat": {},
    "/candidate view_sitting": {},
}
TARGETS: dict[str, Json] = {
    "own-room": {"room": "A"},
    "other-room": {"room": "B"},
    "own-candidate": {"participants": [ANI]},
    "candidate-of-other-room": {"participants": [CICI]},
    "candidate-elsewhere": {"participants": [DONO]},
    "everybody": {"all": True},
}


async def try_event(building: Building, event: str, target: str, role: str) -> str:
    """Say what this role gets: yes, no line at all, or the code of the refusal."""
    namespace, name = event.split(" ")
    try:
        line = await open_line(building.server.url, namespace, building.cookies[role])
    except LineDown:
        return "no-line"
    try:
        if namespace == "/candidate":
            await line.call("enter", {"station": "pc"})
        reply = await line.call(name, _message(event, target, role))
    finally:
        await line.close()
    if not reply["ok"]:
        return str(reply["code"])
    if name == "act":
        codes = sorted({refused["code"] for refused in reply["refused"]})
        return "+".join([f"done-{reply['done']}", *codes])
    return "yes"


def _message(event: str, target: str, role: str) -> Json:
    if event == "/proctor watch":
        return {"exam_session": OBJECTS[target]}
    if event != "/proctor act":
        return MESSAGES[event]
    place, _, whom = target.partition("/")
    return {
        "act_id": f"{role} {target}",
        "exam_session": OBJECTS[place],
        "act": "extend",
        "minutes": 1,
        "targets": TARGETS[whom],
        "reason": "technical",
    }
