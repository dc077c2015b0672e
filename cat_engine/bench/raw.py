"""The scale: how many frames the websockets library sends back in a second."""

from cat_engine.bench.closed import CONNECTION_COUNT, measure_closed
from cat_engine.bench.row import Figures, Setting
from cat_engine.bench.server import start, started


def measure(setting: Setting) -> Figures:
    """Echo of a frame as large as an answer's, 100 connections, closed loop."""
    with started(start(["-m", "cat_engine.bench.echo", "raw"])) as server:
        people = [(str(index), "") for index in range(CONNECTION_COUNT)]
        work, figures = measure_closed(setting, server, kind="raw", people=people)
        work.check()
    return figures
