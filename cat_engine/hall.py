"""What the pages and sockets of one server share, handed to each of them as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine as Database

from cat_engine.config import Config

if TYPE_CHECKING:
    from cat_engine.live.publisher import Boards
    from exam_sessions.engine import Engine


@dataclass(frozen=True, slots=True)
class Hall:
    """The server's parts; `engine` is None in a process that serves the public board alone."""

    config: Config
    secret_key: bytes
    clock: Callable[[], int]
    database: Database
    run_blocking: Callable[..., Any]
    engine: "Engine | None"
    boards: "Boards"
    metrics: CollectorRegistry
    log: Any
