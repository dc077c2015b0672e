"""Facts about the machine on which a benchmark ran: figures without them mean nothing."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pysqlite3

from cat_engine.clock import monotonic_s

LIBRARIES = ("flask-socketio", "python-socketio", "eventlet", "sqlalchemy", "websockets")
SYNC_COUNT = 100
PAGE = b"\0" * 4_096


def gather(folder: Path) -> Mapping[str, str | int | float]:
    """Cores, load, versions, and the time that one synchronised write of 4 KiB takes here."""
    return {
        "machine": platform.machine(),
        "system": platform.system(),
        "cores": len(os.sched_getaffinity(0)),
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": pysqlite3.sqlite_version,
        **{name: version(name) for name in LIBRARIES},
        "fdatasync_median_ms": round(sync_ms(folder), 3),
    }


def sync_ms(folder: Path) -> float:
    """The median of one write of 4 KiB with `fdatasync`, in milliseconds."""
    path = folder / "sync-probe"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    taken = []
    try:
        for index in range(SYNC_COUNT):
            began = monotonic_s()
            os.pwrite(descriptor, PAGE, index * len(PAGE))
            os.fdatasync(descriptor)
            taken.append((monotonic_s() - began) * 1_000)
    finally:
        os.close(descriptor)
        path.unlink()
    return median(taken)
