"""Configuration: the shipped file is the defaults, and a mistake is named with its line."""

from pathlib import Path

import pytest
import yaml

from cat_engine import config
from cat_engine.config import BadConfig


def load(tmp_path: Path, text: str) -> config.Config:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return config.load(path)


def test_without_a_file_the_shipped_values_hold() -> None:
    written = yaml.safe_load(config.SOURCE.read_text("utf-8"))

    loaded = config.load()

    assert written["server"]["port"] == loaded.server.port
    assert written["exam"]["grace_s"] == loaded.exam.grace_s


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    loaded = load(tmp_path, "server:\n  port: 9000\n")

    assert (9000, config.load().server.host) == (loaded.server.port, loaded.server.host)


def test_an_option_of_the_command_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("server:\n  port: 9000\n")

    assert config.load(path, {"server.port": 9001}).server.port == 9001


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("server:\n  prot: 1\n", ["mine.yaml, line 2", "unknown key 'prot'", "port"]),
        ("servre:\n  port: 1\n", ["mine.yaml, line 1", "unknown key 'servre'", "server"]),
        ("exam:\n  grace_s: 2\n  secret: x\n", ["line 3", "looks like a secret", "docs/security"]),
        ("server:\n  smtp_password: x\n", ["line 2", "'smtp_password' looks like a secret"]),
        ("storage:\n  SECRET_KEY: x\n", ["line 2", "'SECRET_KEY' looks like a secret"]),
        ("passwords:\n  dewi: x\n", ["line 1", "'passwords' looks like a secret"]),
        ("storage:\n  database_url: a+b://u:geheim@h/d\n", ["holds a password", "PGPASSFILE"]),
        ("storage:\n  database_url: a://u@h/d?password=x\n", ["holds a password"]),
        ("server:\n  tls_key_file: x\n", ["go together"]),
        (
            "server:\n  tls_key_file: no.key\n  tls_certificate_file: no.pem\n",
            ["no.pem", "is no file"],
        ),
        ("server:\n  port: high\n", ["line 2", "server.port must be a whole number", "'high'"]),
        ("server:\n  port: -1\n", ["line 2", "must not be negative"]),
        ("server:\n  port: 99999\n", ["server.port must be at most 65535, not 99999"]),
        ("server:\n  port: true\n", ["line 2", "must be a whole number"]),
        ("server:\n  cookie_secure: 1\n", ["line 2", "must be true or false"]),
        ("exam:\n  board_names: all\n", ["line 2", "one of none, masked, full"]),
        ("server:\n  port: 1\n  port: 2\n", ["line 3", "port stands twice"]),
        ("server: 8080\n", ["line 1", "server must hold `key: value` lines"]),
        ("- server\n", ["line 1", "the file must hold"]),
        ("server: [\n", ["mine.yaml is not YAML"]),
        ("server:\n  host: !!python/object/apply:os.system [id]\n", ["line 2"]),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(BadConfig) as bad:
        load(tmp_path, text)

    for word in words:
        assert word in str(bad.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="cannot be read"):
        config.load(tmp_path / "none.yaml")


def test_every_key_has_a_sentence_in_the_shipped_file() -> None:
    lines = config.SOURCE.read_text("utf-8").splitlines()

    keys = [
        n for n, line in enumerate(lines) if line.startswith("  ") and ":" in line.split("#")[0]
    ]
    without = [
        lines[n].strip()
        for n in keys
        if not lines[n - 1].strip().startswith("#")
        # Two keys that one comment explains together.
        and not (n - 1 in keys and lines[n - 2].strip().startswith("#"))
    ]

    assert without == []


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    loaded = config.load(overrides={"storage.data_dir": str(tmp_path / "data")})

    first = config.secret_key(loaded)
    second = config.secret_key(loaded)

    assert first == second
    assert len(first) >= config.SECRET_LENGTH
    assert loaded.secret_key_path.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    loaded = config.load(overrides={"storage.data_dir": str(tmp_path)})
    config.secret_key(loaded)
    loaded.secret_key_path.chmod(0o604)

    with pytest.raises(BadConfig, match="open to every user"):
        config.secret_key(loaded)


def test_a_message_about_a_secret_does_not_repeat_it(tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as bad:
        load(tmp_path, "storage:\n  database_url: postgresql+psycopg://u:geheim@h/d\n")

    assert "geheim" not in str(bad.value)


def test_a_database_address_without_a_password_is_taken(tmp_path: Path) -> None:
    url = "postgresql+psycopg://cat@db.example:5432/cat?sslmode=verify-full"

    assert url == load(tmp_path, f"storage:\n  database_url: {url}\n").database_url


def test_cookies_are_secure_when_the_server_speaks_tls(tmp_path: Path) -> None:
    for name in ("tls.pem", "tls.key"):
        (tmp_path / name).touch()
    files = f"  tls_certificate_file: {tmp_path}/tls.pem\n  tls_key_file: {tmp_path}/tls.key\n"

    assert load(tmp_path, "server:\n" + files).server.cookie_secure
    assert load(tmp_path, "server:\n  cookie_secure: false\n" + files).server.cookie_secure
    assert not config.load().server.cookie_secure


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    loaded = config.load(overrides={"storage.data_dir": str(tmp_path)})
    loaded.secret_key_path.write_text("short")

    with pytest.raises(BadConfig, match="fewer than"):
        config.secret_key(loaded)
