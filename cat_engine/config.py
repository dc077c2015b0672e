"""Configuration: config.yaml into frozen dataclasses; an unknown key stops the start by its line.

The defaults are read from the documented file that ships with the program, so what the file says
and what the program does cannot differ.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import yaml

from cat_engine.database_address import is_way_proven
from cat_engine.virus_scan import make_scanner
from exam_sessions.late_rule import LateRule

SECRET_LENGTH = 32
STAFF_ROLES = frozenset({"administrator", "author", "proctor", "reviewer"})
PACKAGED = Path(__file__).parent / "config.yaml"
SOURCE = Path(__file__).parent.parent / "config.yaml"
CHOICES: Mapping[str, tuple[str, ...]] = {
    "exam.late_answers": ("rule", "hand"),
    "exam.board_names": ("none", "masked", "full"),
    "exam.board_reveal": ("live", "finished"),
    "language.default": ("id", "en"),
}


PORT_LIMIT = 65_535


class BadConfig(Exception):
    """A configuration that cannot be used; the message names file and line and says what to do."""

    code = "bad_config"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where and how the server listens."""

    host: str
    port: int
    board_port: int
    public_url: str
    tls_certificate_file: str
    tls_key_file: str
    cookie_secure: bool
    trusted_proxies: int
    login_hours: int
    staff_idle_minutes: int
    metrics_public: bool


@dataclass(frozen=True, slots=True)
class StorageConfig:
    """Where things are kept."""

    database_url: str
    database_unproven: bool
    data_dir: str
    secret_key_file: str
    day_key_file: str


@dataclass(frozen=True, slots=True)
class ExamConfig:
    """Defaults of exams."""

    grace_s: int
    late_answers: str
    late_within_s: int
    board_delay_s: int
    board_names: str
    board_reveal: str

    @property
    def late_rule(self) -> LateRule:
        """The rule for answers that come after the end."""
        return LateRule(self.late_answers == "rule", self.late_within_s * 1_000)


@dataclass(frozen=True, slots=True)
class LockdownConfig:
    """What a candidate's page does beside showing items."""

    page_events: bool
    watermark: bool


@dataclass(frozen=True, slots=True)
class CheckInConfig:
    """Check-in at the door, where seats are drawn."""

    closes_before_start_min: int
    face_check: str
    face_timeout_s: int


@dataclass(frozen=True, slots=True)
class LineConfig:
    """Limits and heartbeats of sockets."""

    ping_interval_s: int
    ping_timeout_s: int
    message_limit_bytes: int
    message_rate_per_s: int
    board_refresh_ms: int


@dataclass(frozen=True, slots=True)
class ReadinessConfig:
    """Bounds of a site's readiness, and of the rehearsal that shows it."""

    code_minutes: int
    round_trip_ms: int
    loss_percent: int
    clock_offset_s: int
    screen_width_px: int
    screen_height_px: int
    answer_p99_ms: int
    candidates: int
    candidates_limit: int
    run_minutes: int
    url: str


@dataclass(frozen=True, slots=True)
class LimitsConfig:
    """Limits against guessing."""

    account_tries: int
    account_wait_s: int
    address_tries: int
    address_wait_s: int


@dataclass(frozen=True, slots=True)
class StaffConfig:
    """Accounts of staff."""

    second_factor_for: str
    first_password_hours: int

    @property
    def obliged_roles(self) -> frozenset[str]:
        """The roles that must have a second factor."""
        return frozenset(self.second_factor_for.replace(",", " ").split())


@dataclass(frozen=True, slots=True)
class UploadsConfig:
    """What looks at uploaded files."""

    scanner: str
    scanner_timeout_s: int


