"""The door by HTTP on a real server: PINs and seats, papers, late people, doubtful faces."""

import json
import re
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from cat_engine.accounts.user import Role
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION, PASSWORD
from tests.integration.door_hall import EKO, MINUTE, add_door_session
from tests.integration.server import ServerProcess, add_staff

ADAPTER = """\
import json, sys
says = {"%s": "match", "%s": "no_match"}.get(sys.argv[2], "unsure")
print(json.dumps({"decision": says, "score": "0.50", "adapter": "fake", "version": "1"}))
"""
DOOR = f"/door/{EXAM_SESSION}"
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
_PIN = re.compile(r'id="pin">([0-9]{6})<')
_SEAT = re.compile(r"Duduk di meja ([0-9-]+)\.")


class Visitor:
    """A browser without script: it keeps cookies and fills in forms."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        return self._send("GET", path)

    def post(self, path: str, page: str, **given: str) -> tuple[int, str]:
        """Post a form with the token of a page."""
        token = _TOKEN.search(self.get(page)[1])
        assert token is not None, page
        return self._send("POST", path, urlencode(given | {"csrf_token": token[1]}))

    def ask(self, path: str, given: Any = None) -> tuple[int, Any]:
        """Ask the API, with a body or without one."""
        if given is None:
            status, text = self._send("GET", f"/api/v1{DOOR}{path}")
        else:
            status, text = self._send("POST", f"/api/v1{DOOR}{path}", json.dumps(given), "json")
        return status, json.loads(text)

    def _send(
        self, method: str, path: str, body: str = "", kind: str = "x-www-form-urlencoded"
    ) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body:
            headers |= {"Content-Type": f"application/{kind}", "X-Requested-With": "cat-engine"}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        self._keep(response)
        content = response.read()
        connection.close()
        if response.status == 303:
            return self.get(response.headers["Location"])
        return response.status, content.decode("latin-1" if content[:4] == b"%PDF" else "utf-8")

    def _keep(self, response: HTTPResponse) -> None:
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Check-in closes in ten minutes; the face check knows Ani, mistakes Budi, and doubts Eko."""
    adapter = tmp_path / "adapter.py"
    adapter.write_text(ADAPTER % (ANI, BUDI), encoding="utf-8")
    config = tmp_path / "config.yaml"
    config.write_text(f'check_in:\n  face_check: "command:{sys.executable} {adapter}"\n')
    process = ServerProcess(tmp_path / "data", config=config)
    process.start()
    database = process.database()
    with database.begin() as db:
        add_door_session(db, starts_at=int(time.time() * 1_000) + 15 * MINUTE)
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, CITRA, Role.PROCTOR)
    database.dispose()
    yield process
    process.stop()


def staff(server: ServerProcess, username: str) -> Visitor:
    visitor = Visitor(server.port)
    status, _ = visitor.post("/staff", "/staff", username=username, password=PASSWORD)
    assert status == 200
    return visitor


def check_in(desk: Visitor, number: str, **also: str) -> tuple[int, str]:
    return desk.post(f"{DOOR}/check-in", DOOR, participant_no=number, act_id=f"in-{number}", **also)


def log_in(at: Visitor, number: str, pin: str, seat: str = "") -> tuple[int, str]:
    return at.post("/login", "/login", participant_no=number, pin=pin, seat=seat)


def test_a_day_at_the_door(server: ServerProcess) -> None:
    desk = staff(server, CITRA)
    status, page = check_in(desk, ANI)
    assert (409, True) == (status, "Registrasi belum dibuka" in page)
    desk.post(f"{DOOR}/acts", DOOR, act="open", act_id="open")

    status, page = check_in(desk, ANI)
    assert status == 200
    pin, seat = _PIN.search(page)[1], _SEAT.search(page)[1]  # type: ignore[index]
    assert "sudah registrasi" in check_in(desk, ANI)[1]

    # No match and unsure are a person's decision, which takes one more key.
    status, page = check_in(desk, BUDI)
    assert (status, "tidak cocok" in page, _PIN.search(page)) == (409, True, None)
    assert _PIN.search(check_in(desk, BUDI, by_eye="1")[1])
    assert 409 == check_in(desk, EKO)[0]

    # The PIN opens at its seat, once; at the pinned workstation again and again.
    free = Visitor(server.port)
    assert "Isi juga meja" in log_in(free, ANI, pin)[1]
    assert f"meja {seat}" in log_in(free, ANI, pin, "99")[1]
    log_in(free, ANI, pin, seat)
    assert 200 == free.get("/exam")[0]
    assert "sudah dipakai" in log_in(Visitor(server.port), ANI, pin, seat)[1]
    own = staff(server, DEWI)
    assert "Nomor peserta" in own.post("/workstation", "/workstation", room="A", seat=seat)[1]
    for _ in range(2):
        log_in(own, ANI, pin)
        assert 200 == own.get("/exam")[0]
    other = staff(server, DEWI)
    other.post("/workstation", "/workstation", room="A", seat="9-9")
    assert f"meja {seat}" in log_in(other, ANI, pin, seat)[1]

    # A new PIN, and its slip; the old one opens nothing.
    status, page = desk.post(
        f"{DOOR}/pin", DOOR, participant_no=ANI, act_id="new", words="slip jatuh"
    )
    new = _PIN.search(page)[1]  # type: ignore[index]
    assert "sudah diganti" in log_in(own, ANI, pin)[1]
    log_in(own, ANI, new)
    assert 200 == own.get("/exam")[0]
    status, slip = desk.post(f"{DOOR}/slip.pdf", DOOR, participant_no=ANI, pin=new)
    assert (200, "%PDF") == (status, slip[:4])
    assert 404 == desk.post(f"{DOOR}/slip.pdf", DOOR, participant_no=ANI, pin=pin)[0]

    # The list counts who is missing.
    status, page = desk.get(f"{DOOR}/list?show=missing")
    assert (EKO in page, ANI in page) == (True, False)
    assert "%PDF" == desk.get(f"{DOOR}/list.pdf")[1][:4]
    assert '"present":2' in desk.get(f"{DOOR}/counts")[1].replace(" ", "")

    # What is printed before the day, and the addresses that pin workstations.
    office = staff(server, DEWI)
    for paper in (f"/admin/{EXAM_SESSION}/cards", f"/plan/sessions/{EXAM_SESSION}/labels"):
        assert "%PDF" == office.get(f"{paper}.pdf")[1][:4]
    table = office.get(f"/admin/{EXAM_SESSION}/workstations.csv")[1]
    link = next(line.split(",")[2] for line in table.splitlines() if f"A,{seat}," in line)
    fresh = Visitor(server.port)
    assert f"meja {seat}" in fresh.get(link[link.index("/workstation") :])[1]
    assert 404 == fresh.get(link[link.index("/workstation") :][:-1] + "x")[0]


