"""The operators' log: one JSON object a line, an event name and fields. Never evidence.

No names, national or participant numbers, responses or keys: whoever needs a person finds the
exam session and journal position here and looks there.
"""

import logging
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TextIO

import structlog

PERSONAL = frozenset(
    {"name", "participant_no", "pin", "password", "nik", "response", "key", "share", "secret"}
)
"""Fields that are cut out wherever somebody puts them by mistake."""


def _redact(
    _logger: object, _method: str, fields: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {name: "[redacted]" if name in PERSONAL else value for name, value in fields.items()}


SPARSE_LINES, SPARSE_PERIOD_MS = 10, 10_000


@dataclass(slots=True)
class Sparse:
    """Lets few lines of one kind pass in a period, so that nobody can fill the log from outside."""

    limit: int = SPARSE_LINES
    period_from: int = 0
    passed_count: int = 0
    left_out_count: int = 0

    def let_pass(self, now: int) -> int | None:
        """How many lines were left out before this one; None: leave this one out too."""
        if now - self.period_from >= SPARSE_PERIOD_MS:
            self.period_from, self.passed_count = now, 0
        if self.passed_count >= self.limit:
            self.left_out_count += 1
            return None
        self.passed_count += 1
        left_out, self.left_out_count = self.left_out_count, 0
        return left_out


class Sturdy:
    """A stream whose failures nobody sees: a log on a full disk must not end an exam."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write if it is possible."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on if it is possible."""
        with suppress(OSError):
            self._stream.flush()


def configure(*, as_text: bool | None = None) -> None:
    """Write to standard error: JSON lines, or readable text on a terminal."""
    readable = sys.stderr.isatty() if as_text is None else as_text
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            _tracebacks if not readable else _keep,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(Sturdy(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
    # The libraries' own loggers print a traceback for every malformed frame; ours counts them.
    for library in ("engineio", "socketio", "engineio.server", "socketio.server"):
        logging.getLogger(library).setLevel(logging.CRITICAL)


# Without the values of variables: among them may be items, keys, shares and PINs.
_tracebacks = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def _keep(
    _logger: object, _method: str, fields: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return fields


def get_log() -> Any:
    """A logger: `log.info("event_name", field=value)`."""
    return structlog.get_logger()
