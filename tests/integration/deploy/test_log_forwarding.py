"""The sample configuration of rsyslog sends our log away by TLS, and to nobody else."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.integration.deploy.certificates import Certificate, make_certificate

NAME = "log.example.go.id"
SAMPLE = ROOT / "docs" / "deploy" / "rsyslog.conf"
START_LIMIT_S = 30
INPUT = """\
global(workDirectory="{folder}")
module(load="imuxsock" sysSock.use="off")
input(type="imuxsock" socket="{folder}/in")
"""
LINES = (
    b"<14>Nov 24 08:00:00 sshd[9]: somebody else's line",
    b'<14>Nov 24 08:00:01 cat-engine[7]: {"event": "signed_in", "role": "proctor"}',
)


@contextmanager
def forwarding(folder: Path, certificate: Certificate, port: int) -> Iterator[None]:
    """A real rsyslogd with the sample, to a receiver on this machine, is given both lines."""
    program = shutil.which("rsyslogd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None or not list(Path("/usr/lib").glob("**/rsyslog/lmnsd_gtls.so")):
        pytest.skip("rsyslog with GnuTLS is not installed: the sample is not tested")
    sample = SAMPLE.read_text()
    text = sample.replace(f'target="{NAME}" port="6514"', f'target="127.0.0.1" port="{port}"')
    for name, path in (
        ("log-ca.pem", certificate.certificate),
        ("log.pem", certificate.certificate),
        ("log.key", certificate.key),
    ):
        text = text.replace(f"/etc/cat-engine/{name}", str(path))
    (folder / "rsyslog.conf").write_text(INPUT.format(folder=folder) + text)
    command = [program, "-n", "-f", str(folder / "rsyslog.conf"), "-i", str(folder / "pid")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _give(folder / "in", process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _give(path: Path, process: "subprocess.Popen[bytes]") -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        while True:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                sender.connect(str(path))
                break
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"rsyslogd ended with status {process.wait(0.05)}")
        for line in LINES:
            sender.send(line)


def _receiver(certificate: Certificate, trusted: Certificate) -> ssl.SSLContext:
    """Takes lines of whoever proves to be `trusted`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    context.load_verify_locations(trusted.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_our_lines_and_no_others_arrive_at_the_receiver(tmp_path: Path) -> None:
    own = make_certificate(tmp_path, NAME)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(START_LIMIT_S)
        with forwarding(tmp_path, own, listener.getsockname()[1]):
            plain, _ = listener.accept()
            with _receiver(own, own).wrap_socket(plain, server_side=True) as line:
                seen = line.recv(4_096)

    size, _, rest = seen.partition(b" ")
    assert int(size) == len(rest)
    assert b" cat-engine 7 - - " in rest
    assert rest.endswith(LINES[1].partition(b": ")[2] + b"\n")
    assert b"sshd" not in seen


def test_a_receiver_with_another_name_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    own = make_certificate(tmp_path, NAME)
    other = make_certificate(tmp_path / "other", "somebody.example")
    both = tmp_path / "both.pem"
    both.write_text(own.certificate.read_text() + other.certificate.read_text())
    seen = b""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(START_LIMIT_S)
        trusting = Certificate(both, own.key)
        with forwarding(tmp_path, trusting, listener.getsockname()[1]):
            plain, _ = listener.accept()
            receiver = _receiver(other, own)
            with suppress(OSError), receiver.wrap_socket(plain, server_side=True) as line:
                seen = line.recv(4_096)

    assert b"" == seen
