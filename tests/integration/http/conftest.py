"""A server's web edge over a real database, with an engine that holds what a test puts into it."""

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

import cat_engine.lockdown.tables  # noqa: F401
import exam_sessions.tables  # noqa: F401
from cat_engine import config, db
from cat_engine.accounts import passwords
from cat_engine.accounts import store as accounts
from cat_engine.accounts.user import EVERY_ROOM, Role, Staff
from cat_engine.hall import Hall
from cat_engine.http import (
    account,
    admin,
    api,
    bank,
    candidate,
    editing,
    errors,
    health,
    imports,
    lockdown,
    media,
    pages,
    plan_exams,
    proctor,
    public,
    readiness,
    seals,
    security,
    staff_admin,
    violations,
)
from cat_engine.live.bulletin import Bulletin
from cat_engine.live.readers import Readers
from exam_sessions import store
from exam_sessions.decide import Refused
from exam_sessions.exam_session import SETTLED, ExamSession, decide_hall, evolve_hall
from exam_sessions.live_session import LiveSession
from question_bank.tables import metadata
from tests.factories import get_blueprint_text

STARTS_AT = 1_795_482_300_000
ANI, BUDI = "24-5521-0017", "24-5521-0018"
PIN = "271828"
PASSWORD = "kata sandi yang panjang"
BOARD: dict[str, Any] = {
    "id": "pagi",
    "title": "SKD CPNS 2026",
    "session_title": "Sesi pagi",
    "state": "live",
    "provisional": True,
    "version": 3,
    "data_at": STARTS_AT,
    "now": STARTS_AT,
    "delay_s": 10,
    "sections": [{"id": "twk", "title": {"id": "Wawasan", "en": "Insight"}, "highest": "150"}],
    "rank_by": ["total"],
    "thresholds": {},
    "rows": [
        {
            "id": ANI,
            "label": "A***",
            "formation": "Analis",
            "formation_type": "general",
            "room": "a",
            "sections": {"twk": "125"},
            "total": "125",
            "answered": 30,
            "item_count": 30,
            "status": "finished",
            "passed": True,
            "tied": False,
            "reason": None,
        }
    ],
}


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: int = STARTS_AT

    def __call__(self) -> int:
        return self.now


@dataclass
class QuietEngine:
    """Exam sessions in memory that follow the rules of halls; nothing is journaled."""

    lives: dict[str, LiveSession] = field(default_factory=dict)
    commands: list[Any] = field(default_factory=list)

    def sessions(self) -> list[LiveSession]:
        return list(self.lives.values())

    def live(self, session_id: str) -> LiveSession:
        if session_id not in self.lives:
            raise Refused("unknown_session")
        return self.lives[session_id]

    def cell(self, session_id: str, participant_no: str) -> Any:
        raise Refused("not_open")

    def handle_hall(self, session_id: str, command: Any) -> ExamSession:
        live = self.live(session_id)
        for event in decide_hall(live.state, command, unsettled=SETTLED):
            live.state = evolve_hall(live.state, event)
        self.commands.append(command)
        return live.state


