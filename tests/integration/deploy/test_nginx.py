"""The sample configuration of nginx, run by a real nginx before a real server and a real board."""

import asyncio
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.cast import ANI, EXAM_SESSION, PIN
from tests.conftest import ROOT
from tests.integration.deploy.certificates import Certificate, make_certificate
from tests.integration.server import ServerProcess, free_port
from tests.integration.sockets.hall import prepare, stations

NAME = "ujian.example.go.id"
SAMPLE = ROOT / "docs" / "deploy" / "nginx.conf"
VISITOR, OTHER = "127.0.0.2", "127.0.0.3"
START_LIMIT_S = 20
FRAME = """\
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    log_format told '$request_uri $status $upstream_addr';
    access_log {folder}/access.log told;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


@dataclass(slots=True)
class Front:
    """nginx with a server and a board behind it."""

    folder: Path
    certificate: Certificate
    exam: ServerProcess
    board: ServerProcess
    port: int = field(default_factory=free_port)
    plain_port: int = field(default_factory=free_port)

    def get(
        self, path: str, *, visitor: str = VISITOR, method: str = "GET", body: str = "", **more: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """Ask nginx by https, from an address of loopback of the visitor's own."""
        connection = self.connect(visitor)
        headers = {"Host": f"{NAME}:{self.port}"} | {
            name.replace("_", "-"): value for name, value in more.items()
        }
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def connect(self, visitor: str, name: str = NAME) -> HTTPConnection:
        """An open connection by TLS."""
        plain = socket.create_connection(("127.0.0.1", self.port), 30, (visitor, 0))
        try:
            secured = self.certificate.trusting().wrap_socket(plain, server_hostname=name)
        except ssl.SSLError:
            plain.close()
            raise
        connection = HTTPConnection(name, self.port)
        connection.sock = secured
        return connection

    def log_in(self, pin: str = PIN, *, visitor: str = VISITOR) -> tuple[int, str]:
        """Status and cookie of a login."""
        body = json.dumps({"participant_no": ANI, "pin": pin})
        status, headers, _ = self.get(
            "/api/v1/login",
            visitor=visitor,
            method="POST",
            body=body,
            Content_Type="application/json",
            X_Requested_With="cat-engine",
            Origin=f"https://{NAME}:{self.port}",
            X_Forwarded_For="198.51.100.7",
        )
        return status, (headers["Set-Cookie"] or "").split(";")[0]

    def upstreams_of(self, path: str, count: int) -> list[str]:
        """Which processes answered requests of this address; nginx writes after it sends."""
        limit = time.monotonic() + START_LIMIT_S
        found: list[str] = []
        while len(found) < count and time.monotonic() < limit:
            lines = (self.folder / "access.log").read_text().splitlines()
            found = [line.split()[-1] for line in lines if line.startswith(f"{path} ")]
        return found


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Everything of docs/deploy on ports of its own."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        pytest.skip("nginx is not installed: the sample configuration is not tested")
    folder = tmp_path_factory.mktemp("front")
    config = folder / "config.yaml"
    sample = (SAMPLE.parent / "config.yaml").read_text()
    config.write_text(sample.replace("/var/lib/cat-engine", str(folder / "data")) + LIMITS)
    exam = ServerProcess(folder / "data", config=config)
    exam.start()
    prepare(exam)
    board = ServerProcess(folder / "data", config=config, command="serve-board")
    board.start()
    found = Front(folder, make_certificate(folder, NAME), exam, board)
    (folder / "site.conf").write_text(_site(found))
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder))
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    _wait(found, process)
    yield found
    process.terminate()
    process.wait(30)
    board.stop()
    exam.stop()


LIMITS = "limits:\n  address_tries: 3\n  address_wait_s: 600\n  account_tries: 50\n"


def _site(front: Front) -> str:
    """The sample with the places of this test in it, and nothing else changed."""
    places = {
        "listen 80;": f"listen 127.0.0.1:{front.plain_port};",
        "listen 443 ssl": f"listen 127.0.0.1:{front.port} ssl",
        "127.0.0.1:8080": f"127.0.0.1:{front.exam.port}",
        "127.0.0.1:8081": f"127.0.0.1:{front.board.port}",
        "/etc/cat-engine/tls.pem": str(front.certificate.certificate),
        "/etc/cat-engine/tls.key": str(front.certificate.key),
        "/var/cache/nginx/cat-engine": str(front.folder / "cache"),
    }
    text = SAMPLE.read_text()
    for written, used in places.items():
        assert written in text, written
        text = text.replace(written, used)
    return text