@dataclass(frozen=True, slots=True)
class LanguageConfig:
    """Languages and times of pages."""

    default: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting; config.yaml says what each means."""

    server: ServerConfig
    storage: StorageConfig
    exam: ExamConfig
    lockdown: LockdownConfig
    check_in: CheckInConfig
    line: LineConfig
    readiness: ReadinessConfig
    limits: LimitsConfig
    staff: StaffConfig
    uploads: UploadsConfig
    language: LanguageConfig

    @property
    def data_dir(self) -> Path:
        """Where the server keeps its files."""
        return Path(self.storage.data_dir)

    @property
    def database_url(self) -> str:
        """The database, SQLite in the data directory when nothing else is said."""
        return self.storage.database_url or f"sqlite:///{self.data_dir / 'cat-engine.db'}"

    @property
    def secret_key_path(self) -> Path:
        """Where the secret is kept."""
        named = self.storage.secret_key_file
        return Path(named) if named else self.data_dir / "secret.key"

    @property
    def day_key_path(self) -> Path:
        """Where the key that signs exports of a day is kept."""
        named = self.storage.day_key_file
        return Path(named) if named else self.data_dir / "day.key"


def load(path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Config:
    """The configuration: shipped defaults, then the file, then `overrides` ("section.key").

    Raises:
        BadConfig: naming the file and the line.
    """
    known = _read(SOURCE if SOURCE.exists() else PACKAGED, None)
    chosen = _read(path, known) if path is not None else {}
    for name, value in (overrides or {}).items():
        section, key = name.split(".")
        assert key in known[section], f"no setting {name}"
        chosen.setdefault(section, {})[key] = value
    server = chosen.setdefault("server", {})
    if server.get("tls_certificate_file"):
        server["cookie_secure"] = True
    sections = get_type_hints(Config)
    config = Config(
        **{
            section: sections[section](**(keys | chosen.get(section, {})))
            for section, keys in known.items()
        }
    )
    _check_together(config)
    return config


def _check_together(config: Config) -> None:
    """Refuse what no single key shows."""
    server = config.server
    for name, port in (("port", server.port), ("board_port", server.board_port)):
        if not 0 <= port <= PORT_LIMIT:
            raise BadConfig(f"server.{name} must be at most {PORT_LIMIT}, not {port}")
    if bool(server.tls_certificate_file) != bool(server.tls_key_file):
        raise BadConfig("server.tls_certificate_file and server.tls_key_file go together")
    for name in filter(None, (server.tls_certificate_file, server.tls_key_file)):
        if not Path(name).is_file():
            raise BadConfig(f"{name} (server.tls_…_file) is no file")
    try:
        make_scanner(config.uploads.scanner, config.uploads.scanner_timeout_s)
    except ValueError as error:
        raise BadConfig(f"uploads.scanner: {error}") from error
    unknown = sorted(config.staff.obliged_roles - STAFF_ROLES)
    if unknown:
        raise BadConfig(
            f"staff.second_factor_for names {unknown[0]!r}; roles of staff are: "
            f"{', '.join(sorted(STAFF_ROLES))}"
        )
    if _PASSWORD_IN_URL.match(config.storage.database_url):
        raise BadConfig(
            "storage.database_url holds a password; leave it out and set PGPASSFILE or PGPASSWORD"
        )
    url = config.storage.database_url
    if not config.storage.database_unproven and not is_way_proven(url, os.environ):
        raise BadConfig(
            "storage.database_url (or PGHOST, PGSERVICE) leads to another host and nothing proves "
            "it: add ?sslmode=verify-full and sslrootcert, or, where the line itself is protected, "
            "say storage.database_unproven: true; docs/deploy/README.md"
        )


_PASSWORD_IN_URL = re.compile(r"[^:/]+://[^:/@]*:[^@/]+@|.*[?&]password=")


def secret_key(config: Config) -> bytes:
    """The server's secret, made on the first start; readable by its owner only."""
    path = config.secret_key_path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    secret = path.read_text().strip().encode()
    if len(secret) < SECRET_LENGTH:
        raise BadConfig(
            f"{path} holds fewer than {SECRET_LENGTH} characters; delete it to renew it"
        )
    if path.stat().st_mode & 0o007:
        raise BadConfig(f"{path} is open to every user of this machine: chmod o= {path}")
    return secret


Sections = dict[str, dict[str, Any]]


def _read(path: Path, known: Sections | None) -> Sections:
    """The file's values by section and key; only sections and keys that are known, if given."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise BadConfig(f"{path} is not YAML: {error}") from error
    found: Sections = {}
    for section, section_node in _items(root, path, "the file"):
        if known is not None and section.value not in known:
            raise BadConfig(_unknown(path, section, known))
        keys = found.setdefault(section.value, {})
        for key, value_node in _items(section_node, path, section.value):
            if known is not None and key.value not in known[section.value]:
                raise BadConfig(_unknown(path, key, known[section.value]))
            if key.value in keys:
                raise BadConfig(f"{_place(path, key)}: {key.value} stands twice; delete one")
            keys[key.value] = _value(path, section.value, key.value, value_node)
    return found


def _items(node: Any, path: Path, what: str) -> list[tuple[Any, Any]]:
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise BadConfig(f"{_place(path, node)}: {what} must hold `key: value` lines")
    return list(node.value)


def _value(path: Path, section: str, key: str, node: Any) -> Any:
    try:
        value = yaml.SafeLoader("").construct_object(node, deep=True)
    except yaml.YAMLError as error:
        raise BadConfig(f"{_place(path, node)}: {key} holds a value that is not plain") from error
    kind = get_type_hints(get_type_hints(Config)[section]).get(key)
    name = f"{section}.{key}"
    if kind is None or type(value) is not kind:
        wanted = _KIND_NAMES.get(kind, "known")
        raise BadConfig(f"{_place(path, node)}: {name} must be {wanted}, not {value!r}")
    if kind is int and value < 0:
        raise BadConfig(f"{_place(path, node)}: {name} must not be negative")
    if name in CHOICES and value not in CHOICES[name]:
        raise BadConfig(f"{_place(path, node)}: {name} must be one of {', '.join(CHOICES[name])}")
    return value


_KIND_NAMES: Mapping[Any, str] = {int: "a whole number", str: "text", bool: "true or false"}


def _place(path: Path, node: Any) -> str:
    return f"{path.name}, line {node.start_mark.line + 1}"


def _unknown(path: Path, node: Any, known: Mapping[str, Any]) -> str:
    place = _place(path, node)
    if _SECRET_NAME.search(str(node.value)):
        return f"{place}: {node.value!r} looks like a secret; none stands here: docs/security.md"
    return f"{place}: unknown key {node.value!r}; known here: {', '.join(sorted(known))}"


_SECRET_NAME = re.compile("secret|passw|token|private|credential|api_?key", re.IGNORECASE)
