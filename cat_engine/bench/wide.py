"""What a connected candidate costs in memory: sitting, form, connection, everything."""

from cat_engine.bench.fleet import share_out, start_fleet
from cat_engine.bench.row import Figure, Figures, Known, Setting
from cat_engine.bench.server import serve_exam
from cat_engine.bench.site import make_site
from cat_engine.clock import monotonic_s

PEOPLE_COUNT, QUICK_PEOPLE_COUNT = 5_000, 300
KB = 1_000
LIMIT_KB = 80


def measure(setting: Setting) -> Figures:
    """Everybody enters and begins; then the server's memory over what it was when idle."""
    count = setting.choose(PEOPLE_COUNT, QUICK_PEOPLE_COUNT)
    idle_bytes = _idle_bytes(setting)
    site = make_site(setting.folder, count)
    with serve_exam(setting.folder) as server:
        site.open_and_start(server.url)
        seated_bytes = server.resident_bytes()
        jobs = [
            {"kind": "exam", "port": server.port, "people": people, "pattern": {"name": "hold"}}
            for people in share_out(site.people)
        ]
        began = monotonic_s()
        fleet = start_fleet(jobs)
        took_s = monotonic_s() - began
        try:
            fleet.tell()
            connected_bytes = server.resident_bytes()
            work = fleet.go()
        finally:
            fleet.end()
    work.check()
    return [
        Figure("each", (connected_bytes - idle_bytes) / count / KB, "KB"),
        Figure("of that connection", (connected_bytes - seated_bytes) / count / KB, "KB"),
        Figure("idle server", idle_bytes / KB / KB, "MB"),
        Figure("all connected after", took_s, "s"),
    ]


def _idle_bytes(setting: Setting) -> int:
    """The memory of a server whose exam has one candidate, who is not there.

    Not that of the server measured: what it freed after reading thousands of forms is used again
    for the sittings, and would make them look smaller than they are.
    """
    folder = setting.folder / "idle"
    folder.mkdir()
    make_site(folder, 1)
    with serve_exam(folder) as server:
        return server.resident_bytes()


def is_reached(known: Known) -> bool | None:
    """Whether a candidate costs no more than promised."""
    return known["wide"]["each"] <= LIMIT_KB
