"""Durable answers a second through the whole road, every one of them checked afterwards."""

from cat_engine.bench.closed import CONNECTION_COUNT, measure_closed
from cat_engine.bench.row import Figures, Setting
from cat_engine.bench.server import serve_exam
from cat_engine.bench.site import FAST_LINES, make_site


def measure(setting: Setting) -> Figures:
    """Parse, access, decide, mark, commit with full synchronisation, evolve, acknowledge."""
    site = make_site(setting.folder, CONNECTION_COUNT)
    with serve_exam(setting.folder, settings=FAST_LINES) as server:
        site.open_and_start(server.url)
        work, figures = measure_closed(setting, server, kind="exam", people=site.people)
        work.check()
    site.audit(work.stories)
    return figures
