"""A database on another host is reached by TLS that proves the host, or not at all."""

from pathlib import Path

import pytest

from cat_engine import config
from cat_engine.config import BadConfig
from cat_engine.database_address import is_way_proven

PLAIN = "postgresql+psycopg://cat@db.example.go.id/cat"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite:////srv/cat.db",
        "postgresql+psycopg://cat@/cat",
        "postgresql+psycopg://cat@localhost:5432/cat",
        "postgresql+psycopg://cat@127.0.0.1/cat",
        "postgresql+psycopg://cat@127.8.0.1/cat",
        "postgresql+psycopg://cat@[::1]:5432/cat",
        "postgresql+psycopg://cat@/cat?host=/run/postgresql",
        "postgresql+psycopg://cat@/cat?host=localhost:5432&host=127.0.0.1:5433",
        f"{PLAIN}?sslmode=verify-full",
        f"{PLAIN}?sslmode=verify-full&sslrootcert=/etc/cat-engine/ca.pem",
    ],
)
def test_a_database_here_or_proven_is_taken(url: str) -> None:
    assert is_way_proven(url, {})


@pytest.mark.parametrize(
    "url",
    [
        PLAIN,
        *(f"{PLAIN}?sslmode={mode}" for mode in ("disable", "prefer", "require", "verify-ca")),
        "postgresql://10.0.0.5/cat",
        "postgresql+psycopg://cat@localhost.evil.example/cat",
        "postgresql+psycopg://cat@[fd00::5]/cat",
        "postgresql+psycopg://cat@/cat?host=db.example.go.id",
        "postgresql+psycopg://cat@/cat?host=localhost:5432&host=db.example.go.id:5432",
        "postgresql+psycopg://cat@/cat?host=localhost,db.example.go.id",
        "postgresql+psycopg://cat@localhost/cat?host=db.example.go.id",
        "postgresql+psycopg://cat@localhost/cat?hostaddr=10.0.0.5",
        "postgresql+psycopg:///cat?service=exams",
    ],
)
def test_a_database_elsewhere_without_proof_is_not(url: str) -> None:
    assert not is_way_proven(url, {})


@pytest.mark.parametrize(
    ("environment", "is_proven"),
    [
        ({"PGHOST": "db.example.go.id"}, False),
        ({"PGHOST": "/run/postgresql"}, True),
        ({"PGHOSTADDR": "10.0.0.5"}, False),
        ({"PGSERVICE": "exams"}, False),
        ({"PGHOST": "db.example.go.id", "PGSSLMODE": "verify-full"}, False),
    ],
)
def test_what_the_environment_adds_is_seen(environment: dict[str, str], *, is_proven: bool) -> None:
    """What stands in the configuration alone is sure to hold for every process of a day."""
    assert is_proven == is_way_proven("postgresql+psycopg:///cat", environment)


def test_the_start_is_refused_with_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"storage:\n  database_url: {PLAIN}\n")

    with pytest.raises(BadConfig, match=r"sslmode=verify-full.*database_unproven: true"):
        config.load(path)


def test_who_accepts_the_risk_says_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"storage:\n  database_url: {PLAIN}\n  database_unproven: true\n")

    assert PLAIN == config.load(path).database_url
