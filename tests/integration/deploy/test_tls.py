"""TLS by configuration: https, wss, secure cookies, HSTS; old versions and junk are turned away."""

import asyncio
import socket
import ssl
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPSConnection

import pytest
from websockets.asyncio.client import connect

from tests.integration.deploy.certificates import Certificate, make_certificate
from tests.integration.server import ServerProcess


@dataclass(slots=True)
class Secured:
    """A server that speaks TLS, and its certificate."""

    server: ServerProcess
    certificate: Certificate

    def page(self, path: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and TLS version of a page."""
        connection = HTTPSConnection(
            "127.0.0.1", self.server.port, context=self.certificate.trusting(), timeout=30
        )
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            return response.status, dict(response.headers), str(connection.sock.version())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A server with a certificate in its configuration."""
    folder = tmp_path_factory.mktemp("tls")
    certificate = make_certificate(folder, "localhost")
    config = folder / "config.yaml"
    config.write_text(
        f"server:\n  tls_certificate_file: {certificate.certificate}\n"
        f"  tls_key_file: {certificate.key}\n"
    )
    server = ServerProcess(folder / "data", config=config, tls=certificate.trusting())
    server.start()
    yield Secured(server, certificate)
    server.stop()


def test_pages_come_by_tls_with_secure_cookies_and_hsts(secured: Secured) -> None:
    status, headers, version = secured.page("/login")

    assert (200, "TLSv1.3") == (status, version)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["Set-Cookie"].startswith("__Host-cat-visit=")
    assert "Secure" in headers["Set-Cookie"]


def test_sockets_open_over_tls(secured: Secured) -> None:
    async def story() -> str | bytes:
        address = f"wss://127.0.0.1:{secured.server.port}/socket.io/?EIO=4&transport=websocket"
        async with connect(address, ssl=secured.certificate.trusting()) as line:
            return await line.recv()

    assert str(asyncio.run(story())).startswith("0{")


def test_a_board_is_followed_over_tls_though_its_socket_cannot_leave(secured: Secured) -> None:
    status, _, _ = secured.page("/api/v1/boards/none/events")

    assert status == 404


def test_old_versions_of_tls_are_refused(secured: Secured) -> None:
    context = secured.certificate.trusting()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that they are old is what is tested
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")

    with (
        socket.create_connection(("127.0.0.1", secured.server.port), 30) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def test_junk_and_silence_at_the_door_keep_nobody_out_and_the_log_clean(secured: Secured) -> None:
    address = ("127.0.0.1", secured.server.port)
    silent = [socket.create_connection(address, 30) for _ in range(20)]
    for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff", b"\0" * 100):
        with socket.create_connection(address, 30) as sender:
            sender.sendall(junk)
            sender.shutdown(socket.SHUT_WR)
            sender.recv(100)

    status, _, _ = secured.page("/login")

    for one in silent:
        one.close()
    assert status == 200
    assert "Traceback" not in secured.server.log()
