"""Halls for the tests of sockets."""

from collections.abc import Iterator

import pytest

from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import prepare


@pytest.fixture
def hall(server: ServerProcess) -> ServerProcess:
    """A server of this test's own, with an exam session opened and started."""
    return prepare(server)


@pytest.fixture(scope="module")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The same for tests that leave no trace but what they must not."""
    folder = tmp_path_factory.mktemp("hall")
    config = folder / "config.yaml"
    config.write_text("line:\n  message_rate_per_s: 2000\n")
    process = ServerProcess(folder / "data", config=config)
    process.start()
    yield prepare(process)
    process.stop()
