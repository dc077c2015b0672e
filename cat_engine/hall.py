"""What the pages and sockets of one server share, handed to each of them as one value."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from cat_engine import db
from cat_engine.config import Config
from cat_engine.readiness.desk import Desk
from question_bank.vault import Vault

if TYPE_CHECKING:
    from cat_engine.live.publisher import Boards
    from cat_engine.live.readers import Readers
    from exam_sessions.door_commands import Face
    from exam_sessions.engine import Engine


FOLLOWING = "cat_engine.following"
"""The key under which a request's environment has a list for a `Following`."""


@dataclass(frozen=True, slots=True)
class Following:
    """A request to follow a board from a version that the reader holds (None: from now on).

    The page's handler checks it and leaves it in the request's environment; `live/streams.py` takes
    the socket once the head of the answer is known.
    """

    board: str
    version: int | None


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
    readers: "Readers"
    metrics: CollectorRegistry
    log: Any
    desk: Desk = field(default_factory=Desk)
    """Readiness checks that are under way."""
    vault: Vault = field(default_factory=Vault)
    """Items and pictures of opened seals; the engine reads the same one."""
    faces: "OrderedDict[tuple[str, str], Face]" = field(default_factory=OrderedDict)
    """What a face check said, by exam session and number, while a person decides."""
    along: Callable[[Callable[[Connection], None]], None] | None = None
    """Lets short writing go along with the journal's next commit, where there is an engine."""

    def transact(self, work: Callable[[Connection], None]) -> None:
        """Do short writing; it is on disk when this returns. To be called from native threads."""
        if self.along is None:
            db.transact(self.database, work)
        else:
            self.along(work)
