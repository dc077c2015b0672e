"""The operators' log: one JSON object a line, an event name and fields. Never evidence.

No names, national or participant numbers, responses or keys: whoever needs a person finds the
exam session and journal position here and looks there.
"""

import logging
import sys
from typing import Any

import structlog

PERSONAL = frozenset(
    {"name", "participant_no", "pin", "password", "nik", "response", "key", "share"}
)
"""Fields that are cut out wherever somebody puts them by mistake."""


def _redact(
    _logger: object, _method: str, fields: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {name: "[redacted]" if name in PERSONAL else value for name, value in fields.items()}


def configure(*, as_text: bool | None = None) -> None:
    """Write to standard error: JSON lines, or readable text on a terminal."""
    readable = sys.stderr.isatty() if as_text is None else as_text
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
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