def _wait(front: Front, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit:
        assert process.poll() is None, (front.folder / "error.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", front.port), 1).close()
        except OSError:
            continue
        return
    raise AssertionError("nginx did not start")


def test_plain_http_is_sent_to_https(front: Front) -> None:
    connection = HTTPConnection("127.0.0.1", front.plain_port, timeout=30)
    connection.request("GET", "/login?lang=en", headers={"Host": NAME})
    response = connection.getresponse()
    connection.close()

    assert (308, f"https://{NAME}/login?lang=en") == (response.status, response.headers["Location"])


def test_another_name_gets_no_answer(front: Front) -> None:
    with pytest.raises(ssl.SSLError):
        front.connect(VISITOR, "elsewhere.example")


def test_pages_come_with_their_headers_and_secure_cookies(front: Front) -> None:
    status, headers, _ = front.get("/login")

    assert status == 200
    assert headers["Strict-Transport-Security"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Set-Cookie"].startswith("__Host-cat-visit=")
    assert "nginx/" not in headers["Server"]


def test_a_candidate_works_through_the_proxy_and_is_known_by_the_own_address(front: Front) -> None:
    """What a visitor claims in X-Forwarded-For stands before what nginx saw and counts nothing."""
    status, cookie = front.log_in()

    async def story() -> str:
        async with connect(
            f"wss://{NAME}:{front.port}/socket.io/?EIO=4&transport=websocket",
            host="127.0.0.1",
            port=front.port,
            local_addr=(VISITOR, 0),
            ssl=front.certificate.trusting(),
            origin=f"https://{NAME}:{front.port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie, "X-Forwarded-For": "198.51.100.7"},
        ) as line:
            await line.recv()
            await line.send("40/candidate,")
            await line.recv()
            await line.send('42/candidate,1["enter",{}]')
            return str(await line.recv())

    entered = asyncio.run(story())

    assert status == 200
    assert entered.startswith('43/candidate,1[{"ok":true')
    assert VISITOR in stations(front.exam)
    assert "198.51.100.7" not in stations(front.exam)


def test_a_page_of_another_site_opens_no_socket(front: Front) -> None:
    status, _, _ = front.get(
        "/socket.io/?EIO=4&transport=websocket",
        Upgrade="websocket",
        Connection="Upgrade",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="MDEyMzQ1Njc4OWFiY2RlZg==",
        Origin="https://evil.example",
    )

    assert status == 403


def test_failed_logins_of_one_visitor_slow_down_nobody_else(front: Front) -> None:
    wrong = [front.log_in("000000", visitor=OTHER)[0] for _ in range(4)]

    assert [401, 401, 401, 429] == wrong
    assert front.log_in(visitor=VISITOR)[0] == 200


@pytest.mark.parametrize(
    ("path", "is_public"),
    [
        ("/login", False),
        ("/", False),
        ("/api/v1/me", False),
        ("/api/v1/boards", True),
        (f"/api/v1/boards/{EXAM_SESSION}", True),
        (f"/board/{EXAM_SESSION}", True),
        (f"/board/{EXAM_SESSION}/table", True),
    ],
)
def test_the_public_is_served_by_the_board_process(
    front: Front, path: str, *, is_public: bool
) -> None:
    status, _, _ = front.get(path)

    process = front.board if is_public else front.exam
    assert status in (200, 401)
    assert {f"127.0.0.1:{process.port}"} == set(front.upstreams_of(path, 1))


def test_a_board_is_followed_through_the_proxy(front: Front) -> None:
    connection = front.connect(VISITOR)
    connection.request("GET", f"/api/v1/boards/{EXAM_SESSION}/events", headers={"Host": NAME})
    response = connection.getresponse()
    first = response.readline()
    connection.close()

    assert (200, "text/event-stream") == (response.status, response.headers.get_content_type())
    assert first, "the stream begins at once"


def test_figures_stay_inside(front: Front) -> None:
    assert front.get("/metrics")[0] == 404


def test_a_file_named_after_its_content_is_asked_for_once(front: Front) -> None:
    page = front.get("/login")[2].decode()
    found = re.search(r'href="(/static/pages\.css\?v=[0-9a-f]+)"', page)
    assert found is not None

    statuses = [front.get(found[1])[0] for _ in range(3)]

    assert [200, 200, 200] == statuses
    assert [f"127.0.0.1:{front.exam.port}", "-", "-"] == front.upstreams_of(found[1], 3)
