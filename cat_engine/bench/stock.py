"""The reference: Flask-SocketIO on eventlet as its documentation shows it."""

from cat_engine.bench.closed import CONNECTION_COUNT, measure_closed
from cat_engine.bench.row import Figures, Setting
from cat_engine.bench.server import start, started


def measure(setting: Setting) -> Figures:
    """Events acknowledged with what came, 100 connections, closed loop; nothing is stored."""
    with started(start(["-m", "cat_engine.bench.echo", "stock"])) as server:
        people = [(str(index), "") for index in range(CONNECTION_COUNT)]
        work, figures = measure_closed(setting, server, kind="stock", people=people)
        work.check()
    return figures
