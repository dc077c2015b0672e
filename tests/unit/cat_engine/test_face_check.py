"""Face checks: what an adapter may answer; a silent one leaves the decision to a person."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cat_engine.face_check import ByEye, HttpCheck, make_face_check, read_answer
from exam_sessions.door_commands import BY_EYE, Face
from tests.cast import ANI, EXAM_SESSION

GOOD = {"decision": "match", "score": 0.97, "adapter": "acme", "version": "1.2"}
FAILED = Face("failed")
ANSWERS = """\
import json, sys
said = {"decision": "no_match", "score": "0.1", "adapter": "fake", "version": sys.argv[2][-4:]}
print(json.dumps(said))
"""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (GOOD, Face("match", "0.97", "acme 1.2")),
        (GOOD | {"decision": "unsure", "score": ""}, Face("unsure", "", "acme 1.2")),
        (GOOD | {"decision": "by_eye"}, FAILED),
        (GOOD | {"score": "high"}, FAILED),
        (GOOD | {"adapter": "", "version": ""}, FAILED),
        (GOOD | {"adapter": "x" * 41}, FAILED),
        (["match"], FAILED),
    ],
)
def test_an_answer_is_as_agreed_or_a_failure(answer: object, expected: Face) -> None:
    assert expected == read_answer(json.dumps(answer).encode())


@pytest.mark.parametrize("content", [b"", b"match", b"\xff", b'{"decision": "match"', b" " * 5_000])
def test_what_is_no_answer_is_a_failure(content: bytes) -> None:
    assert FAILED == read_answer(content)


def test_without_a_setting_a_person_decides() -> None:
    assert isinstance(make_face_check("", 5), ByEye)
    assert BY_EYE == make_face_check("", 5).check(EXAM_SESSION, ANI).decision
    for wrong in ("acme", "command:", "ftp://acme"):
        with pytest.raises(ValueError, match="a face check is"):
            make_face_check(wrong, 5)


@pytest.mark.parametrize(
    ("program", "decision"),
    [
        (ANSWERS, "no_match"),
        ("import sys; sys.exit(3)", "failed"),
        ("import sys; sys.stdin.read(); import threading; threading.Event().wait()", "failed"),
    ],
    ids=["answers", "fails", "hangs"],
)
def test_a_program_answers_in_time_or_not_at_all(
    tmp_path: Path, program: str, decision: str
) -> None:
    script = tmp_path / "adapter.py"
    script.write_text(program, encoding="utf-8")
    timeout_s = 1 if "wait" in program else 30

    face = make_face_check(f"command:{sys.executable} {script}", timeout_s).check(EXAM_SESSION, ANI)

    assert decision == face.decision
    assert face.by == ("fake 0017" if decision == "no_match" else "")
    assert "failed" == make_face_check("command:/no/such/program", 1).check("a", "b").decision


class Adapter(BaseHTTPRequestHandler):
    """Says match for Ani."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = GOOD if asked == {"exam_session": EXAM_SESSION, "participant_no": ANI} else {}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Adapter)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/check"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_answers_by_http(service: str) -> None:
    check = make_face_check(service, 30)

    assert Face("match", "0.97", "acme 1.2") == check.check(EXAM_SESSION, ANI)
    assert FAILED == check.check(EXAM_SESSION, "24-0000-0000")


def test_a_service_that_is_not_there_is_a_failure() -> None:
    assert FAILED == HttpCheck("http://127.0.0.1:9/check", 1).check(EXAM_SESSION, ANI)
