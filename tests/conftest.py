"""What all rings share: markers by directory, the shared data, steady property tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.integration.server import ServerProcess

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
RINGS = ("integration", "simulation", "faults", "browser")

# The same examples everywhere and every time; a longer search by hand:
#   make test ARGS="--hypothesis-profile=search tests/unit"
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    max_examples=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the ring in whose directory it lies."""
    for item in items:
        parts = item.path.relative_to(ROOT / "tests").parts
        if parts[0] in RINGS:
            item.add_marker(parts[0])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of real responses, ranks and bad input that lies beside a checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared data is not beside this checkout (../shared/data)")
    return SHARED_DATA


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A real server process with an empty database; it ends with the test."""
    process = ServerProcess(tmp_path / "data")
    process.start()
    yield process
    process.stop()