@dataclass
class Notebook:
    """A log that is kept: the events with their fields."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def info(self, event: str, **fields: Any) -> None:
        self.lines.append({"event": event, **fields})

    warning = error = info


class OneBoard:
    """The boards of a hall with one exam session."""

    def listed(self) -> list[dict[str, Any]]:
        return [{name: BOARD[name] for name in ("id", "title", "session_title", "state")}]

    def snapshot(self, board_id: str) -> Any:
        body = json.dumps(BOARD).encode()
        packed = gzip.compress(body)
        found = SimpleNamespace(etag='"3-live"', body=body, gzip=packed)
        return found if board_id == "pagi" else None

    made_snapshot = snapshot

    def bulletin(self, board_id: str) -> Bulletin | None:
        return Bulletin(version=3) if board_id == "pagi" else None

    def deltas(self, board_id: str, after: int) -> bytes | None:
        if board_id != "pagi":
            return None
        return json.dumps({"version": 3, "is_gap": after < 3, "deltas": []}).encode()


def run_now(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return work(*arguments, **named)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine() -> QuietEngine:
    exam = store.Exam("skd", "SKD CPNS 2026", "bank", get_blueprint_text(), "seed")
    plan = store.SessionPlan("pagi", "skd", "Sesi pagi", STARTS_AT, 10, "masked", "live")
    rooms = [store.Room("pagi", "a", "Ruang A", 10), store.Room("pagi", "b", "Ruang B", 10)]
    state = ExamSession("pagi", rooms={"a": "open", "b": "closed"})
    blueprint: Any = SimpleNamespace(parts=(), rank_by=("total",), thresholds={})
    live = LiveSession(plan, exam, rooms, blueprint, {}, state, threading.Lock())
    return QuietEngine({"pagi": live})


@pytest.fixture
def hall(tmp_path: Path, clock: Clock, engine: QuietEngine) -> Iterator[Hall]:
    settings = config.load(overrides={"storage.data_dir": str(tmp_path)})
    database = db.connect(settings.database_url)
    metadata.create_all(database)
    with db.writing(database).begin() as connection:
        _people(connection, engine)
    boards = OneBoard()
    readers = Readers(boards.bulletin, clock, limit=2)
    yield Hall(
        config=settings,
        secret_key=b"0" * 32,
        clock=clock,
        database=database,
        run_blocking=run_now,
        engine=engine,  # type: ignore[arg-type]
        boards=boards,  # type: ignore[arg-type]
        readers=readers,
        metrics=CollectorRegistry(),
        log=Notebook(),
    )
    readers.close()
    database.dispose()


def _people(connection: Any, engine: QuietEngine) -> None:
    live = engine.lives["pagi"]
    store.add_exam(connection, live.exam)
    store.add_session(connection, live.plan, live.rooms)
    pin_hash = passwords.hash_pin(PIN)
    store.add_enrolments(
        connection,
        [
            store.Enrolment("pagi", number, name, "Analis", "general", "", "a", seat, pin_hash)
            for number, name, seat in ((ANI, "Ani Lestari", "A-01"), (BUDI, "Budi", "A-02"))
        ],
    )
    password_hash = passwords.hash_password(PASSWORD)
    for member in (
        Staff("citra", "Citra", Role.PROCTOR, frozenset({("pagi", "a")}), password_hash),
        Staff("dewi", "Dewi", Role.ADMINISTRATOR, EVERY_ROOM, password_hash),
        Staff("eka", "Eka", Role.AUTHOR, frozenset(), password_hash),
        Staff("fajar", "Fajar", Role.REVIEWER, frozenset(), password_hash),
    ):
        accounts.save_staff(connection, member, now=STARTS_AT)


@pytest.fixture
def app(hall: Hall) -> Flask:
    alike = (public, api, health, candidate, proctor, account, staff_admin, admin, plan_exams)
    return make_app(
        hall, (*alike, media, bank, seals, imports, editing, lockdown, readiness, violations)
    )


@pytest.fixture
def board_browser(hall: Hall) -> "Browser":
    """A visitor of a process that serves the public board alone."""
    app = make_app(replace(hall, engine=None), (public, api, health))
    return Browser(app.test_client())


def make_app(hall: Hall, modules: tuple[ModuleType, ...]) -> Flask:
    app = Flask("cat_engine", static_folder="static", template_folder="templates")
    pages.install(app)
    errors.install(app, hall)
    security.install(app, hall)
    for module in modules:
        app.register_blueprint(module.make_blueprint(hall))
    return app


class Browser:
    """A visitor with cookies, who posts the forms that the pages give."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, buffered=True, **options)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def submit(self, path: str, given: dict[str, Any], *, page: str | None = None) -> Any:
        token = self.token(page or path)
        return self.client.post(path, data={"csrf_token": token, **given})

    def post_json(self, path: str, body: Any, **options: Any) -> Any:
        headers = {"X-Requested-With": "cat-engine", **options.pop("headers", {})}
        return self.client.post(path, json=body, headers=headers, **options)

    def sign_in(self, participant_no: str = ANI, pin: str = PIN) -> Any:
        return self.submit("/login", {"participant_no": participant_no, "pin": pin})

    def sign_in_staff(self, username: str, password: str = PASSWORD) -> Any:
        return self.submit("/staff", {"username": username, "password": password})


@pytest.fixture
def browse(app: Flask) -> Callable[[], Browser]:
    """Open another browser on the same server."""
    return lambda: Browser(app.test_client())


@pytest.fixture
def browser(browse: Callable[[], Browser]) -> Browser:
    return browse()


@pytest.fixture
def candidate_browser(browse: Callable[[], Browser]) -> Browser:
    own = browse()
    assert own.sign_in().status_code == 303
    return own


@pytest.fixture
def proctor_browser(browse: Callable[[], Browser]) -> Browser:
    own = browse()
    assert own.sign_in_staff("citra").status_code == 303
    return own


@pytest.fixture
def author_browser(browse: Callable[[], Browser]) -> Browser:
    own = browse()
    assert own.sign_in_staff("eka").status_code == 303
    return own


@pytest.fixture
def reviewer_browser(browse: Callable[[], Browser]) -> Browser:
    own = browse()
    assert own.sign_in_staff("fajar").status_code == 303
    return own


@pytest.fixture
def admin_browser(browse: Callable[[], Browser]) -> Browser:
    own = browse()
    assert own.sign_in_staff("dewi").status_code == 303
    return own