def test_a_later_closing_takes_another_person(server: ServerProcess) -> None:
    citra, dewi = staff(server, CITRA), staff(server, DEWI)
    citra.post(f"{DOOR}/acts", DOOR, act="open", act_id="open")
    given = {"act": "closing", "act_id": "p", "minutes": "10", "reason": "other", "words": "bus"}

    citra.post(f"{DOOR}/acts", DOOR, **given)
    status, page = citra.post(f"{DOOR}/acts", DOOR, act="confirm", act_id="c", proposal="p")
    assert (409, True) == (status, "orang lain" in page)
    status, page = dewi.post(f"{DOOR}/acts", DOOR, act="confirm", act_id="c", proposal="p")

    assert (200, True) == (status, "Usulan disetujui" in page)


def test_a_program_stands_at_the_door_as_people_do(server: ServerProcess) -> None:
    """What pages and API do is one desk: each sees at once what the other has done."""
    desk, office = staff(server, CITRA), staff(server, DEWI)
    given = {"participant_no": ANI, "act_id": "in-ani"}
    assert (409, "check_in_not_open") == refused(desk.ask("/check-in", given))
    status, door = desk.ask("/acts", {"act": "open"})
    assert (200, True, False) == (status, door["is_opened"], door["is_ended"])
    assert (64, "") == (len(door["commitment"]), door["key"])

    status, issued = desk.ask("/check-in", given)
    assert (200, "present", True) == (status, issued["person"]["status"], issued["is_new"])
    log_in(at := Visitor(server.port), ANI, issued["pin"], issued["person"]["seat"])
    assert 200 == at.get("/exam")[0]
    assert "sudah registrasi" in check_in(desk, ANI)[1]
    assert (409, "checked_in_already") == refused(desk.ask("/check-in", given | {"act_id": "x"}))

    # Doubt is a person's to decide; the page shows what the program was told.
    given = {"participant_no": BUDI, "act_id": "in-budi"}
    assert (409, "face_undecided") == refused(desk.ask("/check-in", given))
    _, scanned = desk.ask(f"/person?no={BUDI}")
    assert ("expected", "no_match") == (scanned["person"]["status"], scanned["face"]["decision"])
    assert "tidak cocok" in desk.get(f"{DOOR}?no={BUDI}")[1]
    assert 400 == desk.ask("/check-in", given | {"by_eye": "yes"})[0]
    assert 400 == desk.ask("/people?show=nobody")[0]
    assert 200 == desk.ask("/check-in", given | {"by_eye": True})[0]

    # A new PIN, and two people for a later closing.
    lost = {"participant_no": ANI, "act_id": "new", "words": "hilang"}
    status, again = desk.ask("/pin", lost)
    assert (200, False, 2) == (status, again["is_new"], again["person"]["pin_no"])
    assert (409, "pin_replaced") == refused(desk.ask("/pin", lost))
    later = {"act": "closing", "act_id": "p", "minutes": 10, "reason": "other", "words": "bus"}
    status, door = desk.ask("/acts", later)
    assert ["p"] == [one["id"] for one in door["proposals"]]
    agree = {"act": "confirm", "act_id": "c", "proposal": "p"}
    assert (409, "same_person") == refused(desk.ask("/acts", agree))
    _, after = office.ask("/acts", agree)
    assert door["counts"]["closes_at"] + 10 * MINUTE == after["counts"]["closes_at"]
    assert [EKO] == [
        one["participant_no"]
        for one in desk.ask("/people?show=missing")[1]["people"]
        if one["participant_no"] in (ANI, BUDI, EKO)
    ]


def refused(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["code"]
